/** What happens to an item: attempts are assigned, answered, retried, lost and stopped. */
import { assert } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import type { Usage } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { AtItem, ExecutionEvent, TaskAssigned } from '../events.ts';
import {
  endingOf,
  entryOf,
  placeOf,
  planTask,
  stoppingOf,
  timeoutOf,
  timerOf,
  wasInterrupted,
} from '../lookup.ts';
import { makeReady, occupy, takeReady, vacate } from '../seating.ts';
import { CANCEL_GRACE_MS, type ExecutionState, type Item, isOver } from '../state.ts';
import { dropPermit, endAcquiring, leaveBreaker, unclaim } from './claims.ts';
import { unhold } from './concurrency.ts';
import { spend } from './spending.ts';
import { abandonItem, closeItem, endStep, failed as failTask, itemOf, taskOf } from './tasks.ts';
import { turnLost, turnRetried, turnTook } from './team-figures.ts';
import { beneath } from './team-run.ts';
import { endWait } from './waiting.ts';

type Of<Type extends ExecutionEvent['type']> = Extract<ExecutionEvent, { readonly type: Type }>;

export function assigned(state: ExecutionState, event: TaskAssigned, at: Instant): void {
  const item = itemOf(state, event);
  const seat = state.plan.seatIndex.get(event.seat);
  assert(seat !== undefined, `there is no seat ${event.seat}`);
  assert(item.status.kind === 'ready', 'only a ready item is assigned');
  state.counters.turns += 1;
  state.counters.queueMs += at - item.status.since;
  takeReady(state, item);
  occupy(state, item, seat);
  if (item.undoes === undefined) spend(state, item, { turns: 1 });
  item.attempt = event.attempt;
  item.assignment = event.assignment;
  item.seat = seat;
  item.startedAt = at;
  const timeoutMs = timeoutOf(state, item);
  const deadline = timeoutMs === undefined ? undefined : at + timeoutMs;
  item.status = { kind: 'assigned', seat, since: at, sequence: state.sequence, deadline };
  state.inFlight.add(item);
  if (state.inFlight.size > state.counters.maxInFlight) state.counters.maxInFlight = state.inFlight.size;
  const { sequence } = state;
  const { task, attempt, assignment } = event;
  const { item: index, seat: to } = event;
  const dispatch = { kind: 'dispatch', task, item: index, attempt, assignment, seat: to, sequence } as const;
  const isFirstEntry = event.activation === undefined && event.deed === undefined;
  state.effects.push(isFirstEntry ? dispatch : { ...dispatch, ...entryOf(state, item) });
  if (deadline !== undefined) {
    state.effects.push({ kind: 'arm', timer: timerOf('attempt_timeout', event), at: deadline });
  }
}

export function completed(state: ExecutionState, event: Of<'task.completed'>, at: Instant): void {
  const item = release(state, event, at);
  const { output, asks } = event;
  item.kept = undefined;
  item.status =
    asks === undefined ? { kind: 'completed', at, output } : { kind: 'completed', at, output, asks };
  count(state, event.usage);
  if (event.usage !== undefined) spend(state, item, event.usage);
  closeItem(state, item, at, asks);
}

export function resultKept(state: ExecutionState, event: Of<'agent.result_kept'>): void {
  const item = itemOf(state, event);
  item.kept ??= new Map();
  item.kept.set(event.key, event.value);
}

export function retryScheduled(state: ExecutionState, event: Of<'task.retry_scheduled'>, at: Instant): void {
  const item = release(state, event, at);
  item.status = { kind: 'retrying', until: event.until, error: event.error };
  item.assignment = 0;
  item.losses = 0;
  leaveBreaker(state, item, event.error);
  dropPermit(item);
  state.retrying.add(item);
  state.counters.retries += 1;
  if (item.spawned?.turn !== undefined) turnRetried(state, item, event.error);
  state.effects.push({ kind: 'arm', timer: timerOf('retry_due', event), at: event.until });
}

export function retryDue(state: ExecutionState, event: Of<'task.retry_due'>, at: Instant): void {
  const item = itemOf(state, event);
  assert(item.status.kind === 'retrying', 'only an attempt that waits to be retried comes due');
  state.retrying.delete(item);
  makeReady(state, item, at);
}

export function timedOut(state: ExecutionState, event: Of<'task.timed_out'>, at: Instant): void {
  const item = release(state, event, at);
  const isOfAgent = item.status.kind === 'assigned';
  item.status = { kind: 'timed_out', at };
  // Nobody is to be told who only waited.
  if (!isOfAgent) return;
  tellToStop(state, item, 'the attempt timed out', { timedOut: true });
}

export function failed(state: ExecutionState, event: Of<'task.failed'>, at: Instant): void {
  const item = release(state, event, at);
  item.attempt = event.attempt;
  item.status = { kind: 'failed', at, error: event.error };
  if (event.handled === undefined || event.handled === 'goto') failTask(state, taskOf(state, event.task), at);
  closeItem(state, item, at);
}

export function cancelled(state: ExecutionState, event: Of<'task.cancelled'>, at: Instant): void {
  const stopping = stoppingOf(itemOf(state, event));
  const byEnd = endingOf(state) !== undefined && stopping === undefined;
  const item = release(state, event, at);
  const { confirmed } = event;
  // It has not stopped in time: nobody listens to it any more.
  if (stopping !== undefined && !confirmed) tellToStop(state, item, stopping.reason);
  item.status = { kind: 'cancelled', at, confirmed, ...(byEnd ? { isWithdrawn: true } : {}) };
  closeItem(state, item, at);
}

