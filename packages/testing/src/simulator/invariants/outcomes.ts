import { readingOf } from '../rules.ts';
import type { Invariant } from './invariant.ts';

export const outcomes: Invariant = readingOf(
  'outcomes',
  'Of a completed execution that no task ended early every task has ended, as its condition says; none is cancelled by nobody.',
);
