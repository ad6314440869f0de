import { readingOf } from '../rules.ts';
import type { Invariant } from './invariant.ts';

export const teams: Invariant = readingOf(
  'teams',
  'What becomes of a turn is told to its pattern once and in order, what is asked for happens once, what a turn is shown is over, and at a limit a team ends.',
);
