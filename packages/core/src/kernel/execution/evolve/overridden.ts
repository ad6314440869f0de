/** A task, or one of its items, was taken out of the hands of its agents. */
import { assert } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { TaskOverridden, TaskReassigned } from '../events.ts';
import { breakerAwaited } from '../lookup.ts';
import { makeReady, takeReady } from '../seating.ts';
import { type ExecutionState, type Item, isOver, newItem, type Task } from '../state.ts';
import { endAcquiring, leaveBreaker } from './claims.ts';
import { abandon, withdraw } from './items.ts';
import { closeItem, endAs, failsUnopened, taskOf } from './tasks.ts';

/** O(items of the task). */
export function overridden(state: ExecutionState, event: TaskOverridden, at: Instant): void {
  const task = taskOf(state, event.task);
  const { by, reason } = event;
  if (event.item === undefined) task.overridden = { as: event.as, by, reason };
  if (event.as === 'completed') return complete(state, task, event, at);
  // What follows of a failure is said by the failure itself.
  if (event.as === 'failed') return fail(state, task, event, at);
  for (const item of task.items) withdraw(state, item, reason, at);
  endAs(state, task, 'skipped', at);
}

/** Of a person, or of a team. */
function isOfNoAgent({ spawned: by }: Item): boolean {
  return by?.turn?.person !== undefined || by?.turn?.team === true;
}

function complete(
  state: ExecutionState,
  task: Task,
  { item: index, output, by, reason }: Extract<TaskOverridden, { as: 'completed' }>,
  at: Instant,
): void {
  if (index !== undefined) {
    const item = nth(task.items, index);
    abandon(state, item, reason, at);
    item.status = { kind: 'completed', at, output };
    return closeItem(state, item, at);
  }
  for (const item of task.items) withdraw(state, item, reason, at);
  if (nth(state.plan.tasks, task.index).definition.parallel) {
    // As a whole it gives what it is said to give, whatever its items gave.
    task.overridden = { as: 'completed', by, reason, output };
  } else {
    const item = task.items[0] ?? newItem(task.index, undefined);
    item.status = { kind: 'completed', at, output };
    task.items = [item];
  }
  task.openedAt ??= at;
  endAs(state, task, 'completed', at);
}

function fail(state: ExecutionState, task: Task, { item: index, reason }: TaskOverridden, at: Instant): void {
  if (task.status !== 'open') return failsUnopened(state, task);
  const open = task.items.filter(({ status }) => !isOver(status));
  const [first, ...others] = index === undefined ? open : [nth(task.items, index)];
  assert(first !== undefined, 'an open task has an open item');
  // From the last one: none that is held is served only to be stopped.
  for (const item of others.toReversed()) {
    withdraw(state, item, reason, at);
    closeItem(state, item, at);
  }
  abandon(state, first, reason, at);
  first.status = { kind: 'timed_out', at };
}

/** The same attempt goes to somebody else, as after a loss. O(items of the task). */
export function reassigned(state: ExecutionState, event: TaskReassigned, at: Instant): void {
  const task = taskOf(state, event.task);
  const { item: index, to, reason } = event;
  if (index === undefined) task.reassigned = to;
  for (const item of index === undefined ? task.items : [nth(task.items, index)]) {
    const { status } = item;
    if (isOver(status) || isOfNoAgent(item)) continue;
    const isDiverted = breakerAwaited(item) !== undefined;
    if (status.kind === 'assigned') {
      abandon(state, item, reason, at);
      item.attempt -= 1;
    } else if (status.kind === 'ready') takeReady(state, item);
    else if (isDiverted) endAcquiring(state, item);
    leaveBreaker(state, item);
    item.diverted = undefined;
    item.reassigned = to;
    if (status.kind === 'assigned' || status.kind === 'ready' || isDiverted) makeReady(state, item, at);
  }
}
