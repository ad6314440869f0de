/** What an execution asks for, all its seats together: so much is kept free for it from its beginning to its end. */
import type { Ceiling } from '../kernel/execution/ceiling.ts';
import type { Need } from '../kernel/resource/capacity.ts';
import type { Schedulable } from './schedule.ts';
import { Usage } from './usage.ts';

/** Groups that declare nothing count as nothing. O(seats). */
export function needOf(plan: Schedulable): Need {
  const usage = new Usage(plan, {});
  for (const { group } of plan.seats) usage.take(group);
  const { cpuMillis, memoryBytes } = usage.peak;
  return { cpuMillis, memoryBytes };
}

/** As a field of a request; none where nothing is declared. No more than it may use at once. */
export function needing(plan: Schedulable, ceiling: Ceiling = {}): { readonly need?: Need } {
  const all = needOf(plan);
  const need = {
    cpuMillis: Math.min(all.cpuMillis, ceiling.cpuMillis ?? all.cpuMillis),
    memoryBytes: Math.min(all.memoryBytes, ceiling.memoryBytes ?? all.memoryBytes),
  };
  return need.cpuMillis === 0 && need.memoryBytes === 0 ? {} : { need };
}
