/**
 * What was asked for goes to standard output, and nothing else does. The configuration and the agents are code of
 * strangers in this process: what they print there, past `console` or before a run begins, goes to standard error.
 */
import type { Writer } from './terminal.ts';

export interface OwnStdout {
  /** For the command itself. */
  readonly writer: Writer;
  readonly giveBack: () => void;
}

export function ownStdout(): OwnStdout {
  const { stdout, stderr } = process;
  // On a terminal both are one.
  if (stdout.isTTY) return { writer: stdout, giveBack: () => undefined };
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  return {
    writer: { write: (text) => write(text) },
    giveBack: () => {
      stdout.write = write;
    },
  };
}
