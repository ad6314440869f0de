/** What a timer means when it fires. A timer whose time has passed the state by means nothing. */

import { assert, noRule } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type Timer, type View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { attemptOf, endingOf, findItem, placeOf, requestOf, stoppingOf, taskDeadline } from '../lookup.ts';
import { type ExecutionState, isOver } from '../state.ts';

import { elapsed, executionExceeded, taskExceeded } from './budget.ts';
import { failsForGood } from './failure.ts';
import { listenDue } from './listening.ts';
import { permitDue } from './permits.ts';
import { teamDue } from './team.ts';
import { afterFailure } from './turn.ts';
import { waitDue } from './waiting.ts';

export function fire(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  switch (timer.kind) {
    case 'attempt_timeout':
      return attemptTimedOut(state, timer, now);
    case 'retry_due':
      return retryDue(state, timer, now);
    case 'wait_due':
      return waitDue(state, timer, now);
    case 'permit_due':
      return permitDue(state, timer, now);
    case 'listen_due':
      return listenDue(state, timer, now);
    case 'stop_deadline':
      return stopTimedOut(state, timer, now);
    case 'team_due':
      return teamDue(state, timer, now);
    case 'task_timeout':
      return taskTimedOut(state, timer, now);
    case 'execution_timeout':
      return executionTimedOut(state, now);
    case 'compensation_timeout':
    case 'cancel_deadline':
      // Whatever wakes an ending execution after its deadline makes it end: see `advance`.
      return NO_EVENTS;
    default:
      throw noRule('timer', timer.kind);
  }
}

function attemptTimedOut(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  const item = findItem(state, timer);
  if (item?.status.kind !== 'assigned' || item.status.deadline === undefined) return NO_EVENTS;
  if (now < item.status.deadline) return NO_EVENTS;
  const at = attemptOf(state, item);
  const afterMs = item.status.deadline - item.status.since;
  const timedOut: ExecutionEvent = { type: 'task.timed_out', ...at, afterMs };
  if (endingOf(state) !== undefined) {
    return accept([timedOut, { type: 'task.cancelled', ...at, confirmed: false }]);
  }
  const message = `no answer within the timeout of ${afterMs / 1_000} s`;
  const error: TaskError = { code: 'task_timed_out', message };
  return accept([timedOut, ...afterFailure(state, item, error, now)]);
}

function stopTimedOut(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  const item = findItem(state, timer);
  const stopping = item === undefined ? undefined : stoppingOf(item);
  if (item === undefined || stopping === undefined || now < stopping.deadline) return NO_EVENTS;
  return accept([{ type: 'task.cancelled', ...attemptOf(state, item), confirmed: false }]);
}

function retryDue(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  const item = findItem(state, timer);
  if (item?.status.kind !== 'retrying' || now < item.status.until) return NO_EVENTS;
  // Retries are given up when the end begins.
  if (endingOf(state) !== undefined) return NO_EVENTS;
  return accept([{ type: 'task.retry_due', ...placeOf(state, item) }]);
}

function executionTimedOut(state: View<ExecutionState>, now: Instant): Decision<ExecutionEvent> {
  if (state.deadline === undefined || now < state.deadline) return NO_EVENTS;
  if (state.status.kind !== 'running' || state.status.ending !== undefined) return NO_EVENTS;
  const { timeoutMs } = requestOf(state);
  const { budget } = state.plan.definition;
  const { wallTimeMs = Infinity } = budget ?? {};
  if (budget !== undefined && wallTimeMs < timeoutMs)
    return accept(
      executionExceeded(budget, {
        limit: 'wall_time_ms',
        of: wallTimeMs,
        spent: elapsed(state, budget, now),
      }),
    );
  const seconds = timeoutMs / 1_000;
  const message = `the execution did not end within its timeout of ${seconds} s`;
  return accept([{ type: 'workflow.failing', error: { code: 'execution_timed_out', message } }]);
}

/** All its attempts together took too long: it fails with the first of its items that is not over. */
function taskTimedOut(
  state: View<ExecutionState>,
  { task: id }: Timer,
  now: Instant,
): Decision<ExecutionEvent> {
  const task = state.tasks[state.plan.taskIndex.get(id ?? '') ?? -1];
  const deadline = task === undefined ? undefined : taskDeadline(state, task);
  if (id === undefined || task?.status !== 'open' || deadline === undefined || now < deadline)
    return NO_EVENTS;
  if (endingOf(state) !== undefined) return NO_EVENTS;
  const item = task.items.find(({ status }) => !isOver(status));
  const { budget, taskTimeoutMs = Infinity } = nth(state.plan.tasks, task.index).definition;
  const { wallTimeMs } = budget ?? {};
  assert(item !== undefined, 'an open task has an open item');
  if (budget !== undefined && wallTimeMs !== undefined && wallTimeMs < taskTimeoutMs) {
    const spent = now - deadline + wallTimeMs;
    return accept(taskExceeded(state, item, budget, { limit: 'wall_time_ms', of: wallTimeMs, spent }, now));
  }
  const seconds = taskTimeoutMs / 1_000;
  const message = `all attempts together took longer than the ${seconds} s they may take`;
  const error: TaskError = { code: 'task_timed_out', message, retry: 'never' };
  return accept([
    { type: 'task.overridden', task: id, as: 'failed', by: 'task_timeout', reason: message },
    ...failsForGood(state, attemptOf(state, item), error),
  ]);
}
