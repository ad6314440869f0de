/** Which task an operator speaks of, and whether something can be done to it now. */
import { taskLabel } from '../../../ids.ts';
import { type Rejected, reject, type View } from '../../law.ts';
import type { AtItem } from '../events.ts';
import { endingOf, findItem } from '../lookup.ts';
import { type ExecutionState, type Item, isOver, isSettled, type Task } from '../state.ts';
import { notRunning } from './control.ts';

export interface Addressed {
  readonly kind: 'found';
  readonly task: View<Task>;
  /** Where one item is meant, or the task has a single one. */
  readonly item: View<Item> | undefined;
}

/** @returns a rejection where the execution is at its end, or has no such task or item. */
export function addressed(state: View<ExecutionState>, at: AtItem): Addressed | Rejected {
  const { kind } = state.status;
  if ((kind !== 'running' && kind !== 'paused') || endingOf(state) !== undefined)
    return notRunning(state, 'changed');
  const task = state.tasks[state.plan.taskIndex.get(at.task) ?? -1];
  if (task === undefined)
    return reject('task_not_found', `execution ${state.executionId} has no task ${at.task}`);
  if (at.item === undefined) return { kind: 'found', task, item: findItem(state, at) };
  const item = findItem(state, at);
  if (item !== undefined) return { kind: 'found', task, item };
  const label = taskLabel(at.task, at.item);
  return reject('task_not_found', `there is no ${label}; ${at.task} has ${task.items.length} items now`);
}

/** The same, and nothing is settled about it. */
export function addressedOpen(state: View<ExecutionState>, at: AtItem): Addressed | Rejected {
  const found = addressed(state, at);
  if (found.kind === 'rejected') return found;
  const { task, item } = found;
  if (isSettled(task)) return settled(at, task.status);
  if (at.item !== undefined && item !== undefined && isOver(item.status))
    return settled(at, item.status.kind);
  return found;
}

function settled({ task, item }: AtItem, how: string): Rejected {
  return reject('task_settled', `${taskLabel(task, item)} is ${how} already`);
}
