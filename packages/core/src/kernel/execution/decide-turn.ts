/** What an agent's answer, its silence or its loss means. */
import { turnAddress } from '../../ids.ts';
import { retryVerdict } from '../../policy/retry.ts';
import type { TaskError } from '../../ports/agent.ts';
import type { Instant } from '../../ports/clock.ts';
import { accept, type Decision, reject, type View } from '../law.ts';
import type { AtAssignment, TurnAnswer } from './commands.ts';
import type { AtAttempt, ExecutionEvent } from './events.ts';
import type { ExecutionState, Item } from './state.ts';

/** After so many losses of one attempt its process is taken to be killed by it. */
export const MAX_LOSSES_PER_ATTEMPT = 5;

export function answer(
  state: View<ExecutionState>,
  command: TurnAnswer,
  now: Instant,
): Decision<ExecutionEvent> {
  const item = current(state, command);
  if (item === undefined) return stale(command);
  const at = attemptOf(command);
  if (command.type === 'turn.completed') {
    const { output, usage } = command;
    return accept([{ type: 'task.completed', ...at, output, ...(usage === undefined ? {} : { usage }) }]);
  }
  if (isEnding(state)) {
    return command.error.code === 'agent_aborted'
      ? accept([{ type: 'task.cancelled', ...at, confirmed: true }])
      : accept([{ type: 'task.failed', ...at, error: command.error }]);
  }
  return accept(afterFailure(state, at, command.error, now));
}

export function lose(
  state: View<ExecutionState>,
  command: AtAssignment & { readonly reason: string },
): Decision<ExecutionEvent> {
  const item = current(state, command);
  if (item?.status.kind !== 'assigned') return stale(command);
  const at = attemptOf(command);
  if (isEnding(state)) return accept([{ type: 'task.cancelled', ...at, confirmed: false }]);
  if (command.assignment >= MAX_LOSSES_PER_ATTEMPT) {
    const error: TaskError = {
      code: 'agent_lost',
      message: `the process ended ${command.assignment} times while this attempt ran: ${command.reason}`,
    };
    return accept(giveUp(at, error));
  }
  const seat = state.plan.seats[item.status.seat]?.id as string;
  return accept([{ type: 'agent.lost', ...at, seat, reason: command.reason }]);
}

/** A failed attempt is retried by policy, or fails its task and with it the execution. */
export function afterFailure(
  state: View<ExecutionState>,
  at: AtAttempt,
  error: TaskError,
  now: Instant,
): readonly ExecutionEvent[] {
  const task = state.plan.tasks[state.plan.taskIndex.get(at.task) ?? -1];
  const policy = task?.definition.retryPolicy ?? state.request?.retryPolicy;
  const verdict = retryVerdict(policy, at.attempt, error, turnAddress(state.executionId, at));
  if (verdict.kind === 'retry')
    return [{ type: 'task.retry_scheduled', ...at, error, until: now + verdict.delayMs }];
  return giveUp(at, error);
}

function giveUp(at: AtAttempt, error: TaskError): readonly ExecutionEvent[] {
  const { attempt: _, ...place } = at;
  return [
    { type: 'task.failed', ...at, error },
    { type: 'workflow.failing', error, ...place },
  ];
}

/** The item of an answer, if the answer is for the attempt and assignment that count now. */
function current(state: View<ExecutionState>, at: AtAssignment): View<Item> | undefined {
  const item = state.tasks[state.plan.taskIndex.get(at.task) ?? -1]?.items[at.item ?? 0];
  if (item?.status.kind !== 'assigned') return undefined;
  return item.attempt === at.attempt && item.assignment === at.assignment ? item : undefined;
}

function stale(at: AtAssignment): Decision<ExecutionEvent> {
  return reject('stale_result', `attempt ${at.attempt} of ${at.task} does not count any more`);
}

function attemptOf(at: AtAttempt): AtAttempt {
  const { task, item, attempt } = at;
  return item === undefined ? { task, attempt } : { task, item, attempt };
}

function isEnding(state: View<ExecutionState>): boolean {
  return state.status.kind === 'running' && state.status.ending !== undefined;
}
