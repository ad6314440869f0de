/** Where work is ready that the document does not have: who may do it, and which of the plan's queues that is. */
import type { View } from '../kernel/law.ts';
import { nth } from '../nth.ts';
import type { Plan } from './plan.ts';

export interface SeatsFor {
  /** Undefined where exactly these groups have no queue together. */
  readonly pool: number | undefined;
  /** The group with most seats of those that may do it, the first of equals. */
  readonly group: string;
}

type Groups = View<Pick<Plan, 'groups' | 'groupIndex' | 'pools'>>;

/** Undefined where no group may do it. O(groups + pools); of one agent by name O(its pools). */
export function seatsFor(
  plan: Groups,
  {
    agent,
    requires = [],
  }: {
    readonly agent?: string | undefined;
    readonly requires?: readonly string[] | undefined;
  },
): SeatsFor | undefined {
  if (agent !== undefined) return seatsOf(plan, agent);
  const { groups, pools } = plan;
  const able = groups.filter(({ definition }) =>
    requires.every((capability) => definition.capabilities.includes(capability)),
  );
  const [first] = able.toSorted((a, b) => b.seats.length - a.seats.length);
  if (first === undefined) return undefined;
  const wanted = able.map(({ index }) => index).join(',');
  const pool = pools.find((one) => one.groups.join(',') === wanted);
  return { pool: pool?.index, group: first.definition.name };
}

function seatsOf({ groups, groupIndex, pools }: Groups, agent: string): SeatsFor | undefined {
  const index = groupIndex.get(agent);
  if (index === undefined) return undefined;
  const pool = nth(groups, index).pools.find((one) => nth(pools, one).groups.length === 1);
  return { pool, group: agent };
}
