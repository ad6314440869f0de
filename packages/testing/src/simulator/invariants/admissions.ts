import { admissionOf } from '@cantata/core';
import type { Finished } from '../finished.ts';
import { isOver } from '../over.ts';
import type { Invariant } from './invariant.ts';

export const admissions: Invariant = {
  name: 'admissions',
  says: 'An open execution holds its admission, one that has ended does not; never more than are allowed.',
  *check(finished) {
    for (const { version, program } of finished.workflows) {
      const { holders, most } = holdersOf(finished, admissionOf(version.workflowId));
      const limit = program.document['max_concurrent_executions'] as number;
      if (most > limit) yield `${version.name} had ${most} open executions, and ${limit} are allowed`;
      const open = new Set(
        finished.executions.flatMap(({ id, row }) =>
          row.workflowId === version.workflowId && !isOver(row) ? [id] : [],
        ),
      );
      for (const id of holders)
        if (!open.has(id)) yield `${id} is not open and holds the admission of ${version.name}`;
      for (const id of open)
        if (!holders.has(id)) yield `${id} is open without the admission of ${version.name}`;
    }
  },
};

function holdersOf({ resources }: Finished, id: string): { holders: Set<string>; most: number } {
  const holders = new Set<string>();
  let most = 0;
  for (const { event } of resources.find((resource) => resource.id === id)?.log ?? []) {
    if (event.type === 'admission.granted') holders.add(event.execution);
    if (event.type === 'admission.released') holders.delete(event.execution);
    most = Math.max(most, holders.size);
  }
  return { holders, most };
}
