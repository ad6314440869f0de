import { readingOf } from '../rules.ts';
import type { Invariant } from './invariant.ts';

export const activations: Invariant = readingOf(
  'activations',
  'Each round of a task is an activation of its own, later than all before.',
);
