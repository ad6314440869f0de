/** A run in a pipe or a log file: one line an event, each with its time. */
import { taskLabel } from '@cantata/core';
import type { LiveFrame } from '@cantata/engine';
import type { Watcher } from '../follow/watcher.ts';
import type { Terminal } from '../terminal.ts';
import { agentLine } from './agent-line.ts';
import { eventLine, stampedLine } from './event-line.ts';
import { clean, remarkLines } from './text.ts';

/** Progress comes as often as an agent likes; a log file wants it once a second from each seat. */
const PROGRESS_MS = 1_000;

/** What tells a reader of a log nothing: `cantata events` has them. */
const SKIPPED = new Set([
  'workflow.requested',
  'workflow.planned',
  'workflow.agents_allocated',
  'workflow.checkpoint_created',
  'task.opened',
  'task.retry_due',
]);

export interface PlainLinesOptions {
  readonly out: Terminal;
  readonly err: Terminal;
  readonly verbose: boolean;
  readonly now?: () => number;
}

export function createPlainLines({ out, err, verbose, now = Date.now }: PlainLinesOptions): Watcher {
  const toldAt = new Map<string, number>();
  const progress = (frame: Extract<LiveFrame, { kind: 'progress' }>): void => {
    const { seat, task, item } = frame;
    const { fraction, note = '' } = frame.progress;
    const at = now();
    if (at - (toldAt.get(seat) ?? Number.NEGATIVE_INFINITY) < PROGRESS_MS) return;
    toldAt.set(seat, at);
    const percent = fraction === undefined ? '' : ` ${Math.round(fraction * 100)} %`;
    const text = `${taskLabel(task, item)} at ${seat}${percent} ${clean(note)}`.trimEnd();
    out.line(stampedLine(new Date(at).toISOString(), { word: 'progress', text, mood: 'plain' }, out.paint));
  };
  return {
    told(told, state) {
      if (!SKIPPED.has(told.event.type)) out.line(eventLine(told, state, out.paint));
    },
    said(frame) {
      if (frame.kind === 'progress') return progress(frame);
      const line = agentLine(frame, { verbose, terminal: err });
      if (line !== undefined) err.line(line);
    },
    remark: (text) => remarkLines(text, err),
    close: () => undefined,
  };
}
