/** The tree that is redrawn in place while the run goes on. The last one stays. */
import type { ExecutionState, Progress } from '@cantata/core';
import { taskLabel } from '@cantata/core';
import { createLogUpdate } from 'log-update';
import type { Watcher } from '../follow/watcher.ts';
import type { Terminal } from '../terminal.ts';
import { agentLine } from './agent-line.ts';
import { expectedLine } from './expected.ts';
import { headerLine } from './header.ts';
import { rowsOf } from './rows.ts';
import { symbolsOf } from './symbols.ts';
import { cleanLines, cut } from './text.ts';
import { treeLines } from './tree.ts';

const REDRAW_MS = 100;
/** The final tree may be higher than the window, but not endless. */
const MAX_FINAL_LINES = 200;
/** A lower window has better use for two lines. */
const MIN_ROWS_FOR_FOOTER = 12;

export interface LiveTreeOptions {
  readonly verbose: boolean;
  readonly now?: () => number;
}

export function createLiveTree(terminal: Terminal, { verbose, now = Date.now }: LiveTreeOptions): Watcher {
  const update = createLogUpdate(terminal.writer as NodeJS.WriteStream);
  const symbols = symbolsOf(terminal);
  const progresses = new Map<string, Progress>();
  let state: ExecutionState | undefined;
  let frame = 0;

  const lines = (maxLines: number, turning: boolean): readonly string[] => {
    if (state === undefined) return [terminal.paint.dim('starting …')];
    const style = { terminal, symbols, maxLines, ...(turning ? { frame } : {}) };
    const tree = treeLines(rowsOf(state, progresses, now()), style);
    return [headerLine(state, now(), style), '', ...tree];
  };
  /** Nobody waits for what is left of a run that was left. */
  const footer = (): readonly string[] => {
    const line = state === undefined ? undefined : expectedLine(state, now(), terminal);
    return line === undefined || terminal.rows < MIN_ROWS_FOR_FOOTER ? [] : ['', line];
  };
  const draw = (): void => {
    frame += 1;
    const below = footer();
    // Header, an empty line above and below, and the line the cursor stands in.
    const room = Math.max(3, terminal.rows - 5 - below.length);
    update(`\n${[...lines(room, true), ...below].join('\n')}\n`);
  };
  let closed = false;
  const above = (...texts: readonly string[]): void => {
    if (!closed) update.clear();
    for (const text of texts) terminal.line(text);
    if (!closed) draw();
  };
  const timer = setInterval(draw, REDRAW_MS);
  draw();

  return {
    told({ event }, next) {
      state = next;
      // What the attempt before said is not true of this one.
      if (event.type === 'agent.task_assigned') progresses.delete(taskLabel(event.task, event.item));
    },
    said(frame) {
      const label = taskLabel(frame.task, frame.item);
      if (frame.kind === 'progress') progresses.set(label, frame.progress);
      const line = agentLine(frame, { verbose, terminal });
      if (line !== undefined) above(line);
    },
    remark: (text) =>
      above(...cleanLines(text).map((line) => terminal.paint.dim(cut(line, terminal.columns * 3)))),
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      update.clear();
      update.done();
      if (state === undefined) return;
      terminal.line();
      for (const line of lines(MAX_FINAL_LINES, false)) terminal.line(line);
    },
  };
}
