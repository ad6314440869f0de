/** How much an execution may use: what its start says, and what the operator of the service does. */
import { bytes, CantataError, type CapacityLimits, type Need, needOf, type Plan } from '@cantata/core';
import { cpuWords, type Typed, typedCpu, typedMemory } from '@cantata/definition';

export interface Constraints {
  /** Of a core, or as text: `2 cores`. */
  readonly cpu?: string | number | undefined;
  /** Bytes, or as text: `4GB`. */
  readonly memory?: string | number | undefined;
}

/**
 * Whether its seats stay below them, all busy at once. @throws CantataError `input_invalid` for what is no amount,
 * `limits_too_low` where they ask for more.
 */
export function requireWithin(plan: Plan, { cpu, memory }: Constraints): void {
  const maxCpuMillis = cpu === undefined ? undefined : amountOf(typedCpu(cpu, 'cpu'));
  const maxMemoryBytes = memory === undefined ? undefined : amountOf(typedMemory(memory, 'memory'));
  refuse('limits_too_low', needOf(plan), {
    ...(maxCpuMillis === undefined ? {} : { maxCpuMillis }),
    ...(maxMemoryBytes === undefined ? {} : { maxMemoryBytes }),
  });
}

/** @throws CantataError `resources_insufficient` for what can never run under the limits of the operator. */
export function requireCapacity(plan: Plan, limits: CapacityLimits): void {
  refuse('resources_insufficient', needOf(plan), limits);
}

function refuse(
  code: 'limits_too_low' | 'resources_insufficient',
  { cpuMillis, memoryBytes }: Need,
  { maxCpuMillis = Number.POSITIVE_INFINITY, maxMemoryBytes = Number.POSITIVE_INFINITY }: CapacityLimits,
): void {
  const over = [
    ...(cpuMillis > maxCpuMillis ? [`${cpuWords(cpuMillis)} and may have ${cpuWords(maxCpuMillis)}`] : []),
    ...(memoryBytes > maxMemoryBytes ? [`${bytes(memoryBytes)} and may have ${bytes(maxMemoryBytes)}`] : []),
  ];
  if (over.length > 0)
    throw new CantataError(code, `all its agents at work ask for ${over.join(', and for ')}`);
}

function amountOf(typed: Typed): number {
  if ('amount' in typed) return typed.amount;
  throw new CantataError('input_invalid', `resource_constraints: ${typed.problem}`);
}
