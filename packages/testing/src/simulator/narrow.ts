/** In some universes the operator has limited how much runs at once. The same for all their processes. */
import type { CapacityLimits } from '@cantata/core';
import { Dice } from '../dice.ts';
import { seedOf } from './script.ts';

export interface Narrowness {
  /** Without any where nothing is limited. */
  readonly capacity: CapacityLimits;
  readonly allocationTimeoutMs: number;
}

/** In one of five. With dice of its own: what else there is does not depend on it. */
export function narrownessOf(seed: number): Narrowness {
  const dice = new Dice(seedOf(seed, 'capacity'));
  const allocationTimeoutMs = dice.pick([1_000, 10_000, 60_000]);
  if (!dice.chance(0.2)) return { capacity: {}, allocationTimeoutMs };
  const cpu = dice.chance(0.5) ? { maxCpuMillis: dice.pick([4_000, 9_000, 30_000]) } : {};
  const memory = dice.chance(0.3) ? { maxMemoryBytes: dice.pick([3e9, 10e9]) } : {};
  return { capacity: { maxExecutions: dice.between(1, 12), ...cpu, ...memory }, allocationTimeoutMs };
}

export function isNarrow({ capacity }: Narrowness): boolean {
  return Object.keys(capacity).length > 0;
}
