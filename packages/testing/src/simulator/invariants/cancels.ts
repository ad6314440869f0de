import { readingOf } from '../rules.ts';
import type { Invariant } from './invariant.ts';

export const cancels: Invariant = readingOf(
  'cancels',
  'A join with `cancel_remaining` cancels what leads to it alone and has not ended, all of that and no more.',
);
