/**
 * The undoing of what was done, once the execution has come to its end: whether, in which order, and what follows when
 * it fails. Users trust this with payments: whatever may have had an effect is undone, and is told when nobody knows.
 *
 * S1 A step is registered in the commit that hands it out, before it is handed out: no effect is without its undoing.
 * S2 What was registered is undone unless the execution completes, whether the step completed or not.
 * S3 One key for all attempts of one undoing: `<address>/compensate`.
 * S4 What cannot be undone for good is never passed over in silence: the execution waits for an operator.
 * S5 Who stands still for an operator has given its place to the next one, and needs none for the rest of its undoing.
 */
import { assert } from '../../../errors.ts';
import { taskLabel } from '../../../ids.ts';
import { type Json, JsonMeter } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { rollsBack } from '../../../plan/definition.ts';
import type { Scope, StepSeen } from '../../../plan/expression.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { listing } from '../../../text.ts';
import { accept, type Decision, NO_EVENTS, reject, type View } from '../../law.ts';
import { together } from '../../values.ts';
import {
  type AtStep,
  COMPENSATION_TIMEOUT_MS,
  type Compensating,
  type Compensation,
  type CompensationCommand,
  type StepRef,
} from '../compensation.ts';
import type { ExecutionEvent } from '../events.ts';
import { stepSeen } from '../input.ts';
import { attemptOf, placeOf, requestOf, statusOf, stepPlace } from '../lookup.ts';
import { pick } from '../seating.ts';
import type { EndCause, ExecutionState, Item } from '../state.ts';
import { COMPUTED_LIMITS, computeIn, scopeOf } from './compute.ts';
import { statusWord } from './control.ts';
import { assignment, leave, outcomeOf } from './hand-out.ts';

type State = View<ExecutionState>;

/**
 * S1: what goes before the assignment of a step that can be undone. Its later attempts are the same step. What it spawned
 * is other work, of which its document does not say how it is undone.
 */
export function registration(state: State, item: View<Item>): ExecutionEvent | undefined {
  if (item.spawned !== undefined) return undefined;
  if (nth(state.plan.tasks, item.task).compensation === undefined) return undefined;
  if (item.compensation?.activation === nth(state.tasks, item.task).activation) return undefined;
  return { type: 'task.compensation_registered', ...placeOf(state, item) };
}

/** Whether such an end undoes what was done: a cancel always, a failure where its task or the document says so. */
export function undoes({ plan, compensations }: State, ending: View<EndCause>): boolean {
  if (compensations.size === 0) return false;
  if (ending.kind === 'cancelled') return true;
  if (ending.task === undefined) return rollsBack(plan.definition);
  const { kind } = nth(plan.tasks, plan.taskIndex.get(ending.task) as number).onFailure;
  // It has gone back as often as it may.
  return kind === 'goto' ? rollsBack(plan.definition) : kind === 'compensate';
}

export function compensating(state: State): Compensating {
  return { type: 'workflow.compensating', steps: state.compensations.size, timeoutMs: timeoutMs(state) };
}

function timeoutMs(state: State): number {
  return requestOf(state).compensationTimeoutMs ?? COMPENSATION_TIMEOUT_MS;
}

/** The next small step of undoing, or nothing while agents are at work. */
export function undo(state: State, now: Instant): Decision<ExecutionEvent> {
  const { undoing, status } = state;
  assert(undoing !== undefined && status.kind === 'compensating', 'nothing is being undone');
  if (undoing.left === 0) {
    const leaving = leave(state, () => outcomeOf(status.cause));
    return accept([{ type: 'workflow.compensated' }], leaving);
  }
  if (now >= status.deadline) return runOut(state, now);
  const due = undoing.due.head;
  if (due !== undefined) return accept([begin(state, due)]);
  const next = pick(state);
  if (next !== undefined)
    return state.unstaffed ? NO_EVENTS : accept([assignment(state, next.item, next.seat)]);
  if (state.inFlight.size > 0 || state.retrying.size > 0) return NO_EVENTS;
  return standStill(state, failedWords(state));
}

/** S5: nobody knows when an operator comes, and a run that began meanwhile must not keep what was done from being undone. */
function standStill(state: State, reason: string): Decision<ExecutionEvent> {
  const error: TaskError = { code: 'compensation_failed', message: reason, retry: 'never' };
  const leaving = leave(state, () => ({ status: 'failed', error }));
  return accept([{ type: 'workflow.compensation_failed', reason }], leaving);
}

function failedWords(state: State): string {
  const failed = [...state.compensations.values()].filter(({ status }) => status === 'failed');
  return `${listing(failed.map((step) => labelOf(state, step)))} could not be undone`;
}

