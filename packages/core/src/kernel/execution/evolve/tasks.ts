/** What happens to a task: it waits for its join, opens, and settles, which others wait for. */
import { assert } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { ENDS, type PlanTask } from '../../../plan/plan.ts';
import type { Instant } from '../../../ports/clock.ts';
import { type Compensation, stepKey } from '../compensation.ts';
import type { AtItem, ExecutionEvent, ItemsAdded, TaskOpened, TaskRepeated } from '../events.ts';
import { heldOf, taskDeadline, taskTimer } from '../lookup.ts';
import {
  type ExecutionState,
  type Item,
  isUndecided,
  itemsLeft,
  newItem,
  type Task,
  type TaskEnd,
} from '../state.ts';
import { unclaim } from './claims.ts';
import { enter, serveNext } from './concurrency.ts';
import { turnOver } from './team-run.ts';
import { unblock } from './unblock.ts';
import { unlisten } from './unlisten.ts';

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
  lay(state, task, event, at);
}

export function repeated(state: ExecutionState, event: TaskRepeated, at: Instant): void {
  const task = taskOf(state, event.task);
  decided(state, task);
  task.activation = event.activation;
  lay(state, task, event, at);
}

export function loopEnded(state: ExecutionState, event: Of<'task.loop_ended'>, at: Instant): void {
  const task = taskOf(state, event.task);
  decided(state, task);
  settle(state, task, 'completed', at);
}

/** Lays out its items, and what they work on. */
function lay(state: ExecutionState, task: Task, event: TaskOpened | TaskRepeated, at: Instant): void {
  if (event.input !== undefined) task.input = event.input;
  task.added = undefined;
  task.team = undefined;
  task.done = undefined;
  const items = event.items === undefined ? [newItem(task.index, undefined)] : newItems(task, event.items, 0);
  begun(state, task, items, at);
}

function newItems({ index }: Task, count: number, from: number): Item[] {
  return Array.from({ length: count }, (_, n) => newItem(index, from + n));
}

/** O(new items). */
export function itemsAdded(state: ExecutionState, event: ItemsAdded, at: Instant): void {
  const task = taskOf(state, event.task);
  const from = task.items.length;
  const items = newItems(task, event.items, from);
  task.added ??= [];
  task.added.push({ from, input: event.input });
  for (const item of items) task.items.push(item);
  task.openItems += items.length;
  replan(state, task, items.length);
  enter(state, task, items, at);
}

function begun(state: ExecutionState, task: Task, items: Item[], at: Instant): void {
  const before = itemsLeft(state.plan, task);
  task.status = 'open';
  task.openedAt ??= at;
  armTask(state, task);
  task.openItems = items.length;
  task.items = items;
  if (task.reassigned !== undefined) for (const item of items) item.reassigned = task.reassigned;
  replan(state, task, items.length - before);
  enter(state, task, items, at);
  settleIfOver(state, task, at);
}

export function skipped(state: ExecutionState, event: Of<'task.skipped'>, at: Instant): void {
  const task = taskOf(state, event.task);
  decided(state, task);
  const { dependency } = event;
  if (dependency !== undefined) task.skippedBy = taskOf(state, dependency).index;
  replan(state, task, -itemsLeft(state.plan, task));
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
  replan(state, task, -itemsLeft(state.plan, task));
  if (event.handled !== 'continue') failed(state, task, at);
  else settle(state, task, 'failed', at);
}

/** Whether a failure is that of a task without items. */
export function isUnopened(state: ExecutionState, { task, attempt }: Of<'task.failed'>): boolean {
  return attempt === 0 && taskOf(state, task).status !== 'open';
}

/** It is going to fail before it was open, whatever it waited for. */
export function failsUnopened(state: ExecutionState, task: Task): void {
  task.skippedBy = undefined;
  if (task.status === 'looping') return;
  if (task.status === 'listening') unlisten(state, task);
  if (!isUndecided(task)) state.undecided.push(task);
  task.status = 'opening';
}

