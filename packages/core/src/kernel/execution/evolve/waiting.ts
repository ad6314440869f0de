/** An item begins to wait, and does not wait any more. */
import { assert } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { Timer } from '../../law.ts';
import type { HumanRequested, TaskWaiting, WaitsOn } from '../events.ts';
import { placeOf } from '../lookup.ts';
import { takeReady } from '../seating.ts';
import type { ExecutionState, Item } from '../state.ts';
import type { TeamRun } from '../team.ts';
import { addWaiter, dropWaiter } from '../waiters.ts';
import { childAwaited, childLeft } from './children.ts';
import { itemOf } from './tasks.ts';
import { disarmTeam, leave, teamOf } from './team-run.ts';

export function waiting(
  state: ExecutionState,
  event: TaskWaiting | HumanRequested,
  on: WaitsOn,
  at: Instant,
): void {
  const item = itemOf(state, event);
  assert(item.status.kind === 'ready', 'only a ready item begins to wait');
  takeReady(state, item);
  item.attempt = event.attempt;
  item.startedAt = at;
  const { until } = event;
  item.status = { kind: 'waiting', on, since: at, ...(until === undefined ? {} : { until }) };
  addWaiter(state, item);
  childAwaited(state, item);
  if (until !== undefined) state.effects.push({ kind: 'arm', timer: dueOf(state, item), at: until });
}

/** What people are asked. */
export function asked({ prompt, of }: HumanRequested): Pick<HumanRequested, 'prompt' | 'of'> {
  return of === undefined ? { prompt } : { prompt, of };
}

/** Whatever came of it: its timer is off. The caller says what the item is now. */
export function endWait(state: ExecutionState, item: Item): void {
  dropWaiter(state, item);
  disarmWait(state, item);
  if (isLead(item)) leave(state, ledBy(state, item));
  childLeft(state, item, 'nobody waits for it any more');
}

export function disarmWait(state: ExecutionState, item: Item): void {
  assert(item.status.kind === 'waiting', 'only what waits has such a timer');
  if (isLead(item)) disarmTeam(state, ledBy(state, item));
  if (item.status.until !== undefined) state.effects.push({ kind: 'disarm', timer: dueOf(state, item) });
}

function isLead({ status }: Item): boolean {
  return status.kind === 'waiting' && status.on.kind === 'team';
}

function ledBy({ tasks }: ExecutionState, { task, index }: Item): TeamRun {
  return teamOf(nth(tasks, task), index);
}

function dueOf(state: ExecutionState, item: Item): Timer {
  return { kind: 'wait_due', ...placeOf(state, item) };
}
