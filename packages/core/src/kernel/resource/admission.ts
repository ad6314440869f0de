/**
 * Admission: how many executions of a workflow may be open. Who comes too late is refused, or waits in line where the
 * request says so: a sub-workflow has nobody who would ask again.
 */
import { noRule } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { Instant } from '../../ports/clock.ts';
import type { CancelCommand, PauseCommand, ResumeCommand, StartCommand } from '../execution/commands.ts';
import type { WorkflowRef } from '../execution/events.ts';
import type { RetryExecution } from '../execution/operator.ts';
import { accept, type Decision, type Message, NO_EVENTS, type Rejected, reject, type View } from '../law.ts';
import { Line } from '../line.ts';
import { type Claim, denied } from './claim.ts';
import type { ResourceBase, ResourceKind } from './kind.ts';

/** More do not wait: the answer is a refusal. */
export const MAX_ADMISSIONS_WAITING = 10_000;

export interface AdmissionState extends ResourceBase<'admission'> {
  /** Open executions and since when. */
  readonly holders: Map<string, Instant>;
  readonly waiting: Line<AdmissionWaiter>;
  /** Those of them that are passed over: whoever waits for them is paused. */
  readonly suspended: Set<string>;
}

interface AdmissionWaiter {
  readonly execution: string;
  readonly limit: number;
  readonly start: Admitted;
  readonly since: Instant;
}

export type AdmissionCommand = AdmissionRequest | AdmissionRelease | AdmissionWithdraw | AdmissionPass;

/** Whoever waits in line does not want a place any more. */
export interface AdmissionWithdraw {
  readonly type: 'admission.withdraw';
  readonly execution: string;
  /** Passed on to one that has its place. It goes the way of its start, which it must not overtake. */
  readonly cancel?: CancelCommand;
}

/** Whoever waits for an execution is paused, or goes on. It goes the way of its start, which it must not overtake. */
export interface AdmissionPass {
  readonly type: 'admission.pass';
  readonly execution: string;
  /** Passed on to one that has its place; one that waits in line is passed over until the pause is over. */
  readonly command: PauseCommand | ResumeCommand;
}

export interface AdmissionRelease {
  readonly type: 'admission.release';
  readonly execution: string;
  /** Sent with the release: of an execution that ends without its law nobody else tells its parent. */
  readonly tells?: Message;
}

/** What begins when it has its place: a new execution, or one that goes on after its end. */
export type Admitted = StartCommand | (RetryExecution & { readonly workflow: WorkflowRef });

export interface AdmissionRequest {
  readonly type: 'admission.request';
  readonly execution: string;
  /** Of the version that is to run: how many may be open with it. */
  readonly limit: number;
  /** Sent on to the execution when it is admitted. */
  readonly start: Admitted;
  /** Wait in line instead of being refused. */
  readonly queue?: boolean;
  /** The item that runs it as its sub-workflow: waits in line, and is told of a refusal. */
  readonly parent?: Claim;
  /** It runs inside an execution of the same workflow, which waits for it: no line may stand between them. */
  readonly isInside?: boolean;
}

export type AdmissionEvent =
  | { readonly type: 'admission.granted'; readonly execution: string }
  | {
      readonly type: 'admission.queued';
      readonly execution: string;
      readonly limit: number;
      readonly start: Admitted;
    }
  /** It left the line without having been admitted. */
  | { readonly type: 'admission.withdrawn'; readonly execution: string }
  /** It keeps its place in the line, and others go before it. */
  | { readonly type: 'admission.suspended'; readonly execution: string }
  | { readonly type: 'admission.resumed'; readonly execution: string }
  | { readonly type: 'admission.released'; readonly execution: string };

