import { readingOf } from '../rules.ts';
import type { Invariant } from './invariant.ts';

export const order: Invariant = readingOf(
  'order',
  'A task begins when its join has fired, and is skipped when it can not fire any more.',
);
