/** What happens to a task: it waits for its join, opens, and settles, which others wait for. */
import { assert } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import { ENDS } from '../../../plan/plan.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { AtItem, ExecutionEvent, TaskOpened } from '../events.ts';
import { makeReady } from '../seating.ts';
import { type ExecutionState, type Item, newItem, type Task } from '../state.ts';

type Of<Type extends ExecutionEvent['type']> = Extract<ExecutionEvent, { readonly type: Type }>;

/** The join of a task has fired: it gets its one item, or waits for what is to be decided about it. */
export function open(state: ExecutionState, task: Task, at: Instant): void {
  if (nth(state.plan.tasks, task.index).isPlain)
    return begun(state, task, [newItem(task.index, undefined)], at);
  decideLater(state, task, 'opening');
}

export function opened(state: ExecutionState, event: TaskOpened, at: Instant): void {
  const task = taskOf(state, event.task);
  decided(state, task);
  if (event.input !== undefined) task.input = event.input;
  const items =
    event.items === undefined
      ? [newItem(task.index, undefined)]
      : Array.from({ length: event.items }, (_, index) => newItem(task.index, index));
  begun(state, task, items, at);
}

function begun(state: ExecutionState, task: Task, items: Item[], at: Instant): void {
  task.status = 'open';
  task.openedAt = at;
  task.openItems = items.length;
  task.items = items;
  replan(state, task, items.length - nth(state.plan.tasks, task.index).items);
  for (const item of items) makeReady(state, item, at);
  settleIfOver(state, task, at);
}

export function skipped(state: ExecutionState, event: Of<'task.skipped'>, at: Instant): void {
  const task = taskOf(state, event.task);
  decided(state, task);
  const { dependency } = event;
  if (dependency !== undefined) task.skippedBy = taskOf(state, dependency).index;
  replan(state, task, -nth(state.plan.tasks, task.index).items);
  settle(state, task, 'skipped', at);
}

export function awaited(state: ExecutionState, event: Of<'task.awaited'>): void {
  const task = taskOf(state, event.task);
  decided(state, task);
  task.status = 'pending';
}

/** It could not be opened. */
export function unopened(state: ExecutionState, event: Of<'task.failed'>, at: Instant): void {
  const task = taskOf(state, event.task);
  decided(state, task);
  task.error = event.error;
  if (event.handled === undefined) return failed(state, task, at);
  replan(state, task, -nth(state.plan.tasks, task.index).items);
  settle(state, task, 'failed', at);
}

/** For good, and the execution with it: it does not settle any more. */
export function failed(state: ExecutionState, task: Task, at: Instant): void {
  if (task.status !== 'failed') state.counters.failedTasks += 1;
  task.status = 'failed';
  task.endedAt = at;
}

/** It is cancelled before it was open. */
export function withdraw(state: ExecutionState, task: Task, at: Instant): void {
  if (task.status !== 'pending') decided(state, task);
  replan(state, task, -nth(state.plan.tasks, task.index).items);
  settle(state, task, 'cancelled', at);
}

/** What becomes of an item is known. */
export function closeItem(state: ExecutionState, item: Item, at: Instant): void {
  const task = nth(state.tasks, item.task);
  task.openItems -= 1;
  replan(state, task, -1);
  settleIfOver(state, task, at);
}

/** A task ends as the worst of its items did. O(items), once. */
function settleIfOver(state: ExecutionState, task: Task, at: Instant): void {
  if (task.openItems > 0 || task.status === 'failed') return;
  let end: 'completed' | 'failed' | 'cancelled' = 'completed';
  for (const { status } of task.items) {
    if (status.kind === 'failed') end = 'failed';
    else if (status.kind === 'cancelled' && end === 'completed') end = 'cancelled';
  }
  settle(state, task, end, at);
}

/** A task has ended, and the execution goes on: what depends on it waits for one less, is opened, or will be skipped. */
function settle(
  state: ExecutionState,
  task: Task,
  end: 'completed' | 'failed' | 'skipped' | 'cancelled',
  at: Instant,
): void {
  task.status = end;
  task.endedAt = at;
  if (end === 'failed') task.isHandled = true;
  countEnd(state, end);
  state.openTasks -= 1;
  const layer = state.plan.layers.layerOf[task.index] as number;
  state.openInLayer[layer] = (state.openInLayer[layer] as number) - 1;
  while (state.layer < state.openInLayer.length - 1 && state.openInLayer[state.layer] === 0) state.layer += 1;
  // Without a view of the successors: there is one here for every task that ends.
  const { graph, metBy } = state.plan;
  const { offsets, targets } = graph;
  const last = offsets[task.index + 1] as number;
  for (let edge = offsets[task.index] as number; edge < last; edge++) {
    const successor = nth(state.tasks, targets[edge] as number);
    successor.waiting -= 1;
    const isMet = metBy === undefined ? end === 'completed' : ((metBy[edge] as number) & ENDS[end]) !== 0;
    arrive(state, successor, task, isMet, at);
  }
}

/** A dependency has ended: the join fires, cannot fire any more, is asked, or waits on. */
function arrive(state: ExecutionState, task: Task, dependency: Task, isMet: boolean, at: Instant): void {
  const { join } = nth(state.plan.tasks, task.index);
  if (join !== undefined && isMet) task.met = (task.met ?? 0) + 1;
  if (task.status !== 'pending') return;
  if (join === undefined) {
    if (!isMet) doom(state, task, dependency);
    else if (task.waiting === 0) open(state, task, at);
    return;
  }
  if (join.kind === 'when') return decideLater(state, task, 'joining');
  const wanted = join.kind === 'any' ? 1 : join.count;
  const met = task.met ?? 0;
  if (met >= wanted) open(state, task, at);
  else if (met + task.waiting < wanted) doom(state, task, dependency);
}

function doom(state: ExecutionState, task: Task, skippedBy: Task): void {
  task.skippedBy = skippedBy.index;
  decideLater(state, task, 'opening');
}

function decideLater(state: ExecutionState, task: Task, status: 'opening' | 'joining'): void {
  task.status = status;
  state.undecided.push(task);
}

function decided(state: ExecutionState, task: Task): void {
  const { status } = task;
  assert(status === 'opening' || status === 'joining', 'only what is undecided is decided about, and once');
  state.undecided.remove(task);
}

function countEnd({ counters }: ExecutionState, end: 'completed' | 'failed' | 'skipped' | 'cancelled'): void {
  if (end === 'completed') counters.completedTasks += 1;
  else if (end === 'failed') counters.failedTasks += 1;
  else if (end === 'skipped') counters.skippedTasks += 1;
  else counters.cancelledTasks += 1;
}

/** There are so many items more to do, or fewer. */
function replan({ plan, workMs }: ExecutionState, task: Task, items: number): void {
  if (items === 0) return;
  const { pool, estimate } = nth(plan.tasks, task.index);
  workMs[pool] = (workMs[pool] as number) + items * estimate.durationMs;
}

export function itemOf(state: ExecutionState, at: AtItem): Item {
  const item = taskOf(state, at.task).items[at.item ?? 0];
  assert(item !== undefined, `there is no item ${at.task}[${at.item}]`);
  return item;
}

export function taskOf(state: ExecutionState, id: string): Task {
  const task = state.tasks[state.plan.taskIndex.get(id) ?? -1];
  assert(task !== undefined, `there is no task ${id}`);
  return task;
}
