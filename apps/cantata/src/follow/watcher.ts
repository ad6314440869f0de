/** Whoever shows a run while it goes on: a tree on a terminal, lines in a pipe, JSON, or nothing. */
import type { ExecutionState } from '@cantata/core';
import type { LiveFrame } from '@cantata/engine';
import type { Told } from './tail.ts';

export interface Watcher {
  /** An event was committed; the state has it folded in. */
  told(told: Told, state: ExecutionState): void;
  /** An agent of this process said something. */
  said(frame: LiveFrame): void;
  /** A sentence beside the run: who drives it, a warning of the engine. */
  remark(text: string): void;
  /** Nothing more comes; what is shown stays. */
  close(): void;
}
