/** A plan as it would be with other numbers of seats. */
import { createPlan, type Definition, type History, listing, type Plan } from '@cantata/core';
import { usage } from './failure.ts';
import type { SeatChange } from './render/plan/report.ts';

/** As many as a workflow may have in all. */
const MOST_SEATS = 100_000;

export interface WhatIf {
  readonly plan: Plan;
  /** The plan of the document as it stands, where it is another. */
  readonly written?: Plan;
  /** What is other than written; a number that is the one that is written changes nothing. */
  readonly changes: readonly SeatChange[];
}

/**
 * `wishes` are `group=n`; of two for one group the last counts. Parallel tasks keep the items they are planned with:
 * more seats do not make more work. @throws Failure for a wish that is none.
 */
export function planWith(definition: Definition, wishes: readonly string[], history: History): WhatIf {
  const wanted = new Map(wishes.map((wish) => wishOf(wish, definition)));
  const agents = definition.agents.map((group) => ({
    ...group,
    count: wanted.get(group.name) ?? group.count,
  }));
  const total = agents.reduce((sum, { count }) => sum + count, 0);
  if (total > MOST_SEATS) throw usage(`that makes ${total} seats; a workflow may have ${MOST_SEATS}`);
  const changes = definition.agents.flatMap(({ name, count: from }): SeatChange[] => {
    const to = wanted.get(name) ?? from;
    return to === from ? [] : [{ group: name, from, to }];
  });
  const written = createPlan(definition, history);
  if (changes.length === 0) return { plan: written, changes };
  const items = new Map(written.tasks.map((task) => [task.id, task.items]));
  return { plan: createPlan({ ...definition, agents }, history, items), written, changes };
}

function wishOf(wish: string, { agents }: Definition): readonly [string, number] {
  const [, group, seats] = /^(.*)=([1-9]\d{0,8})$/.exec(wish) ?? [];
  if (group === undefined || seats === undefined)
    throw usage(`--seats ${wish} says nothing; write GROUP=NUMBER, as in --seats ${agents[0]?.name}=5`);
  if (agents.some(({ name }) => name === group)) return [group, Number(seats)];
  const names = agents.map(({ name }) => name);
  throw usage(
    `--seats ${wish}: there is no agent group ${group}`,
    `There ${names.length === 1 ? 'is' : 'are'} ${listing(names, 12)}.`,
  );
}
