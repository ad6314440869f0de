import { type PoolEvent, poolOf, shortage, type Taken } from '@cantata/core';
import type { Finished } from '../finished.ts';
import { isNarrow } from '../narrow.ts';
import { isOver } from '../over.ts';
import type { Invariant } from './invariant.ts';

type Granted = Extract<PoolEvent, { readonly type: 'pool.granted' }>;

export const capacity: Invariant = {
  name: 'capacity',
  says: 'Never more runs than the operator has limited; nobody waits while there is room, or is overtaken; who is over keeps no place, and who is open has one or runs in that of its parent.',
  *check(finished) {
    const log = finished.resources.find(({ id }) => id === poolOf())?.log ?? [];
    if (!isNarrow(finished.narrowness)) {
      if (log.length > 0) yield `nothing is limited, and the pool has ${log.length} events`;
      return;
    }
    const limits = finished.narrowness.capacity;
    const holders = new Map<string, Granted['need']>();
    const line = new Map<string, Granted['need']>();
    for (const { event, sequence } of log) {
      if (event.type === 'pool.queued') line.set(event.execution, event.need);
      if (event.type === 'pool.granted') {
        const [first] = line.keys();
        if (first !== undefined && first !== event.execution)
          yield `event ${sequence}: ${event.execution} overtook ${first}, which waited for a place`;
        const short = shortage(takenBy(holders), event.need, limits);
        if (short !== undefined) yield `event ${sequence}: ${event.execution} got a place, and ${short}`;
        holders.set(event.execution, event.need);
      }
      if (event.type === 'pool.granted' || event.type === 'pool.refused') line.delete(event.execution);
      if (event.type === 'pool.released') holders.delete(event.execution);
    }
    for (const [execution, need] of [...line].slice(0, 1))
      if (shortage(takenBy(holders), need, limits) === undefined)
        yield `${execution} waits for a place, and there is room`;
    yield* checkHolders(finished, holders);
  },
};

function* checkHolders(finished: Finished, holders: ReadonlyMap<string, unknown>): Iterable<string> {
  const placed = placedIn(finished);
  const open = new Set(finished.executions.flatMap(({ id, row }) => (isOver(row) ? [] : [id])));
  for (const id of holders.keys()) if (!open.has(id)) yield `${id} is not open and has a place of the pool`;
  for (const id of holders.keys()) if (!placed.has(id)) yield `${id} has a place that no admission knows of`;
  for (const id of placed) if (!holders.has(id)) yield `${id} was admitted with a place, and has none`;
  for (const { id, log } of finished.executions) {
    const begun = log[0]?.event;
    const isChild = begun?.type === 'workflow.requested' && begun.parent !== undefined;
    const needsNone = isChild || log.some(({ event }) => event.type === 'workflow.compensation_failed');
    if (open.has(id) && !needsNone && !holders.has(id)) yield `${id} is open and has no place of the pool`;
  }
}

/** Who is in with a place, as the admissions have it. */
function placedIn({ resources }: Finished): ReadonlySet<string> {
  const placed = new Set<string>();
  for (const { event } of resources.flatMap(({ log }) => log)) {
    if (event.type === 'admission.granted' && event.placed === true) placed.add(event.execution);
    if (event.type === 'admission.released') placed.delete(event.execution);
  }
  return placed;
}

function takenBy(holders: ReadonlyMap<string, Granted['need']>): Taken {
  const taken = { executions: 0, cpuMillis: 0, memoryBytes: 0 };
  for (const { cpuMillis, memoryBytes } of holders.values()) {
    taken.executions += 1;
    taken.cpuMillis += cpuMillis;
    taken.memoryBytes += memoryBytes;
  }
  return taken;
}
