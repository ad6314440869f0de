/** The two watchers that draw nothing: JSON lines for programs, and silence. */
import type { Watcher } from '../follow/watcher.ts';
import type { Terminal } from '../terminal.ts';
import { remarkLines } from './text.ts';

/** The published events as they are, one a line. Remarks go to the other stream. */
export function createJsonLines(out: Terminal, err: Terminal): Watcher {
  return {
    ...createSilence(err),
    told: ({ published }) => out.line(JSON.stringify(published)),
  };
}

export function createSilence(err: Terminal): Watcher {
  return {
    told: () => undefined,
    said: () => undefined,
    remark: (text) => remarkLines(text, err),
    close: () => undefined,
  };
}
