/** A workflow as it would be with other numbers of seats. */
import { type Definition, listing } from '@cantata/core';
import { usage } from './failure.ts';
import type { SeatChange } from './render/plan/report.ts';

/** As many as a workflow may have in all. */
const MOST_SEATS = 100_000;

export interface WhatIf {
  readonly definition: Definition;
  /** What is other than written; a number that is the one that is written changes nothing. */
  readonly changes: readonly SeatChange[];
}

/** `wishes` are `group=n`; of two for one group the last counts. @throws Failure for what is none. */
export function withSeats(definition: Definition, wishes: readonly string[]): WhatIf {
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
  return { definition: { ...definition, agents }, changes };
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