export const admissionKind: ResourceKind<AdmissionState, AdmissionCommand, AdmissionEvent> = {
  kind: 'admission',
  commands: ['admission.request', 'admission.release', 'admission.withdraw', 'admission.pass'],
  create: (resourceId) => ({
    kind: 'admission',
    resourceId,
    sequence: 0,
    lastAt: 0,
    effects: [],
    holders: new Map(),
    waiting: new Line(),
    suspended: new Set(),
  }),
  decide(state, command) {
    if (command.type === 'continue') return next(state);
    if (command.type === 'admission.request') return request(state, command);
    if (command.type === 'admission.pass') return pass(state, command);
    return command.type === 'admission.release' ? release(state, command) : withdraw(state, command);
  },
  evolve(state, event, at) {
    switch (event.type) {
      case 'admission.queued': {
        const { execution, limit, start } = event;
        return state.waiting.push(execution, { execution, limit, start, since: at });
      }
      case 'admission.granted':
        state.waiting.delete(event.execution);
        state.suspended.delete(event.execution);
        state.holders.set(event.execution, at);
        return;
      case 'admission.withdrawn':
        state.waiting.delete(event.execution);
        state.suspended.delete(event.execution);
        return;
      case 'admission.suspended':
        state.suspended.add(event.execution);
        return;
      case 'admission.resumed':
        state.suspended.delete(event.execution);
        return;
      case 'admission.released':
        state.holders.delete(event.execution);
        return;
      default:
        throw noRule('event', event);
    }
  },
  owed: () => [],
  encode: ({ holders, waiting, suspended }) =>
    ({
      holders: [...holders],
      ...(waiting.size === 0 ? {} : { waiting: [...waiting] }),
      ...(suspended.size === 0 ? {} : { suspended: [...suspended] }),
    }) as unknown as JsonObject,
  restore(state, encoded) {
    const {
      holders,
      waiting = [],
      suspended = [],
    } = encoded as unknown as {
      readonly holders: readonly (readonly [string, Instant])[];
      /** Absent in snapshots of before there was a line. */
      readonly waiting?: readonly AdmissionWaiter[];
      readonly suspended?: readonly string[];
    };
    for (const [execution, since] of holders) state.holders.set(execution, since);
    for (const waiter of waiting) state.waiting.push(waiter.execution, waiter);
    for (const execution of suspended) state.suspended.add(execution);
  },
  weight: ({ holders, waiting }) => holders.size + waiting.size,
};

function request(state: View<AdmissionState>, command: AdmissionRequest): Decision<AdmissionEvent> {
  const { execution, limit, start } = command;
  if (state.holders.has(execution) || state.waiting.has(execution)) {
    return reject('already_started', `execution ${execution} exists already`);
  }
  if (command.isInside === true) return admit(execution, start);
  // Nobody overtakes those who wait, unless somebody keeps them from beginning.
  if (state.waiting.size === state.suspended.size && state.holders.size < limit)
    return admit(execution, start);
  if (command.queue !== true && command.parent === undefined) return refusal(state, command);
  if (state.waiting.size < MAX_ADMISSIONS_WAITING) {
    return accept([{ type: 'admission.queued', execution, limit, start }]);
  }
  const message = `${MAX_ADMISSIONS_WAITING} executions of workflow ${start.workflow.name} wait to be admitted already`;
  return command.parent === undefined
    ? reject('queue_full', message)
    : accept([], [denied(state.resourceId, command.parent, 'queue_full', message)]);
}

function refusal(state: View<AdmissionState>, { limit, start }: AdmissionRequest): Rejected {
  const holders = [...state.holders.keys()].slice(0, 10);
  const { name } = start.workflow;
  const line = state.waiting.size === 0 ? '' : `, and ${state.waiting.size} wait for a place`;
  const message =
    limit === 1 && state.holders.size > 0
      ? `workflow ${name} is executing already: ${holders[0]}${line}`
      : `workflow ${name} has ${state.holders.size} open executions, and ${limit} are allowed${line}`;
  return reject('workflow_already_executing', message, { executions: holders });
}

function release(
  state: View<AdmissionState>,
  { execution, tells }: AdmissionRelease,
): Decision<AdmissionEvent> {
  const messages = tells === undefined ? [] : [tells];
  if (state.holders.has(execution)) return accept([{ type: 'admission.released', execution }], messages);
  return tells === undefined ? withdraw(state, { execution }) : accept([], messages);
}

function withdraw(
  { waiting, holders }: View<AdmissionState>,
  { execution, cancel }: Omit<AdmissionWithdraw, 'type'>,
): Decision<AdmissionEvent> {
  if (waiting.has(execution)) return accept([{ type: 'admission.withdrawn', execution }]);
  if (cancel === undefined || !holders.has(execution)) return NO_EVENTS;
  return accept([], [{ to: execution, command: cancel }]);
}

function pass(
  { waiting, suspended, holders }: View<AdmissionState>,
  { execution, command }: AdmissionPass,
): Decision<AdmissionEvent> {
  if (holders.has(execution)) return accept([], [{ to: execution, command }]);
  const isPause = command.type === 'pause';
  if (!waiting.has(execution) || suspended.has(execution) === isPause) return NO_EVENTS;
  return accept([{ type: isPause ? 'admission.suspended' : 'admission.resumed', execution }]);
}

/** Admits the first in line that may begin, as soon as its own limit allows it. O(those that may not). */
function next({ holders, waiting, suspended }: View<AdmissionState>): Decision<AdmissionEvent> {
  for (const first of waiting) {
    if (suspended.has(first.execution)) continue;
    return holders.size < first.limit ? admit(first.execution, first.start) : NO_EVENTS;
  }
  return NO_EVENTS;
}

function admit(execution: string, start: Admitted): Decision<AdmissionEvent> {
  const message: Message = { to: execution, command: start };
  return accept([{ type: 'admission.granted', execution }], [message]);
}