function labelOf(state: State, step: View<Compensation>): string {
  const { task, item } = stepPlace(state, step);
  return taskLabel(task, item);
}

/** The time for all of it is over: who is at work is told to stop, and everything stands still. */
function runOut(state: State, now: Instant): Decision<ExecutionEvent> {
  const [open] = state.inFlight;
  const [retrying] = state.retrying;
  const item = open ?? retrying;
  const seconds = timeoutMs(state) / 1_000;
  if (item === undefined) return standStill(state, `undoing took longer than ${seconds} s`);
  const message = `undoing took longer than the ${seconds} s all of it may take`;
  const failed = failsToUndo(state, item, { code: 'compensation_timed_out', message });
  if (open === undefined) return accept([failed]);
  const afterMs = now - statusOf(open, 'assigned').since;
  return accept([{ type: 'task.timed_out', ...attemptOf(state, open), afterMs }, failed]);
}

/** For good: what stands behind it in the order waits until an operator has looked. */
export function failsToUndo(state: State, item: View<Item>, error: TaskError): ExecutionEvent {
  const at = stepPlace(state, stepUndone(item));
  return { type: 'task.compensation_failed', ...at, attempt: item.attempt, error };
}

function stepUndone({ undoes: step }: View<Item>): View<Compensation> {
  assert(step !== undefined, 'this is work, and undoes nothing');
  return step;
}

/** What the agent is handed is worked out when the time of the step has come, and written down. */
function begin(state: State, step: View<Compensation>): ExecutionEvent {
  const at = stepPlace(state, step);
  const unknown = step.output === undefined;
  const given = handed(state, step);
  if ('error' in given) return { type: 'task.compensation_failed', ...at, attempt: 0, error: given.error };
  return { type: 'task.compensating', ...at, input: given.input, ...(unknown ? { unknown } : {}) };
}

/**
 * Without a template: what the step worked on and gave. A template that reads what an unknown outcome has not must not
 * keep the step from being undone: then its agent is handed null, and learns the rest from its context.
 */
function handed(
  state: State,
  step: View<Compensation>,
): { readonly input: Json } | { readonly error: TaskError } {
  const template = nth(state.plan.tasks, step.task).compensation?.definition.input;
  const unknown = step.output === undefined;
  if (template === undefined) return { input: { ...stepSeen(state, step) } };
  const [scope, seen] = together(
    [() => scopeOf(state, template.reads), () => stepSeen(state, step)],
    (read): unknown => read(),
  ) as readonly [Scope, StepSeen];
  const input = computeIn(state, template, { ...scope, step: seen }, new JsonMeter(COMPUTED_LIMITS));
  if (input.kind === 'value') return { input: input.value };
  return unknown ? { input: null } : { error: input.error };
}

/** What an operator asks for. */
export function operate(state: State, command: CompensationCommand): Decision<ExecutionEvent> {
  const { kind } = state.status;
  if (kind !== 'compensating' && kind !== 'compensation_failed') {
    const message = `execution ${state.executionId} is ${statusWord(state)}: nothing of it is being undone`;
    return reject('not_compensating', message);
  }
  const steps = failedSteps(state, command.step);
  const [step] = steps;
  const isAllAsked = command.type === 'compensation.retry' && command.step === undefined;
  if (step === undefined && !(isAllAsked && kind === 'compensation_failed')) {
    const { step: ref } = command;
    const message =
      ref === undefined
        ? 'no step waits for an operator: undoing has not failed'
        : `${taskLabel(ref.task, ref.item)} waits for no operator: undoing it has not failed`;
    return reject('not_compensating', message);
  }
  const { by } = command;
  if (command.type === 'compensation.skip' && step !== undefined) {
    const { reason } = command;
    return accept([{ type: 'task.compensation_skipped', ...step, by, reason, timeoutMs: timeoutMs(state) }]);
  }
  return accept([{ type: 'workflow.compensation_resumed', by, steps, timeoutMs: timeoutMs(state) }]);
}

/** Those that failed for good. Of a step there is one at most: an earlier entry waits for a later one. */
function failedSteps(state: State, ref: View<StepRef> | undefined): readonly AtStep[] {
  const found = [...state.compensations.values()].filter(({ status }) => status === 'failed');
  const places = found.map((step) => stepPlace(state, step));
  if (ref === undefined) return places;
  return places.filter(
    ({ task, item, activation = 1 }) =>
      task === ref.task && item === ref.item && activation === (ref.activation ?? activation),
  );
}
