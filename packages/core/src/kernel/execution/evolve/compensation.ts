/** What happens to steps that are undone, and to the execution meanwhile. */
import { assert } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import { UndoOrder } from '../../../policy/saga.ts';
import type { Instant } from '../../../ports/clock.ts';
import { Queue } from '../../queue.ts';
import {
  type Compensating,
  type Compensation,
  type CompensationEvent,
  type CompensationRegistered,
  type CompensationResumed,
  stepKey,
  type TaskCompensated,
  type TaskCompensating,
  type TaskCompensationFailed,
  type TaskCompensationSkipped,
  type Undoing,
} from '../compensation.ts';
import { makeReady } from '../seating.ts';
import { type EndCause, type ExecutionState, type Item, isOver, newItem } from '../state.ts';
import { count, release, takeOut } from './items.ts';
import { abandonItem, itemOf, stepOf } from './tasks.ts';

type Of<Type extends CompensationEvent['type']> = Extract<CompensationEvent, { readonly type: Type }>;

export function registered(state: ExecutionState, event: CompensationRegistered): void {
  const item = itemOf(state, event);
  const { activation = 1 } = event;
  const compensation: Compensation = {
    task: item.task,
    item: item.index,
    activation,
    generation: state.jumps,
    input: nth(state.tasks, item.task).input,
    output: undefined,
    endedAt: 0,
    status: 'registered',
    given: undefined,
    error: undefined,
    turn: undefined,
  };
  item.compensation = compensation;
  state.compensations.set(stepKey(event), compensation);
}

/** Every agent has stopped. What has not begun never will; what was registered is undone. O(tasks + items). */
export function compensating(state: ExecutionState, event: Compensating, at: Instant): void {
  const { status } = state;
  const ending = status.kind === 'running' ? status.ending : undefined;
  assert(ending !== undefined && ending.kind !== 'completed', 'only what comes to its end is undone');
  const { deadline: _, ...cause } = ending;
  for (const task of state.tasks) for (const item of task.items) giveUp(state, item, at);
  const order = new UndoOrder(state.plan.graph, state.compensations.values());
  state.undoing = { order, due: new Queue(), left: state.compensations.size };
  makeDue(state.undoing, order.first());
  state.deadline = undefined;
  state.effects.push({ kind: 'disarm', timer: { kind: 'execution_timeout' } });
  state.effects.push({ kind: 'disarm', timer: { kind: 'cancel_deadline' } });
  compensateUntil(state, at, at + event.timeoutMs, cause);
}

/** It waits for something that will not come any more. */
function giveUp(state: ExecutionState, item: Item, at: Instant): void {
  if (isOver(item.status)) return;
  takeOut(state, item);
  item.status = { kind: 'cancelled', at, confirmed: true };
  abandonItem(state, item);
}

function compensateUntil(state: ExecutionState, at: Instant, deadline: Instant, cause: EndCause): void {
  state.status = { kind: 'compensating', at, deadline, cause };
  state.effects.push({ kind: 'arm', timer: { kind: 'compensation_timeout' }, at: deadline });
}

function makeDue({ due }: Undoing, steps: readonly Compensation[]): void {
  for (const step of steps) {
    step.status = 'due';
    due.push(step);
  }
}

/** Its time has come: it is work like any other. */
export function begun(state: ExecutionState, event: TaskCompensating, at: Instant): void {
  const step = stepOf(state, event);
  undoingOf(state).due.remove(step);
  step.status = 'running';
  step.given = event.input;
  step.turn ??= { ...newItem(step.task, step.item), undoes: step };
  makeReady(state, step.turn, at);
}

export function compensated(state: ExecutionState, event: TaskCompensated, at: Instant): void {
  const turn = release(state, event, at);
  turn.status = { kind: 'completed', at, output: null };
  count(state, event.usage);
  over(state, stepOf(state, event), 'compensated');
}

export function failed(state: ExecutionState, event: TaskCompensationFailed, at: Instant): void {
  const step = stepOf(state, event);
  const { error } = event;
  if (event.attempt === 0) undoingOf(state).due.remove(step);
  else release(state, event, at).status = { kind: 'failed', at, error };
  step.status = 'failed';
  step.error = error;
}

export function skipped(state: ExecutionState, event: TaskCompensationSkipped, at: Instant): void {
  over(state, stepOf(state, event), 'skipped');
  goOn(state, at, event.timeoutMs);
}

export function resumed(state: ExecutionState, event: CompensationResumed, at: Instant): void {
  for (const ref of event.steps) {
    const step = stepOf(state, ref);
    // It gets a whole policy of attempts.
    if (step.turn !== undefined) {
      step.turn.forgiven = step.turn.attempt;
      step.turn.assignment = 0;
      step.turn.losses = 0;
    }
    step.error = undefined;
    makeDue(undoingOf(state), [step]);
  }
  goOn(state, at, event.timeoutMs);
}

/** Where everything stood still for what failed, the time to undo begins anew. */
function goOn(state: ExecutionState, at: Instant, timeoutMs: number): void {
  const { status } = state;
  if (status.kind === 'compensation_failed') compensateUntil(state, at, at + timeoutMs, status.cause);
}

/** What was done before it is set free, the last of it first. */
function over(state: ExecutionState, step: Compensation, status: 'compensated' | 'skipped'): void {
  const undoing = undoingOf(state);
  step.status = status;
  undoing.left -= 1;
  makeDue(undoing, undoing.order.done(step));
}

export function ended(
  state: ExecutionState,
  event: Of<'workflow.compensated' | 'workflow.compensation_failed'>,
  at: Instant,
): void {
  const { status } = state;
  assert(status.kind === 'compensating', 'only what is being undone comes to the end of it');
  const { cause } = status;
  state.status =
    event.type === 'workflow.compensated'
      ? { kind: 'compensated', at, cause }
      : { kind: 'compensation_failed', at, cause, reason: event.reason };
  state.effects.push({ kind: 'disarm', timer: { kind: 'compensation_timeout' } });
}

function undoingOf(state: ExecutionState): Undoing {
  assert(state.undoing !== undefined, 'nothing is being undone');
  return state.undoing;
}
