/** An agent that is a program: a child process for each attempt, which speaks JSON lines on its standard streams. */
import type { Agent } from '@cantata/core';
import type { RemoteAgent } from '../remote.ts';
import { ChildTurn } from './child-turn.ts';
import type { ProcessOptions } from './options.ts';

/** For `agents` of a configuration. */
export function processAgent(options: ProcessOptions): RemoteAgent {
  const transport: Agent = {
    perform: (assignment, context) => new ChildTurn(options, assignment, context).run(),
  };
  return { transport, ...(options.description === undefined ? {} : { description: options.description }) };
}
