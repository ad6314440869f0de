/** What happens to an execution as a whole: it is requested, starts, stands still, goes on, and ends. */
import { assert } from '../../../errors.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { SnapshotOccasion } from '../../../ports/store.ts';
import type { CheckpointCause, ExecutionEvent, Requested } from '../events.ts';
import { deadlineOf, planTask } from '../lookup.ts';
import { CANCEL_GRACE_MS, type ExecutionState, isTimed, newTask } from '../state.ts';
import { askAgain, letAllGo } from './children.ts';
import { forfeit } from './claims.ts';
import { tellToStop } from './items.ts';
import { recallPermits } from './permits.ts';
import { disarmTask, open, taskOf } from './tasks.ts';
import { disarmListening } from './unlisten.ts';
import { disarmWait } from './waiting.ts';

type Of<Type extends ExecutionEvent['type']> = Extract<ExecutionEvent, { readonly type: Type }>;

export function requested(state: ExecutionState, event: Requested, at: Instant): void {
  const { type: _, ...request } = event;
  state.request = { ...request, at };
  state.status = { kind: 'planning' };
  state.deadline = at + Math.min(event.timeoutMs, state.plan.definition.budget?.wallTimeMs ?? Infinity);
  state.effects.push({ kind: 'arm', timer: { kind: 'execution_timeout' }, at: state.deadline });
  for (let index = 0; index < state.plan.tasks.length; index++) state.tasks.push(newTask(state.plan, index));
  const { origin, taskInput } = event;
  if (origin?.task !== undefined && taskInput !== undefined) taskOf(state, origin.task).input = taskInput;
}

export function started(state: ExecutionState, at: Instant): void {
  state.status = { kind: 'running' };
  state.startedAt = at;
  for (const task of state.tasks) {
    if (task.waiting === 0) open(state, task, at);
  }
}

export function paused(state: ExecutionState, { by, reason }: Of<'workflow.paused'>, at: Instant): void {
  // The clock of the execution stands still while it is paused.
  const remainingMs = Math.max(0, deadlineOf(state) - at);
  state.deadline = undefined;
  state.status = { kind: 'paused', at, by, remainingMs, ...(reason === undefined ? {} : { reason }) };
  state.effects.push({ kind: 'disarm', timer: { kind: 'execution_timeout' } });
  recallPermits(state, at);
}

export function resumed(state: ExecutionState, at: Instant): void {
  assert(state.status.kind === 'paused', 'only a paused execution resumes');
  state.deadline = at + state.status.remainingMs;
  state.status = { kind: 'running' };
  state.effects.push({ kind: 'arm', timer: { kind: 'execution_timeout' }, at: state.deadline });
  askAgain(state);
}

export function checkpointCreated(
  state: ExecutionState,
  { checkpoint, cause }: Of<'workflow.checkpoint_created'>,
  at: Instant,
): void {
  state.checkpoint = { id: checkpoint, sequence: state.sequence, at };
  if (cause === 'interrupt') state.interruptedAt = state.sequence;
  state.effects.push({ kind: 'snapshot', checkpoint, occasion: occasionOf(cause) });
}

/** A person pauses, interrupts and asks for one; the engine does the rest for itself. */
function occasionOf(cause: CheckpointCause): SnapshotOccasion {
  return cause === 'pause' || cause === 'interrupt' || cause === 'request' ? 'asked' : 'routine';
}

export function ending(
  state: ExecutionState,
  event: Of<'workflow.cancelling' | 'workflow.failing'>,
  at: Instant,
): void {
  const deadline = at + CANCEL_GRACE_MS;
  const ending =
    event.type === 'workflow.cancelling'
      ? ({ kind: 'cancelled', by: event.by, reason: event.reason, deadline } as const)
      : ({ kind: 'failed', error: event.error, ...place(event), deadline } as const);
  state.status = { kind: 'running', ending };
  stopAgents(state, ending.kind === 'failed' ? ending.error.message : ending.reason, deadline);
}

/** Tells every agent in flight to stop and gives them until the deadline. Retries and waits are given up. */
export function stopAgents(state: ExecutionState, reason: string, deadline: Instant): void {
  for (const item of state.retrying) {
    const { id } = planTask(state, item);
    state.effects.push({ kind: 'disarm', timer: { kind: 'retry_due', task: id, item: item.index } });
  }
  for (const task of state.tasks) if (isTimed(task)) disarmTask(state, task);
  for (const item of state.waiting) disarmWait(state, item);
  for (const item of state.claimants) if (!state.inFlight.has(item)) forfeit(state, item);
  for (const task of state.listening) disarmListening(state, task);
  for (const item of state.inFlight) tellToStop(state, item, reason);
  letAllGo(state, reason);
  if (state.inFlight.size > 0 || state.children.size > 0) {
    // The end has a deadline of its own.
    state.effects.push({ kind: 'arm', timer: { kind: 'cancel_deadline' }, at: deadline });
    state.effects.push({ kind: 'disarm', timer: { kind: 'execution_timeout' } });
  }
}

export function ended(
  state: ExecutionState,
  event: Of<'workflow.completed' | 'workflow.failed' | 'workflow.cancelled'>,
  at: Instant,
): void {
  if (event.type === 'workflow.completed') {
    state.status = {
      kind: 'completed',
      at,
      ...(event.output === undefined ? {} : { output: event.output }),
    };
  } else if (event.type === 'workflow.failed') {
    state.status = { kind: 'failed', at, error: event.error, ...place(event) };
  } else {
    state.status = { kind: 'cancelled', at, reason: event.reason };
  }
  state.deadline = undefined;
  state.effects.push({ kind: 'disarm', timer: { kind: 'execution_timeout' } });
  state.effects.push({ kind: 'disarm', timer: { kind: 'cancel_deadline' } });
}

function place(event: { readonly task?: string; readonly item?: number }): { task?: string; item?: number } {
  if (event.task === undefined) return {};
  return event.item === undefined ? { task: event.task } : { task: event.task, item: event.item };
}
