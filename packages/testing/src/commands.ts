/**
 * What a test tells an execution, in short: `completes('research[2]', 'found it')`. An answer finds the attempt and
 * the assignment that count at that moment, unless the test names others on purpose.
 */
import {
  type AtChild,
  type Ceiling,
  type CheckpointCause,
  type ChildOutcome,
  type Continue,
  type Directive,
  type ExecutionCommand,
  type ExecutionState,
  type Item,
  type Json,
  type RetryPolicyName,
  stepKey,
  type TaskError,
  type TimerKind,
  type Usage,
  type WorkflowRef,
} from '@cantata/core';

/** A command, or how to make one from the state it meets. */
export type Told = ExecutionCommand | Continue | ((state: ExecutionState) => ExecutionCommand);

export interface StartOptions {
  readonly input?: Json;
  /** One hour unless given. */
  readonly timeoutMs?: number;
  readonly retryPolicy?: RetryPolicyName;
  readonly ceiling?: Ceiling;
}

const WORKFLOW = { id: 'workflow', name: 'test', version: '1.0.0', digest: 'digest' };

export function starts(options: StartOptions = {}): ExecutionCommand {
  const { input = null, timeoutMs = 3_600_000, retryPolicy, ceiling } = options;
  const within = ceiling === undefined ? {} : { ceiling };
  const policy = retryPolicy === undefined ? {} : { retryPolicy };
  return { type: 'start', workflow: WORKFLOW, pattern: 'supervisor', input, timeoutMs, ...policy, ...within };
}

/** Which attempt and assignment an answer is for, where it is not for those that count. */
export interface AnswerOf {
  readonly attempt?: number;
  readonly assignment?: number;
}

export function completes(
  place: string,
  output: Json = null,
  of: AnswerOf & { usage?: Usage; directives?: readonly Directive[] } = {},
): Told {
  const { usage, directives, ...which } = of;
  const more = {
    ...(usage === undefined ? {} : { usage }),
    ...(directives === undefined ? {} : { directives }),
  };
  return (state) => ({ type: 'turn.completed', ...assignmentAt(state, place, which), output, ...more });
}

/** The agent of a place says what came of a part of its turn. */
export function keeps(place: string, key: string, value: Json, of: AnswerOf = {}): Told {
  return (state) => ({ type: 'turn.keep', ...assignmentAt(state, place, of), key, value });
}

/** The shell found what the child of a place is to run. */
export function resolves(
  place: string,
  of: { readonly workflow?: WorkflowRef; readonly limit?: number; readonly input?: Json } = {},
): Told {
  const { workflow = CHILD_WORKFLOW, limit = 1, input = null } = of;
  return (state) => ({
    type: 'child.resolved',
    ...childAt(state, place),
    workflow,
    pattern: 'supervisor',
    limit,
    timeoutMs: 3_600_000,
    input,
  });
}

export const CHILD_WORKFLOW: WorkflowRef = {
  id: 'inner',
  name: 'research',
  version: '2',
  digest: 'digest-2',
};

export function childEnds(place: string, outcome: ChildOutcome): Told {
  return (state) => ({ type: 'child.ended', ...childAt(state, place), outcome });
}

export function childAt(state: ExecutionState, place: string): AtChild {
  const item = itemAt(state, place);
  return { ...placeOf(place), attempt: item?.attempt ?? 1, execution: item?.child ?? 'none' };
}

export function addsItems(task: string, ...items: readonly Json[]): ExecutionCommand {
  return { type: 'items.add', task, items, by: 'ann' };
}

export function fails(place: string, error: Partial<TaskError> = {}, of: AnswerOf = {}): Told {
  const whole = { code: 'agent_error', message: 'it broke', ...error };
  return (state) => ({ type: 'turn.failed', ...assignmentAt(state, place, of), error: whole });
}

export function loses(place: string, of: AnswerOf = {}): Told {
  return (state) => ({ type: 'turn.lost', ...assignmentAt(state, place, of), reason: 'the process ended' });
}

/** Its engine did not give it to an agent of that type; or, `tries`, it wants to find out whether they are well. */
export function diverts(place: string, agentType: string, of: AnswerOf & { tries?: true } = {}): Told {
  return (state) => ({ type: 'turn.diverted', ...assignmentAt(state, place, of), agentType });
}

/** From `ann`. */
export function signals(signal: string, data: Json = null, id: string = 'signal'): ExecutionCommand {
  return { type: 'signal', signal, data, id, by: 'ann' };
}

/** From `ann`. */
export function publishes(topic: string, data: Json = null, id: string = 'event'): ExecutionCommand {
  return { type: 'event.publish', topic, data, id, by: 'ann' };
}

