/** An agent that runs in this process, behind the port through which the engine reaches every agent. */
import { inspect } from 'node:util';
import type { Agent, Directive } from '@cantata/core';
import type { AgentDefinition } from './agent.ts';
import { performChecked } from './checked.ts';
import { createContext } from './context.ts';
import { retryWish } from './errors.ts';
import { bridgeSignal } from './signal.ts';
import { abortedError, taskError } from './task-error.ts';

/**
 * Adapts a definition to the port. The promise of `perform` never rejects: what the agent throws comes back as a
 * failed outcome, and its stack goes to the log.
 */
export function inProcess(agent: AgentDefinition): Agent {
  return {
    async perform(assignment, port) {
      const bridge = bridgeSignal(port);
      try {
        const directives: Directive[] = [];
        const context = createContext(assignment, port, bridge.signal, directives);
        const output = await performChecked(agent, structuredClone(assignment.input), context);
        return {
          kind: 'completed',
          output,
          ...(directives.length === 0 ? {} : { directives: [...directives] }),
        };
      } catch (thrown) {
        if (port.signal.aborted) {
          port.log('debug', 'stopped', { thrown: stackOf(thrown) });
          return { kind: 'failed', error: abortedError(port.signal.reason) };
        }
        const error = taskError(thrown);
        // What was thrown on purpose says all in its message; a stack is for what was not.
        if (!isDeliberate(thrown)) port.log('error', error.message, { stack: stackOf(thrown) });
        return { kind: 'failed', error };
      } finally {
        bridge.close();
      }
    },
  };
}

function isDeliberate(thrown: unknown): boolean {
  return thrown instanceof Error && retryWish(thrown) !== undefined && thrown.cause === undefined;
}

/** Stack and causes, as Node prints them; bounded. */
function stackOf(thrown: unknown): string {
  return inspect(thrown, { depth: 3, maxStringLength: 4_000, maxArrayLength: 20 }).slice(0, 16_384);
}
