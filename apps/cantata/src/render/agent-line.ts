/** A log line of an agent, if it is one that people asked to see. */
import { taskLabel } from '@cantata/core';
import type { LiveFrame } from '@cantata/engine';
import type { Terminal } from '../terminal.ts';
import { clean } from './text.ts';

export interface AgentLineStyle {
  readonly verbose: boolean;
  readonly terminal: Terminal;
}

/** Warnings and errors, or everything. A stack is the shadow of an error that is told anyway. */
export function agentLine(frame: LiveFrame, { verbose, terminal }: AgentLineStyle): string | undefined {
  if (frame.kind !== 'log') return undefined;
  const { level, message, fields = {}, seat, task, item } = frame;
  const { dim, red, yellow } = terminal.paint;
  const { stack, ...rest } = fields;
  if (!verbose && (level === 'debug' || level === 'info' || stack !== undefined)) return undefined;
  const paint = level === 'error' ? red : level === 'warn' ? yellow : dim;
  const more = Object.keys(rest).length === 0 ? '' : ` ${dim(JSON.stringify(rest))}`;
  const trace = typeof stack === 'string' ? `\n${dim(stack)}` : '';
  return `${paint(level.padEnd(5))} ${taskLabel(task, item)} ${dim(seat)} ${clean(message)}${more}${trace}`;
}
