/** Where work is ready that the document does not have: who may do it, and which of the plan's queues that is. */
import type { View } from '../kernel/law.ts';
import type { Plan } from './plan.ts';

export interface SeatsFor {
  /** Undefined where exactly these groups have no queue together. */
  readonly pool: number | undefined;
  /** The group with most seats of those that may do it, the first of equals. */
  readonly group: string;
}

/** Undefined where no group may do it. O(groups + pools). */
export function seatsFor(
  { groups, pools }: View<Pick<Plan, 'groups' | 'pools'>>,
  {
    agent,
    requires = [],
  }: {
    readonly agent?: string | undefined;
    readonly requires?: readonly string[] | undefined;
  },
): SeatsFor | undefined {
  const able = groups.filter(({ definition }) =>
    agent === undefined
      ? requires.every((capability) => definition.capabilities.includes(capability))
      : definition.name === agent,
  );
  const [first] = able.toSorted((a, b) => b.seats.length - a.seats.length);
  if (first === undefined) return undefined;
  const wanted = able.map(({ index }) => index).join(',');
  const pool = pools.find((one) => one.groups.join(',') === wanted);
  return { pool: pool?.index, group: first.definition.name };
}
