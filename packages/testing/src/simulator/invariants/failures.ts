import { readingOf } from '../rules.ts';
import type { Invariant } from './invariant.ts';

export const failures: Invariant = readingOf(
  'failures',
  'What follows a failure is what the document says: the end, nothing, or an earlier task again, so often and no more.',
);