/** It does not settle: the execution ends, or goes back to an earlier task. */
export function failed(state: ExecutionState, task: Task, at: Instant): void {
  disarmTask(state, task);
  if (task.status !== 'failed') state.counters.failedTasks += 1;
  task.status = 'failed';
  task.endedAt = at;
}

/** It ends by somebody's word, wherever it stands. Its items are over, or it has none yet. */
export function endAs(
  state: ExecutionState,
  task: Task,
  end: 'completed' | 'skipped' | 'cancelled',
  at: Instant,
): void {
  if (isUndecided(task) || task.status === 'listening') decided(state, task);
  replan(state, task, -itemsLeft(state.plan, task));
  task.openItems = 0;
  task.skippedBy = undefined;
  settle(state, task, end, at);
}

/** What becomes of an item is known. */
export function closeItem(state: ExecutionState, item: Item, at: Instant, asks?: Json): void {
  const task = nth(state.tasks, item.task);
  unclaim(state, item);
  const { enough } = nth(state.plan.tasks, task.index).definition;
  if (enough !== undefined && item.status.kind === 'completed') task.done = (task.done ?? 0) + 1;
  task.openItems -= 1;
  replan(state, task, -1);
  endStep(state, item);
  if (item.spawned !== undefined && task.status === 'open')
    for (const other of unblock(state, task, item, at)) closeItem(state, other, at);
  if (item.spawned?.turn !== undefined) turnOver(state, task, item, asks);
  settleIfOver(state, task, at);
  if (heldOf(task) > 0 && task.status === 'open') serveNext(state, task, at);
}

/** Nothing becomes of an item any more, and its task does not settle: the execution comes to its end. */
export function abandonItem(state: ExecutionState, item: Item): void {
  const task = nth(state.tasks, item.task);
  task.openItems -= 1;
  replan(state, task, -1);
  endStep(state, item);
}

export function settleIfOver(state: ExecutionState, task: Task, at: Instant): void {
  if (task.openItems > 0 || task.status !== 'open') return;
  const { loop, enough } = nth(state.plan.tasks, task.index).definition;
  const isEnough = enough !== undefined && (task.done ?? 0) >= enough;
  const end = isEnough || isPartial(task) ? 'completed' : worstOf(task);
  if (loop !== undefined && end === 'completed') {
    // Nobody works between two rounds, however long a pause it is: the next one has what is left of the time.
    disarmTask(state, task);
    return decideLater(state, task, 'looping');
  }
  settle(state, task, end, at);
}

/** A task ends as the worst of its items did. O(items), once. */
function worstOf({ items, team }: Task): TaskEnd {
  let end: TaskEnd = 'completed';
  // Of a team, the result is all that counts.
  for (const { status } of team === undefined ? items : items.slice(0, 1)) {
    if (status.kind === 'failed') return 'failed';
    if (status.kind === 'cancelled') end = 'cancelled';
  }
  return end;
}

/** A task has ended, and the execution goes on: what depends on it waits for one less, is opened, or will be skipped. */
function settle(state: ExecutionState, task: Task, end: TaskEnd, at: Instant): void {
  disarmTask(state, task);
  task.status = end;
  task.endedAt = at;
  if (end === 'failed') task.isHandled = true;
  countEnd(state, end, 1);
  state.openTasks -= 1;
  const layer = state.plan.layers.layerOf[task.index] as number;
  state.openInLayer[layer] = (state.openInLayer[layer] as number) - 1;
  while (state.layer < state.openInLayer.length - 1 && state.openInLayer[state.layer] === 0) state.layer += 1;
  announce(state, task, end, at);
}

