/** Folds one event into the state of an execution. Writes down what was decided; decides nothing (L2). */
import { assert, noRule } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import type { Usage } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { SnapshotOccasion } from '../../../ports/store.ts';
import type { Timer } from '../../law.ts';
import type {
  AtItem,
  CheckpointCause,
  ExecutionEvent,
  Requested,
  TaskAssigned,
  TaskOpened,
} from '../events.ts';
import { deadlineOf, planTask, wasInterrupted } from '../lookup.ts';
import { makeReady, occupy, takeReady, vacate } from '../seating.ts';
import { type ExecutionState, type Item, newItem, newTask, type Task } from '../state.ts';

export function evolve(state: ExecutionState, event: ExecutionEvent, at: Instant): void {
  state.sequence += 1;
  state.lastAt = at;
  switch (event.type) {
    case 'workflow.requested':
      return request(state, event, at);
    case 'workflow.planned':
      state.plannedMs = event.estimatedMs;
      state.status = { kind: 'allocating' };
      return;
    case 'workflow.agents_allocated':
      return;
    case 'workflow.execution_started':
      return begin(state, at);
    case 'workflow.paused':
      return pause(state, event.by, event.reason, at);
    case 'workflow.resumed':
      return unpause(state, at);
    case 'workflow.checkpoint_created':
      state.checkpoint = { id: event.checkpoint, sequence: state.sequence, at };
      if (event.cause === 'interrupt') state.interruptedAt = state.sequence;
      state.effects.push({
        kind: 'snapshot',
        checkpoint: event.checkpoint,
        occasion: occasionOf(event.cause),
      });
      return;
    case 'workflow.cancelling':
      state.status = {
        kind: 'running',
        ending: { kind: 'cancelled', by: event.by, reason: event.reason, deadline: at + CANCEL_GRACE_MS },
      };
      return stopAgents(state, at, event.reason);
    case 'workflow.failing':
      state.status = {
        kind: 'running',
        ending: { kind: 'failed', error: event.error, ...place(event), deadline: at + CANCEL_GRACE_MS },
      };
      return stopAgents(state, at, event.error.message);
    case 'workflow.completed':
      state.status = {
        kind: 'completed',
        at,
        ...(event.output === undefined ? {} : { output: event.output }),
      };
      return close(state);
    case 'workflow.failed':
      state.status = { kind: 'failed', at, error: event.error, ...place(event) };
      return close(state);
    case 'workflow.cancelled':
      state.status = { kind: 'cancelled', at, reason: event.reason };
      return close(state);
    case 'task.opened':
      return opened(state, event, at);
    case 'task.skipped':
      return skip(state, taskOf(state, event.task), at);
    case 'agent.task_assigned':
      return assign(state, event, at);
    case 'task.completed': {
      const item = release(state, event, at);
      item.status = { kind: 'completed', at, output: event.output };
      count(state, event.usage);
      return closeItem(state, item, at);
    }
    case 'task.retry_scheduled': {
      const item = release(state, event, at);
      item.status = { kind: 'retrying', until: event.until, error: event.error };
      item.assignment = 0;
      item.losses = 0;
      state.retrying.add(item);
      state.counters.retries += 1;
      state.effects.push({ kind: 'arm', timer: timerOf('retry_due', event), at: event.until });
      return;
    }
    case 'task.retry_due': {
      const item = itemOf(state, event);
      assert(item.status.kind === 'retrying', 'only an attempt that waits to be retried comes due');
      state.retrying.delete(item);
      makeReady(state, item, at);
      return;
    }
    case 'task.timed_out': {
      const item = release(state, event, at);
      item.status = { kind: 'timed_out', at };
      const { task, attempt } = event;
      const { assignment } = item;
      const reason = 'the attempt timed out';
      state.effects.push({ kind: 'cancel_agent', task, item: event.item, attempt, assignment, reason });
      return;
    }
    case 'task.failed':
      return fail(state, event, at);
    case 'task.cancelled': {
      const item = release(state, event, at);
      item.status = { kind: 'cancelled', at, confirmed: event.confirmed };
      return;
    }
    case 'agent.lost': {
      const item = release(state, event, at);
      state.counters.losses += 1;
      if (!wasInterrupted(state, item)) item.losses += 1;
      // The same attempt is handed out again: a lost process is not the agent's failure.
      item.attempt -= 1;
      makeReady(state, item, at);
      return;
    }
    default:
      throw noRule('event', event);
  }
}

/** How long an ending execution waits for its agents to stop before it ends without their word. */
const CANCEL_GRACE_MS = 10_000;

