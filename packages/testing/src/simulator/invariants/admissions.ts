import { admissionOf, poolOf } from '@cantata/core';
import type { Finished, FinishedExecution } from '../finished.ts';
import { isOver } from '../over.ts';
import type { Invariant } from './invariant.ts';

export const admissions: Invariant = {
  name: 'admissions',
  says: 'An open execution holds its admission, and so does one that waits for room to begin; one that has ended, or only undoes what an operator asks it to, does not; never more than are allowed.',
  *check(finished) {
    const inLine = inLineForRoom(finished);
    for (const { version, program } of finished.workflows) {
      const { holders, most } = holdersOf(finished, admissionOf(version.workflowId));
      const limit = program.document['max_concurrent_executions'] as number;
      if (most > limit) yield `${version.name} had ${most} open executions, and ${limit} are allowed`;
      const open = new Set(
        finished.executions.flatMap((one) =>
          one.row.workflowId === version.workflowId && !isOver(one.row) && !hasStoodStill(one)
            ? [one.id]
            : [],
        ),
      );
      for (const id of holders)
        if (!open.has(id) && !inLine.has(id))
          yield `${id} is not open and holds the admission of ${version.name}`;
      for (const id of open)
        if (!holders.has(id)) yield `${id} is open without the admission of ${version.name}`;
    }
  },
};

/** Those that have a place here, and wait for one of the pool. */
function inLineForRoom({ resources }: Finished): ReadonlySet<string> {
  const waiting = new Set<string>();
  for (const { event } of resources.find(({ id }) => id === poolOf())?.log ?? []) {
    if (event.type === 'pool.queued') waiting.add(event.execution);
    if (event.type === 'pool.granted' || event.type === 'pool.refused') waiting.delete(event.execution);
  }
  return waiting;
}

/** Once something could not be undone its place is free; whatever an operator has undone after that needs none. */
function hasStoodStill({ log }: FinishedExecution): boolean {
  return log.some(({ event }) => event.type === 'workflow.compensation_failed');
}

function holdersOf({ resources }: Finished, id: string): { holders: Set<string>; most: number } {
  const holders = new Set<string>();
  let most = 0;
  for (const { event } of resources.find((resource) => resource.id === id)?.log ?? []) {
    // Who waits for a place of the pool has one here.
    if (event.type === 'admission.granted' || event.type === 'admission.reserved')
      holders.add(event.execution);
    if (event.type === 'admission.released') holders.delete(event.execution);
    most = Math.max(most, holders.size);
  }
  return { holders, most };
}
