/** What a task waits for that a team does: those of its turns that are open, and the times its pattern has set. */

import { nth } from '../../../../nth.ts';
import type { Instant } from '../../../../ports/clock.ts';
import { inTime, listing } from '../../../../text.ts';
import type { View } from '../../../law.ts';
import { labelOf } from '../../lookup.ts';
import { type ExecutionState, type Item, isOver } from '../../state.ts';
import { runOf, scopeOf } from '../../team-view.ts';
import type { Cause } from './cause.ts';

export function whyTeam(state: View<ExecutionState>, lead: View<Item>, now: Instant): Cause {
  const subject = labelOf(state, lead);
  const { items } = nth(state.tasks, lead.task);
  const { index: scope = 0 } = lead;
  const { plan, timers: set, heritage } = runOf(nth(state.tasks, lead.task), scope);
  const open = items.slice(1).filter((item) => scopeOf(item) === scope && !isOver(item.status));
  const turns = open.map((item) => labelOf(state, item));
  const timers = Array.from(set, ([name, at]) => `${name} ${inTime(at, now)}`);
  const what = [
    ...(turns.length === 0 ? [] : [`${turns.length === 1 ? 'the turn' : 'the turns'} ${listing(turns)}`]),
    ...(timers.length === 0 ? [] : [`the time of ${listing(timers)}`]),
  ];
  const after =
    heritage === undefined ? '' : `, to which it was switched from ${heritage.from} (${heritage.reason})`;
  // With neither, its pattern is about to be asked how it goes on.
  const awaited = what.length === 0 ? 'what its pattern says next' : what.join(' and ');
  return {
    subject,
    code: 'waits_for_team',
    sentence: `${subject} is ${scope === 0 ? 'shared' : 'taken'} by a team, by the pattern ${plan.pattern.name}${after}, and waits for ${awaited}.`,
    waits_for: turns,
  };
}
