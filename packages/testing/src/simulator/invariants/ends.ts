import { isOver } from '../over.ts';
import { CONSTRUCTS } from '../programs/index.ts';
import type { Invariant } from './invariant.ts';

const NAMED: ReadonlySet<string> = new Set([
  'paused',
  ...CONSTRUCTS.flatMap(({ mayWaitFor = [] }) => mayWaitFor),
]);

export const ends: Invariant = {
  name: 'ends',
  says: 'Every execution has ended, or waits for a reason that has a name.',
  *check({ executions }) {
    for (const { id, row, causes } of executions) {
      if (isOver(row)) continue;
      const [cause] = causes;
      if (row.parked) yield `${id} is parked: ${row.reason}`;
      else if (cause === undefined) yield `${id} is ${row.status}, and nothing says why`;
      else if (!NAMED.has(cause.code)) yield `${id} is ${row.status}: ${cause.code}: ${cause.sentence}`;
    }
  },
};