function request(state: ExecutionState, event: Requested, at: Instant): void {
  const { type: _, ...request } = event;
  state.request = { ...request, at };
  state.status = { kind: 'planning' };
  state.deadline = at + event.timeoutMs;
  state.effects.push({ kind: 'arm', timer: { kind: 'execution_timeout' }, at: state.deadline });
  for (let index = 0; index < state.plan.tasks.length; index++) state.tasks.push(newTask(state.plan, index));
}

function begin(state: ExecutionState, at: Instant): void {
  state.status = { kind: 'running' };
  state.startedAt = at;
  for (const task of state.tasks) {
    if (task.waiting === 0) open(state, task, at);
  }
}

function pause(state: ExecutionState, by: string, reason: string | undefined, at: Instant): void {
  // The clock of the execution stands still while it is paused.
  const remainingMs = Math.max(0, deadlineOf(state) - at);
  state.deadline = undefined;
  state.status = { kind: 'paused', at, by, remainingMs, ...(reason === undefined ? {} : { reason }) };
  state.effects.push({ kind: 'disarm', timer: { kind: 'execution_timeout' } });
}

function unpause(state: ExecutionState, at: Instant): void {
  assert(state.status.kind === 'paused', 'only a paused execution resumes');
  state.deadline = at + state.status.remainingMs;
  state.status = { kind: 'running' };
  state.effects.push({ kind: 'arm', timer: { kind: 'execution_timeout' }, at: state.deadline });
}

/** Tells every agent in flight to stop and gives them until the deadline. Retries are given up. */
function stopAgents(state: ExecutionState, at: Instant, reason: string): void {
  for (const item of state.retrying) {
    const { id } = planTask(state, item);
    state.effects.push({ kind: 'disarm', timer: { kind: 'retry_due', task: id, item: item.index } });
  }
  for (const item of state.inFlight) {
    const task = planTask(state, item).id;
    const { index, attempt, assignment } = item;
    state.effects.push({ kind: 'cancel_agent', task, item: index, attempt, assignment, reason });
  }
  if (state.inFlight.size > 0) {
    // The end has a deadline of its own.
    state.effects.push({ kind: 'arm', timer: { kind: 'cancel_deadline' }, at: at + CANCEL_GRACE_MS });
    state.effects.push({ kind: 'disarm', timer: { kind: 'execution_timeout' } });
  }
}

function close(state: ExecutionState): void {
  state.deadline = undefined;
  state.effects.push({ kind: 'disarm', timer: { kind: 'execution_timeout' } });
  state.effects.push({ kind: 'disarm', timer: { kind: 'cancel_deadline' } });
}

/** All dependencies of a task are met: it gets its one item, or waits for what is to be decided about it. */
function open(state: ExecutionState, task: Task, at: Instant): void {
  if (nth(state.plan.tasks, task.index).isPlain)
    return begun(state, task, [newItem(task.index, undefined)], at);
  toOpening(state, task);
}

function opened(state: ExecutionState, event: TaskOpened, at: Instant): void {
  const task = taskOf(state, event.task);
  leaveOpening(state, task);
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
  completeIfDone(state, task, at);
}

function skip(state: ExecutionState, task: Task, at: Instant): void {
  leaveOpening(state, task);
  task.status = 'skipped';
  state.counters.skippedTasks += 1;
  replan(state, task, -nth(state.plan.tasks, task.index).items);
  settle(state, task, at);
}

function leaveOpening(state: ExecutionState, task: Task): void {
  assert(task.status === 'opening', 'only a task that is about to open is decided about, and once');
  state.opening.remove(task);
}

function fail(
  state: ExecutionState,
  event: Extract<ExecutionEvent, { type: 'task.failed' }>,
  at: Instant,
): void {
  const task = taskOf(state, event.task);
  if (event.attempt === 0) {
    leaveOpening(state, task);
    task.error = event.error;
  } else {
    release(state, event, at).status = { kind: 'failed', at, error: event.error };
  }
  if (task.status !== 'failed') state.counters.failedTasks += 1;
  task.status = 'failed';
  task.endedAt = at;
}

