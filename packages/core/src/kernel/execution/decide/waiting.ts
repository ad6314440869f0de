/** What tasks without a seat wait for, how long, and what follows when the time has come. */
import { type Json, JsonMeter } from '../../../json.ts';
import type { WaitFor } from '../../../plan/definition.ts';
import type { Computed } from '../../../plan/expression.ts';
import { instantOf } from '../../../plan/instant.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type Timer, type View } from '../../law.ts';
import type { AtAttempt, ExecutionEvent, TaskWaiting } from '../events.ts';
import { itemInput } from '../input.ts';
import { attemptOf, endingOf, findItem, placeOf } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';
import { COMPUTED_LIMITS, compute, computeIn, type Outcome, scopeOf } from './compute.ts';
import { failsForGood } from './failure.ts';

/** An item that is ready and needs no seat begins to wait. */
export function beginWait(
  state: View<ExecutionState>,
  item: View<Item>,
  wait: View<WaitFor>,
  now: Instant,
): readonly ExecutionEvent[] {
  const at: AtAttempt = { ...placeOf(state, item), attempt: item.attempt + 1 };
  const begun = begin(state, item, wait, now);
  return 'error' in begun
    ? failsForGood(state, at, begun.error)
    : [{ type: 'task.waiting', ...at, ...begun }];
}

type Begun = Pick<TaskWaiting, 'on' | 'until'> | { readonly error: TaskError };

function begin(state: View<ExecutionState>, item: View<Item>, wait: View<WaitFor>, now: Instant): Begun {
  return wait.kind === 'for'
    ? { on: { kind: 'timer' }, until: now + wait.forMs }
    : beginUntil(state, item, wait);
}

/** A time that has passed is due at once. */
function beginUntil(
  state: View<ExecutionState>,
  item: View<Item>,
  { until }: View<Extract<WaitFor, { readonly kind: 'until' }>>,
): Begun {
  const value = computeForItem(state, item, until);
  if (value.kind === 'failed') return { error: value.error };
  const at = instantOf(value.value);
  if (at !== undefined) return { on: { kind: 'timer' }, until: at };
  const message = `\`until\` gave ${JSON.stringify(value.value).slice(0, MAX_TOLD)}; it must be a time in ISO 8601 with a zone, such as 2030-01-31T18:00:00Z, or Unix milliseconds`;
  return { error: { code: 'wait_invalid', message, retry: 'never' } };
}

/** An item sees itself: what it works on, and its place. */
function computeForItem<T extends Json>(
  state: View<ExecutionState>,
  { task, index }: View<Item>,
  computed: View<Computed<T>>,
): Outcome<T> {
  if (index === undefined) return compute(state, computed);
  const scope = { ...scopeOf(state, computed.reads), item: itemInput(state, task, index), index };
  return computeIn(state, computed, scope, new JsonMeter(COMPUTED_LIMITS));
}

/** Characters of a value that does not fit, in the message that says so. */
const MAX_TOLD = 100;

/** Whatever it waited for: its time has come. */
export function waitDue(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  const item = findItem(state, timer);
  if (item?.status.kind !== 'waiting' || item.status.until === undefined) return NO_EVENTS;
  // Waits are given up when the end begins.
  if (now < item.status.until || endingOf(state) !== undefined) return NO_EVENTS;
  // What it was given goes on to who comes after it, as if there had been no wait between.
  const output = itemInput(state, item.task, item.index);
  return accept([{ type: 'task.completed', ...attemptOf(state, item), output }]);
}
