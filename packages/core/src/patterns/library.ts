/** The patterns that come with Cantata, by name. */

import { handoff } from './handoff.ts';
import type { Pattern } from './pattern.ts';
import { supervisor } from './supervisor.ts';

export type PatternLibrary = ReadonlyMap<string, Pattern>;

export const BUILT_IN: PatternLibrary = new Map(
  // Each knows its own state alone, which nobody else makes.
  [supervisor as unknown as Pattern, handoff as unknown as Pattern].map((pattern) => [pattern.name, pattern]),
);