/** What depends on a task learns how it ended. */
export function announce(state: ExecutionState, task: Task, end: TaskEnd, at: Instant): void {
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

/** A dependency has ended. */
export function arrive(
  state: ExecutionState,
  task: Task,
  dependency: Task,
  isMet: boolean,
  at: Instant,
): void {
  const { join } = nth(state.plan.tasks, task.index);
  if (join === undefined) {
    if (task.status !== 'pending') return;
    if (!isMet) doom(state, task, dependency);
    else if (task.waiting === 0) open(state, task, at);
    return;
  }
  if (isMet) task.met = (task.met ?? 0) + 1;
  if (task.status === 'pending') askJoin(state, task, join, dependency, at);
}

/** The join fires, cannot fire any more because of `last`, is asked, or waits on. */
function askJoin(
  state: ExecutionState,
  task: Task,
  join: NonNullable<PlanTask['join']>,
  last: Task,
  at: Instant,
): void {
  if (join.kind === 'when') return decideLater(state, task, 'joining');
  const wanted = join.kind === 'any' ? 1 : join.count;
  const met = task.met ?? 0;
  if (met >= wanted) open(state, task, at);
  else if (met + task.waiting < wanted) doom(state, task, last);
}

function doom(state: ExecutionState, task: Task, skippedBy: Task): void {
  task.skippedBy = skippedBy.index;
  decideLater(state, task, 'opening');
}

export function decideLater(
  state: ExecutionState,
  task: Task,
  status: 'opening' | 'joining' | 'looping',
): void {
  task.status = status;
  state.undecided.push(task);
}

/** What all attempts at it may take together begins to count. */
function armTask(state: ExecutionState, task: Task): void {
  const deadline = taskDeadline(state, task);
  if (deadline === undefined) return;
  state.effects.push({ kind: 'arm', timer: taskTimer(state, task), at: deadline });
}

export function disarmTask(state: ExecutionState, task: Task): void {
  if (taskDeadline(state, task) === undefined) return;
  state.effects.push({ kind: 'disarm', timer: taskTimer(state, task) });
}

/** Its budget ended it, with something to show. */
function isPartial({ stopReason, items }: Task): boolean {
  if (stopReason === undefined) return false;
  return (
    items.some(({ status }) => status.kind === 'completed') &&
    !items.some(({ status }) => status.kind === 'failed')
  );
}

/** What became of a step is known, as far as it ever will be. */
export function endStep(state: ExecutionState, item: Item): void {
  const step = compensationOf(state, item);
  if (step === undefined) return;
  const { status } = item;
  step.endedAt = state.sequence;
  step.output = status.kind === 'completed' ? status.output : undefined;
}

/** That of the entry the item stands for: an operator may have begun it again under new keys. */
function compensationOf(state: ExecutionState, { task, compensation }: Item): Compensation | undefined {
  return compensation?.activation === nth(state.tasks, task).activation ? compensation : undefined;
}

export function decided(state: ExecutionState, task: Task): void {
  if (task.status === 'listening') return unlisten(state, task);
  assert(isUndecided(task), 'only what is undecided is decided about, and once');
  state.undecided.remove(task);
}

/** One task more ended so, or one less. */
export function countEnd({ counters }: ExecutionState, end: TaskEnd, change: 1 | -1): void {
  if (end === 'completed') counters.completedTasks += change;
  else if (end === 'failed') counters.failedTasks += change;
  else if (end === 'skipped') counters.skippedTasks += change;
  else counters.cancelledTasks += change;
}

/** There are so many items more to do, or fewer. */
export function replan({ plan, workMs }: ExecutionState, task: Task, items: number): void {
  if (items === 0) return;
  const { pool, estimate } = nth(plan.tasks, task.index);
  workMs[pool] = (workMs[pool] as number) + items * estimate.durationMs;
}

export function itemOf(state: ExecutionState, at: AtItem): Item {
  if (at.deed !== undefined) {
    const { turn } = stepOf(state, at);
    assert(turn !== undefined, `the time to undo ${at.task} has not come`);
    return turn;
  }
  const item = taskOf(state, at.task).items[at.item ?? 0];
  assert(item !== undefined, `there is no item ${at.task}[${at.item}]`);
  return item;
}

export function stepOf(state: ExecutionState, at: AtItem): Compensation {
  const step = state.compensations.get(stepKey(at));
  assert(step !== undefined, `${at.task} was not registered to be undone`);
  return step;
}

export function taskOf(state: ExecutionState, id: string): Task {
  const task = state.tasks[state.plan.taskIndex.get(id) ?? -1];
  assert(task !== undefined, `there is no task ${id}`);
  return task;
}
