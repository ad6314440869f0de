/**
 * An execution that has failed or was cancelled runs again from there. It asks the admission for its place first: the
 * command comes back from there when it has it.
 */

import { nth } from '../../../nth.ts';
import { needing } from '../../../plan/need.ts';
import { listing } from '../../../text.ts';
import {
  accept,
  type Decision,
  type Message,
  NO_EVENTS,
  type Rejected,
  reject,
  type View,
} from '../../law.ts';
import { admissionOf } from '../../resource/ids.ts';
import { consequencesOf } from '../again.ts';
import type { ExecutionEvent } from '../events.ts';
import { requestOf } from '../lookup.ts';
import type { RetryExecution } from '../operator.ts';
import { type ExecutionState, isEnded, type Task } from '../state.ts';
import { statusWord } from './control.ts';

export function retry(state: View<ExecutionState>, command: RetryExecution): Decision<ExecutionEvent> {
  const refused = refusal(state, command);
  return command.workflow === undefined
    ? (refused ?? ask(state, command))
    : admitted(state, command, refused);
}

function ask(state: View<ExecutionState>, command: RetryExecution): Decision<ExecutionEvent> {
  const { workflow, ceiling } = requestOf(state);
  const { maxConcurrentExecutions: limit } = state.plan.definition;
  const start = { ...command, workflow };
  const { executionId: execution } = state;
  const need = needing(state.plan, ceiling);
  const request = { type: 'admission.request', execution, limit, start, ...need } as const;
  return accept([], [{ to: admissionOf(workflow.id), command: request }]);
}

/** It has its place. Where nothing can be done with it any more, it is given back. */
function admitted(
  state: View<ExecutionState>,
  command: RetryExecution,
  refused: Rejected | undefined,
): Decision<ExecutionEvent> {
  if (refused !== undefined) return isEnded(state.status) ? accept([], [release(state)]) : NO_EVENTS;
  const { by, reason = `retried by ${by}`, key } = command;
  const tasks = toRun(state, command).map((index) => nth(state.plan.tasks, index).id);
  return accept([{ type: 'workflow.reopened', tasks, key, by, reason }]);
}

/** Indices of what runs again. O(tasks and items). */
function toRun(state: View<ExecutionState>, command: RetryExecution): readonly number[] {
  const named = new Set(command.tasks);
  return state.tasks
    .filter(
      (task) =>
        isUnfinished(task) || hasEnded(state, task) || named.has(nth(state.plan.tasks, task.index).id),
    )
    .map(({ index }) => index);
}

/** It has failed and nobody dealt with that, or the end of the execution stopped it. */
function isUnfinished({ status, isHandled, items }: View<Task>): boolean {
  if (status === 'failed' && isHandled !== true) return true;
  return items.some((item) => item.status.kind === 'cancelled' && item.status.isWithdrawn === true);
}

/** It ended the execution as failed, and is asked again. */
function hasEnded({ status, plan }: View<ExecutionState>, { index }: View<Task>): boolean {
  if (status.kind !== 'failed' || status.error.code !== 'terminated') return false;
  return nth(plan.tasks, index).id === status.task;
}

function refusal(state: View<ExecutionState>, command: RetryExecution): Rejected | undefined {
  const { executionId } = state;
  const { tasks } = command;
  if (state.status.kind !== 'failed' && state.status.kind !== 'cancelled') {
    const message = `execution ${executionId} is ${statusWord(state)}; only what has failed or was cancelled is retried`;
    return reject('not_retryable', message);
  }
  for (const id of tasks) {
    const task = state.tasks[state.plan.taskIndex.get(id) ?? -1];
    if (task === undefined) return reject('task_not_found', `execution ${executionId} has no task ${id}`);
    if (task.status !== 'failed' && task.status !== 'cancelled' && task.status !== 'skipped')
      return reject(
        'not_retryable',
        `${id} is ${wordOf(task)}; it has not failed, nor was it cancelled or skipped`,
      );
  }
  const [acted] = consequencesOf(state, toRun(state, command)).acted;
  return acted === undefined ? undefined : tooLate(state, acted, command);
}

function tooLate({ plan }: View<ExecutionState>, acted: number, { tasks }: RetryExecution): Rejected {
  const message = `${nth(plan.tasks, acted).id} has already acted on how ${listing(tasks)} ended; fork the execution from there instead`;
  return reject('not_retryable', message);
}

function wordOf({ status }: View<Task>): string {
  return status === 'completed' ? 'completed' : 'not settled, and goes on by itself';
}

function release(state: View<ExecutionState>): Message {
  const to = admissionOf(requestOf(state).workflow.id);
  return { to, command: { type: 'admission.release', execution: state.executionId } };
}
