/** What a timer means when it fires. A timer whose time has passed the state by means nothing. */
import type { TaskError } from '../../ports/agent.ts';
import type { Instant } from '../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type Timer, type View } from '../law.ts';
import { afterFailure } from './decide-turn.ts';
import type { AtAttempt, ExecutionEvent } from './events.ts';
import type { ExecutionState, Item } from './state.ts';

export function fire(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  switch (timer.kind) {
    case 'attempt_timeout':
      return attemptTimedOut(state, timer, now);
    case 'retry_due':
      return retryDue(state, timer, now);
    case 'execution_timeout':
      return executionTimedOut(state, now);
    case 'cancel_deadline':
      return cancelDeadline(state, now);
    default:
      return timer.kind satisfies never;
  }
}

function attemptTimedOut(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  const item = itemOf(state, timer);
  if (item?.status.kind !== 'assigned' || item.status.deadline === undefined) return NO_EVENTS;
  if (now < item.status.deadline) return NO_EVENTS;
  const at = attemptOf(state, item);
  const afterMs = item.status.deadline - item.status.since;
  const timedOut: ExecutionEvent = { type: 'task.timed_out', ...at, afterMs };
  if (state.status.kind === 'running' && state.status.ending !== undefined) {
    return accept([timedOut, { type: 'task.cancelled', ...at, confirmed: false }]);
  }
  const error: TaskError = {
    code: 'task_timed_out',
    message: `no answer within the timeout of ${afterMs / 1_000} s`,
  };
  return accept([timedOut, ...afterFailure(state, at, error, now)]);
}

function retryDue(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  const item = itemOf(state, timer);
  if (item?.status.kind !== 'retrying' || now < item.status.until) return NO_EVENTS;
  const { attempt: _, ...place } = attemptOf(state, item);
  return accept([{ type: 'task.retry_due', ...place }]);
}

function executionTimedOut(state: View<ExecutionState>, now: Instant): Decision<ExecutionEvent> {
  if (state.deadline === undefined || now < state.deadline) return NO_EVENTS;
  if (state.status.kind !== 'running' || state.status.ending !== undefined) return NO_EVENTS;
  const seconds = (state.request?.timeoutMs ?? 0) / 1_000;
  const message = `the execution did not end within its timeout of ${seconds} s`;
  return accept([{ type: 'workflow.failing', error: { code: 'execution_timed_out', message } }]);
}

/** Agents that have not answered by now are taken as gone: the execution ends without their word. */
function cancelDeadline(state: View<ExecutionState>, now: Instant): Decision<ExecutionEvent> {
  if (state.status.kind !== 'running' || state.status.ending === undefined) return NO_EVENTS;
  if (now < state.status.ending.deadline) return NO_EVENTS;
  return accept(
    [...state.inFlight].map((item) => ({
      type: 'task.cancelled',
      ...attemptOf(state, item),
      confirmed: false,
    })),
  );
}

function itemOf(state: View<ExecutionState>, timer: Timer): View<Item> | undefined {
  return state.tasks[state.plan.taskIndex.get(timer.task ?? '') ?? -1]?.items[timer.item ?? 0];
}

function attemptOf(state: View<ExecutionState>, item: View<Item>): AtAttempt {
  const task = state.plan.tasks[item.task]?.id as string;
  const { index, attempt } = item;
  return index === undefined ? { task, attempt } : { task, item: index, attempt };
}
