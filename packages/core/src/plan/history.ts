/** From what items of past runs took to what the next one may take. */
import type { History, TaskHistory } from './estimate.ts';

/** One item that completed. */
export interface ItemSample {
  /** From the moment a seat began to its answer. */
  readonly durationMs: number;
  /** In the unit in which agents report their cost; absent if the agent did not say. */
  readonly cost?: number;
}

/** Medians by task id: one run that hung does not make the next ones look slow. O(samples log samples). */
export function historyOf(samples: ReadonlyMap<string, readonly ItemSample[]>): History {
  const history = new Map<string, TaskHistory>();
  for (const [task, items] of samples) {
    if (items.length === 0) continue;
    const costs = items.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
    history.set(task, {
      medianMs: Math.round(median(items.map(({ durationMs }) => durationMs))),
      ...(costs.length === 0 ? {} : { medianCost: median(costs) }),
      samples: items.length,
    });
  }
  return history;
}

/** Of an even number, halfway between the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}