export function lost(state: ExecutionState, event: Of<'agent.lost'>, at: Instant): void {
  const item = release(state, event, at);
  state.counters.losses += 1;
  if (item.spawned?.turn !== undefined) turnLost(state, item);
  if (!wasInterrupted(state, item)) item.losses += 1;
  leaveBreaker(state, item);
  // The same attempt is handed out again: a lost process is not the agent's failure, and costs nobody a turn.
  if (item.undoes === undefined) spend(state, item, { turns: -1 });
  item.attempt -= 1;
  makeReady(state, item, at);
}

/** What waits is cancelled at once; an agent at work is told, and has until the deadline. */
export function stop(state: ExecutionState, item: Item, reason: string, at: Instant): void {
  const { status } = item;
  if (isOver(status)) return;
  if (status.kind === 'assigned') return stopAgent(state, item, status, reason, at);
  // From the last turn on: none is told of another that is stopped only to be stopped itself.
  for (const turn of underLead(state, item).toReversed()) stop(state, turn, reason, at);
  takeOut(state, item);
  item.status = { kind: 'cancelled', at, confirmed: true };
  closeItem(state, item, at);
}

function stopAgent(
  state: ExecutionState,
  item: Item,
  status: Extract<Item['status'], { readonly kind: 'assigned' }>,
  reason: string,
  at: Instant,
): void {
  if (status.stopping !== undefined) return;
  const timer = { task: planTask(state, item).id, item: item.index };
  const deadline = at + CANCEL_GRACE_MS;
  if (status.deadline !== undefined)
    state.effects.push({ kind: 'disarm', timer: { kind: 'attempt_timeout', ...timer } });
  item.status = { ...status, deadline: undefined, stopping: { deadline, reason } };
  tellToStop(state, item, reason);
  state.effects.push({ kind: 'arm', timer: { kind: 'stop_deadline', ...timer }, at: deadline });
}

export function tellToStop(
  state: ExecutionState,
  item: Item,
  reason: string,
  more: { readonly timedOut?: true } = {},
): void {
  const { index, attempt, assignment } = item;
  const at = { task: planTask(state, item).id, item: index, ...entryOf(state, item) };
  state.effects.push({ kind: 'cancel_agent', ...at, attempt, assignment, reason, ...more });
}

/**
 * Whatever it was at does not count any more. An agent at work is told to stop and is not waited for. The caller says
 * where it goes.
 */
export function abandon(state: ExecutionState, item: Item, reason: string, at: Instant): void {
  if (isOver(item.status)) return;
  endStep(state, item);
  for (const turn of underLead(state, item)) giveUp(state, turn, reason, at);
  if (item.status.kind !== 'assigned') return takeOut(state, item);
  leaveBreaker(state, item);
  tellToStop(state, item, reason);
  release(state, placeOf(state, item), at);
}

/** It is given up, and its agent is not waited for. The caller counts it. */
export function withdraw(state: ExecutionState, item: Item, reason: string, at: Instant): void {
  if (isOver(item.status)) return;
  abandon(state, item, reason, at);
  unclaim(state, item);
  item.status = { kind: 'cancelled', at, confirmed: false };
}

/** With its task still open: it is counted. */
export function giveUp(state: ExecutionState, item: Item, reason: string, at: Instant): void {
  if (isOver(item.status)) return;
  withdraw(state, item, reason, at);
  abandonItem(state, item);
}

/** What goes with a turn that is taken by a team. O(items of its task). */
function underLead(state: ExecutionState, { team, task, index = 0 }: Item): readonly Item[] {
  return team === undefined ? [] : [...beneath(nth(state.tasks, task), index)];
}

/** Out of the place where it waits. */
export function takeOut(state: ExecutionState, item: Item): void {
  const { kind } = item.status;
  if (kind === 'ready') return takeReady(state, item);
  if (kind === 'waiting') return endWait(state, item);
  if (kind === 'held') return unhold(state, item);
  if (kind === 'acquiring') return endAcquiring(state, item);
  if (kind === 'blocked') return;
  assert(kind === 'retrying', 'there is no other place to wait');
  state.retrying.delete(item);
  state.effects.push({ kind: 'disarm', timer: timerOf('retry_due', placeOf(state, item)) });
}

/** An attempt or a wait is over: its seat is free and its timers are off. */
export function release(state: ExecutionState, event: AtItem, at: Instant): Item {
  const item = itemOf(state, event);
  const { status } = item;
  assert(!isOver(status), 'only an attempt in flight ends');
  if (status.kind !== 'assigned' && status.kind !== 'timed_out') {
    // It ends before it could begin.
    takeOut(state, item);
    return item;
  }
  // After a timeout the seat is free already.
  if (status.kind === 'timed_out') return item;
  state.inFlight.delete(item);
  vacate(state, status.seat);
  state.counters.agentMs += at - status.since;
  if (item.spawned?.turn !== undefined) turnTook(state, item, at - status.since);
  if (status.deadline !== undefined) {
    state.effects.push({ kind: 'disarm', timer: timerOf('attempt_timeout', event) });
  }
  if (status.stopping !== undefined) {
    state.effects.push({ kind: 'disarm', timer: timerOf('stop_deadline', event) });
  }
  return item;
}

export function count(state: ExecutionState, usage: Usage | undefined): void {
  state.counters.tokens += usage?.tokens ?? 0;
  state.counters.cost += usage?.cost ?? 0;
}
