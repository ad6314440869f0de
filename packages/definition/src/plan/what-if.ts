/** A plan as it would be with other numbers of seats. */
import { createPlan, type Definition, type History, listing, type Plan } from '@cantata/core';
import type { SeatChange } from './report.ts';

/** As many as a workflow may have in all. */
const MOST_SEATS = 100_000;

export interface WhatIf {
  readonly plan: Plan;
  /** The plan of the document as it stands, where it is another. */
  readonly written?: Plan;
  /** What is other than written; a number that is the one that is written changes nothing. */
  readonly changes: readonly SeatChange[];
}

/** Why a wish cannot be met, and what there is instead. */
export interface Unmet {
  readonly problem: string;
  readonly help?: string;
}

/**
 * `wishes` are `group=n`; of two for one group the last counts. `name` is what a problem calls them: `--seats`. Parallel
 * tasks keep the items they are planned with: more seats do not make more work.
 */
export function planWith(
  definition: Definition,
  wishes: readonly string[],
  history: History,
  name: string,
): WhatIf | Unmet {
  const wanted = new Map<string, number>();
  for (const text of wishes) {
    const wish = wishOf(text, definition, name);
    if ('problem' in wish) return wish;
    wanted.set(wish.group, wish.seats);
  }
  const agents = definition.agents.map((group) => ({
    ...group,
    count: wanted.get(group.name) ?? group.count,
  }));
  const total = agents.reduce((sum, { count }) => sum + count, 0);
  if (total > MOST_SEATS) return { problem: `that makes ${total} seats; a workflow may have ${MOST_SEATS}` };
  const changes = definition.agents.flatMap(({ name: group, count: from }): SeatChange[] => {
    const to = wanted.get(group) ?? from;
    return to === from ? [] : [{ group, from, to }];
  });
  const written = createPlan(definition, history);
  if (changes.length === 0) return { plan: written, changes };
  const items = new Map(written.tasks.map((task) => [task.id, task.items]));
  return { plan: createPlan({ ...definition, agents }, history, items), written, changes };
}

function wishOf(
  wish: string,
  { agents }: Definition,
  name: string,
): { readonly group: string; readonly seats: number } | Unmet {
  const [, group, seats] = /^(.*)=([1-9]\d{0,8})$/.exec(wish) ?? [];
  if (group === undefined || seats === undefined)
    return {
      problem: `${name} ${wish} says nothing; write GROUP=NUMBER, as in ${name} ${agents[0]?.name ?? 'workers'}=5`,
    };
  if (agents.some((one) => one.name === group)) return { group, seats: Number(seats) };
  const names = agents.map((one) => one.name);
  return {
    problem: `${name} ${wish}: there is no agent group ${group}`,
    help: `There ${names.length === 1 ? 'is' : 'are'} ${listing(names, 12)}.`,
  };
}
