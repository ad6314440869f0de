/**
 * How much the busy seats of an execution may ask for at once, where its start says so: who waits for room goes on when a
 * seat is given back. That every seat has room when it is alone is for whoever starts it to see to.
 */
import { nth } from '../../nth.ts';
import type { Plan } from '../../plan/plan.ts';
import { bytes, count, listing } from '../../text.ts';
import type { View } from '../law.ts';
import type { ExecutionState } from './state.ts';

/** What is not given is not limited. */
export interface Ceiling {
  /** Thousandths of a core. */
  readonly cpuMillis?: number;
  readonly memoryBytes?: number;
}

/** What the busy seats ask for. */
export interface Load {
  cpuMillis: number;
  memoryBytes: number;
}

/** One seat of a group more, or fewer. */
export function load(used: Load, { groups }: View<Plan>, group: number, seats: 1 | -1): void {
  const { cpuMillis = 0, memoryBytes = 0 } = nth(groups, group).definition.resources;
  used.cpuMillis += seats * cpuMillis;
  used.memoryBytes += seats * memoryBytes;
}

/** Whether one more seat of a group has room now. */
export function hasRoom({ request, seating, plan }: View<ExecutionState>, group: number): boolean {
  const ceiling = request?.ceiling;
  return ceiling === undefined || short(plan, group, ceiling, seating.used).length === 0;
}

/** The first group that could never be at work, not even alone, in a sentence; undefined where each could. */
export function neverUnder(plan: View<Plan>, ceiling: Ceiling): string | undefined {
  for (const { index, definition } of plan.groups) {
    const over = short(plan, index, ceiling, { cpuMillis: 0, memoryBytes: 0 });
    if (over.length > 0) return `an agent of ${definition.name} asks for ${listing(over)}`;
  }
  return undefined;
}

/** `2 cores of 1 core`, for what there is too little of. */
function short(plan: View<Plan>, group: number, ceiling: Ceiling, used: View<Load>): readonly string[] {
  const { cpuMillis = 0, memoryBytes = 0 } = nth(plan.groups, group).definition.resources;
  const none = Number.POSITIVE_INFINITY;
  const { cpuMillis: mostCpu = none, memoryBytes: mostMemory = none } = ceiling;
  const over: string[] = [];
  if (used.cpuMillis + cpuMillis > mostCpu) over.push(`${cores(cpuMillis)} of ${cores(mostCpu)}`);
  if (used.memoryBytes + memoryBytes > mostMemory) over.push(`${bytes(memoryBytes)} of ${bytes(mostMemory)}`);
  return over;
}

/** `at most 2 cores and 4 GB`. */
export function ceilingWords({ cpuMillis, memoryBytes }: View<Ceiling>): string {
  const parts = [
    ...(cpuMillis === undefined ? [] : [cores(cpuMillis)]),
    ...(memoryBytes === undefined ? [] : [bytes(memoryBytes)]),
  ];
  return `at most ${listing(parts)}`;
}

function cores(millis: number): string {
  return count(millis / 1_000, 'core');
}
