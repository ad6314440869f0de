import { readingOf } from '../rules.ts';
import type { Invariant } from './invariant.ts';

export const milestones: Invariant = readingOf(
  'milestones',
  'A task with a milestone is done where another one has come to where it is to be, and is skipped where it has not.',
);
