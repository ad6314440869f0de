/**
 * An attempt was handed out and not given to its agent, because agents of its type fail: it leaves its seat as if it had
 * never been there, and goes to another group or waits for the circuit breaker.
 */
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import { stepKey } from '../compensation.ts';
import type { TaskAcquiring, TaskRerouted } from '../events.ts';
import { diversionOf, statusOf, stepPlace } from '../lookup.ts';
import { makeReady } from '../seating.ts';
import type { ExecutionState, Item } from '../state.ts';
import { release } from './items.ts';
import { spend } from './spending.ts';

export function rerouted(state: ExecutionState, event: TaskRerouted, at: Instant): void {
  makeReady(state, leaveSeat(state, event, event.to, at), at);
}

/** `group` serves it once it is let through. */
export function waitsForBreaker(
  state: ExecutionState,
  event: TaskAcquiring,
  group: string,
  at: Instant,
): void {
  const item = leaveSeat(state, event, group, at);
  item.status = { kind: 'acquiring', since: at };
  state.acquiring.add(item);
}

/** Nobody has worked: the attempt, its turn, and what would undo it have not begun. */
function leaveSeat(
  state: ExecutionState,
  event: TaskRerouted | TaskAcquiring,
  to: string,
  at: Instant,
): Item {
  const item = release(state, event, at);
  const { attempt } = event;
  const { name, type } = groupOf(state, statusOf(item, 'assigned').seat);
  const before = diversionOf(item);
  const times = (before?.times ?? 0) + 1;
  const types = before === undefined ? [type] : [...new Set([...before.types, type])];
  item.diverted = { attempt, times, types, from: before?.from ?? name, to };
  state.counters.turns -= 1;
  spend(state, item, { turns: -1 });
  if (attempt === 1 && item.assignment === times) unregister(state, item);
  item.attempt -= 1;
  return item;
}

function groupOf({ plan }: ExecutionState, seat: number) {
  return nth(plan.groups, nth(plan.seats, seat).group).definition;
}

/** It is registered again when it is handed out again. */
function unregister(state: ExecutionState, item: Item): void {
  if (item.compensation === undefined) return;
  state.compensations.delete(stepKey(stepPlace(state, item.compensation)));
  item.compensation = undefined;
}
