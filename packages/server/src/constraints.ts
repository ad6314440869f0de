/** How much an execution may use: what its start says, and what the operator of the service does. */
import { bytes, CantataError, type CapacityLimits, type Ceiling, needOf, type Plan } from '@cantata/core';
import { cpuWords, type Typed, typedCpu, typedMemory } from '@cantata/definition';

export interface Constraints {
  /** Of a core, or as text: `2 cores`. */
  readonly cpu?: string | number | undefined;
  /** Bytes, or as text: `4GB`. */
  readonly memory?: string | number | undefined;
}

/** As the start of an execution has them. @throws CantataError `input_invalid` for what is no amount. */
export function ceilingOf({ cpu, memory }: Constraints): Ceiling {
  return {
    ...(cpu === undefined ? {} : { cpuMillis: amountOf(typedCpu(cpu, 'cpu')) }),
    ...(memory === undefined ? {} : { memoryBytes: amountOf(typedMemory(memory, 'memory')) }),
  };
}

/** @throws CantataError `resources_insufficient` for what can never run under the limits of the operator. */
export function requireCapacity(
  plan: Plan,
  { maxCpuMillis = Number.POSITIVE_INFINITY, maxMemoryBytes = Number.POSITIVE_INFINITY }: CapacityLimits,
): void {
  const { cpuMillis, memoryBytes } = needOf(plan);
  const over = [
    ...(cpuMillis > maxCpuMillis ? [`${cpuWords(cpuMillis)} and may have ${cpuWords(maxCpuMillis)}`] : []),
    ...(memoryBytes > maxMemoryBytes ? [`${bytes(memoryBytes)} and may have ${bytes(maxMemoryBytes)}`] : []),
  ];
  if (over.length === 0) return;
  const message = `all its agents at work ask for ${over.join(', and for ')}`;
  throw new CantataError('resources_insufficient', message);
}

function amountOf(typed: Typed): number {
  if ('amount' in typed) return typed.amount;
  throw new CantataError('input_invalid', `resource_constraints: ${typed.problem}`);
}
