import { readingOf } from '../rules.ts';
import type { Invariant } from './invariant.ts';

export const loops: Invariant = readingOf(
  'loops',
  'A loop has another round as long as its conditions want one and it may, and ends for the reason it gives.',
);
