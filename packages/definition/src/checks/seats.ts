/** Every seat has an id of its own, and there are not too many. How seats are named is the plan's law. */
import type { AgentsDraft } from '../language/agents.ts';
import { LIMITS } from '../limits.ts';
import { isBroken } from '../shape/object.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';

export const checkSeats: Check = ({ agents = [] }, root) => {
  const counts = countsOf(agents);
  let seats = 0;
  for (const [name, count] of counts) {
    const at = root.down('agents', name);
    const rival = count === 1 ? groupWithSeat(name, counts) : undefined;
    if (rival !== undefined) {
      const message = `the group ${quote(name)} is its own seat, but ${quote(rival)} has a seat of that id too`;
      at.report('seat_repeated', message, { at: 'key', hint: 'rename one of the groups' });
    }
    if (seats <= LIMITS.seats && seats + count > LIMITS.seats) {
      at.child('count').report('too_many', `with this group there are more than ${LIMITS.seats} seats`);
    }
    seats += count;
  }
};

/** Groups whose number of seats is certain. */
function countsOf(agents: AgentsDraft): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name, value } of agents) {
    if (value !== undefined && !isBroken(value, 'count')) counts.set(name, value.count ?? 1);
  }
  return counts;
}

/** `a` with three seats has `a-1`, `a-2` and `a-3`; a group of one is its seat. No other ids can meet. */
function groupWithSeat(seat: string, counts: ReadonlyMap<string, number>): string | undefined {
  const [, group = '', number] = /^(.+)-([1-9][0-9]*)$/.exec(seat) ?? [];
  const count = counts.get(group) ?? 1;
  return count > 1 && Number(number) <= count ? group : undefined;
}
