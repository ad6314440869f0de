/** The patterns that come with Cantata, by name. */
import { handoff } from './handoff.ts';
import { hierarchical } from './hierarchical.ts';
import { network } from './network.ts';
import type { Pattern } from './pattern.ts';
import { supervisor } from './supervisor.ts';
import { swarm } from './swarm.ts';

/** Where patterns are found. A map is one. */
export type PatternLibrary = Pick<ReadonlyMap<string, Pattern>, 'get' | 'keys'>;

/** Each knows its own state alone, which nobody else makes. */
const PATTERNS: readonly unknown[] = [supervisor, handoff, hierarchical, network, swarm];

export const BUILT_IN: PatternLibrary = new Map(
  (PATTERNS as readonly Pattern[]).map((pattern) => [pattern.name, pattern]),
);