function assign(state: ExecutionState, event: TaskAssigned, at: Instant): void {
  const item = itemOf(state, event);
  const seat = state.plan.seatIndex.get(event.seat);
  assert(seat !== undefined, `there is no seat ${event.seat}`);
  assert(item.status.kind === 'ready', 'only a ready item is assigned');
  state.counters.turns += 1;
  state.counters.queueMs += at - item.status.since;
  takeReady(state, item);
  occupy(state, item, seat);
  item.attempt = event.attempt;
  item.assignment = event.assignment;
  item.seat = seat;
  item.startedAt = at;
  const { timeoutMs } = planTask(state, item).definition;
  const deadline = timeoutMs === undefined ? undefined : at + timeoutMs;
  item.status = { kind: 'assigned', seat, since: at, sequence: state.sequence, deadline };
  state.inFlight.add(item);
  if (state.inFlight.size > state.counters.maxInFlight) state.counters.maxInFlight = state.inFlight.size;
  const { task, attempt, assignment } = event;
  state.effects.push({
    kind: 'dispatch',
    task,
    item: event.item,
    attempt,
    assignment,
    seat: event.seat,
    sequence: state.sequence,
  });
  if (deadline !== undefined) {
    state.effects.push({ kind: 'arm', timer: timerOf('attempt_timeout', event), at: deadline });
  }
}

/** An attempt is over: its seat is free and its timeout is off. */
function release(state: ExecutionState, event: AtItem, at: Instant): Item {
  const item = itemOf(state, event);
  const { status } = item;
  if (status.kind !== 'assigned') {
    // After a timeout the seat is free already.
    assert(status.kind === 'timed_out', 'only an attempt in flight ends');
    return item;
  }
  state.inFlight.delete(item);
  vacate(state, status.seat);
  state.counters.agentMs += at - status.since;
  if (status.deadline !== undefined) {
    state.effects.push({ kind: 'disarm', timer: timerOf('attempt_timeout', event) });
  }
  return item;
}

function closeItem(state: ExecutionState, item: Item, at: Instant): void {
  const task = nth(state.tasks, item.task);
  task.openItems -= 1;
  replan(state, task, -1);
  completeIfDone(state, task, at);
}

function completeIfDone(state: ExecutionState, task: Task, at: Instant): void {
  if (task.openItems > 0) return;
  task.status = 'completed';
  state.counters.completedTasks += 1;
  settle(state, task, at);
}

/** A task is completed or skipped: what depends on it waits for one less, or will be skipped as well. */
function settle(state: ExecutionState, task: Task, at: Instant): void {
  task.endedAt = at;
  state.openTasks -= 1;
  const layer = state.plan.layers.layerOf[task.index] as number;
  state.openInLayer[layer] = (state.openInLayer[layer] as number) - 1;
  while (state.layer < state.openInLayer.length - 1 && state.openInLayer[state.layer] === 0) state.layer += 1;
  // Without a view of the successors: there is one here for every task that ends.
  const { offsets, targets } = state.plan.graph;
  const end = offsets[task.index + 1] as number;
  for (let edge = offsets[task.index] as number; edge < end; edge++) {
    const successor = nth(state.tasks, targets[edge] as number);
    successor.waiting -= 1;
    if (successor.status !== 'pending') continue;
    if (task.status === 'skipped') doom(state, successor, task.index);
    else if (successor.waiting === 0) open(state, successor, at);
  }
}

function doom(state: ExecutionState, task: Task, skippedBy: number): void {
  task.skippedBy = skippedBy;
  toOpening(state, task);
}

function toOpening(state: ExecutionState, task: Task): void {
  task.status = 'opening';
  state.opening.push(task);
}

/** There are so many items more to do, or fewer. */
function replan({ plan, workMs }: ExecutionState, task: Task, items: number): void {
  if (items === 0) return;
  const { pool, estimate } = nth(plan.tasks, task.index);
  workMs[pool] = (workMs[pool] as number) + items * estimate.durationMs;
}

function count(state: ExecutionState, usage: Usage | undefined): void {
  state.counters.tokens += usage?.tokens ?? 0;
  state.counters.cost += usage?.cost ?? 0;
}

function taskOf(state: ExecutionState, id: string): Task {
  const task = state.tasks[state.plan.taskIndex.get(id) ?? -1];
  assert(task !== undefined, `there is no task ${id}`);
  return task;
}

function itemOf(state: ExecutionState, at: AtItem): Item {
  const item = taskOf(state, at.task).items[at.item ?? 0];
  assert(item !== undefined, `there is no item ${at.task}[${at.item}]`);
  return item;
}

function timerOf(kind: Timer['kind'], at: AtItem): Timer {
  return { kind, task: at.task, item: at.item };
}

/** A person pauses and interrupts; the engine does the rest for itself. */
function occasionOf(cause: CheckpointCause): SnapshotOccasion {
  return cause === 'pause' || cause === 'interrupt' ? 'asked' : 'routine';
}

function place(event: { readonly task?: string; readonly item?: number }): { task?: string; item?: number } {
  if (event.task === undefined) return {};
  return event.item === undefined ? { task: event.task } : { task: event.task, item: event.item };
}