/** By `ann`, who says yes. */
export function answersPerson(
  place: string,
  answer: { readonly id?: string; readonly output?: Json; readonly reason?: string } = {},
): ExecutionCommand {
  return {
    type: 'human.answer',
    ...placeOf(place),
    decision: 'approved',
    id: 'answer',
    by: 'ann',
    ...answer,
  };
}

/** By `ann`, who says no. */
export function rejects(place: string, reason?: string): ExecutionCommand {
  const why = reason === undefined ? {} : { reason };
  return { type: 'human.answer', ...placeOf(place), decision: 'rejected', id: 'answer', by: 'ann', ...why };
}

export function fires(kind: TimerKind, place?: string): ExecutionCommand {
  return { type: 'timer', timer: place === undefined ? { kind } : { kind, ...placeOf(place) } };
}

export function pauses(reason?: string): ExecutionCommand {
  return { type: 'pause', checkpoint: 'pause', by: 'ann', ...(reason === undefined ? {} : { reason }) };
}

export function resumes(): ExecutionCommand {
  return { type: 'resume', by: 'ann' };
}

export function cancels(reason?: string): ExecutionCommand {
  return { type: 'cancel', by: 'ann', ...(reason === undefined ? {} : { reason }) };
}

/** An operator asks for another attempt at undoing a step, or all that failed. */
export function retriesUndoing(step?: string): ExecutionCommand {
  return { type: 'compensation.retry', by: 'ann', ...(step === undefined ? {} : { step: placeOf(step) }) };
}

export function skipsUndoing(step: string, reason: string = 'by hand'): ExecutionCommand {
  return { type: 'compensation.skip', by: 'ann', reason, step: placeOf(step) };
}

export function checkpoints(cause: CheckpointCause = 'interval'): ExecutionCommand {
  return { type: 'checkpoint', checkpoint: 'checkpoint', cause };
}

/** With its place in hand, as the admission sends it on. */
export function retries(
  options: { readonly tasks?: readonly string[]; readonly key?: 'same' | 'new' } = {},
): ExecutionCommand {
  const { tasks = [], key = 'same' } = options;
  return { type: 'retry', tasks, key, by: 'ann', reason: 'mended', workflow: WORKFLOW };
}

/** To the version `next`, which the execution knows under the same digest. */
export function upgrades(running: 'refuse' | 'stop' = 'refuse', digest = 'next'): ExecutionCommand {
  const workflow = { ...WORKFLOW, version: '2.0.0', digest };
  return { type: 'upgrade', workflow, running, by: 'ann', reason: 'mended' };
}

export function cancelsTask(place: string, extent: 'task' | 'region' = 'task'): ExecutionCommand {
  return { type: 'task.cancel', ...placeOf(place), extent, by: 'ann', reason: 'not needed' };
}

export function completesByHand(place: string, output: Json = null): ExecutionCommand {
  return { type: 'task.complete', ...placeOf(place), output, by: 'ann', reason: 'did it myself' };
}

export function failsByHand(place: string): ExecutionCommand {
  return { type: 'task.fail', ...placeOf(place), by: 'ann', reason: 'it is nonsense' };
}

export function skipsByHand(task: string): ExecutionCommand {
  return { type: 'task.skip', task, by: 'ann', reason: 'not needed' };
}

export function reassigns(place: string, to: string): ExecutionCommand {
  return { type: 'task.reassign', ...placeOf(place), to, by: 'ann', reason: 'they know more' };
}

export interface Place {
  readonly task: string;
  readonly item?: number;
  readonly activation?: number;
  readonly deed?: 'compensate';
}

/** `research` or `research[2]`, as people write a task or one of its items; `~research[2]#3` is the undoing of its third entry. */
export function placeOf(place: string): Place {
  const [, deed, task = place, item, activation] = /^(~?)(.+?)(?:\[(\d+)\])?(?:#(\d+))?$/.exec(place) ?? [];
  return {
    task,
    ...(item === undefined ? {} : { item: Number(item) }),
    ...(activation === undefined ? {} : { activation: Number(activation) }),
    ...(deed === '~' ? { deed: 'compensate' } : {}),
  };
}

/** The item that stands there, if any. */
export function itemAt(state: ExecutionState, place: string): Item | undefined {
  const at = placeOf(place);
  if (at.deed !== undefined) return state.compensations.get(stepKey(at))?.turn;
  return state.tasks[state.plan.taskIndex.get(at.task) ?? -1]?.items[at.item ?? 0];
}

function assignmentAt(state: ExecutionState, place: string, of: AnswerOf) {
  const item = itemAt(state, place);
  const { activation = 1 } = item === undefined ? {} : (item.undoes ?? state.tasks[item.task] ?? {});
  const entry = activation === 1 ? {} : { activation };
  return {
    ...placeOf(place),
    ...entry,
    attempt: item?.attempt ?? 1,
    assignment: item?.assignment ?? 1,
    ...of,
  };
}
