/**
 * Admission: how many executions of a workflow may be open. Who comes too late is refused, or waits in line where the
 * request says so: a sub-workflow has nobody who would ask again.
 *
 * Where the operator has limited how much runs at once, whoever has room here asks the pool for a place, too, and gives it
 * back with the one it has here. A sub-workflow runs in the place of its parent.
 */
import { noRule } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { Instant } from '../../ports/clock.ts';
import type { CancelCommand, PauseCommand, ResumeCommand, StartCommand } from '../execution/commands.ts';
import type { WorkflowRef } from '../execution/events.ts';
import type { RetryExecution } from '../execution/operator.ts';
import { accept, type Decision, type Message, NO_EVENTS, type Rejected, reject, type View } from '../law.ts';
import { Line } from '../line.ts';
import { type CapacityTerms, type Need, NOTHING_NEEDED } from './capacity.ts';
import { type Claim, denied } from './claim.ts';
import { poolOf } from './ids.ts';
import type { ResourceBase, ResourceKind } from './kind.ts';
import type { PoolRequest } from './pool.ts';

/** More do not wait: the answer is a refusal. */
export const MAX_ADMISSIONS_WAITING = 10_000;

export interface AdmissionState extends ResourceBase<'admission'> {
  /** Open executions and since when. */
  readonly holders: Map<string, Instant>;
  readonly waiting: Line<AdmissionWaiter>;
  /** Those of them that are passed over: whoever waits for them is paused. */
  readonly suspended: Set<string>;
  /** Those of the holders that have a place of the pool, and those that wait for one and have not begun. */
  readonly placed: Set<string>;
  readonly reserved: Set<string>;
  /** What the operator has limited; undefined for nothing. Not a part of its log: another engine may be told otherwise. */
  readonly capacity: CapacityTerms | undefined;
}

interface AdmissionWaiter {
  readonly execution: string;
  readonly limit: number;
  readonly start: Admitted;
  readonly need?: Need;
  readonly since: Instant;
}

export type AdmissionCommand = AdmissionRequest | AdmissionRelease | AdmissionWithdraw | AdmissionPass;

/** Whoever waits in line does not want a place any more. */
export interface AdmissionWithdraw {
  readonly type: 'admission.withdraw';
  readonly execution: string;
  /** Passed on to one that has its place. It goes the way of its start, which it must not overtake. */
  readonly cancel?: CancelCommand;
  /** Set by the pool: it does not wait there any more. */
  readonly placed?: true;
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
  /** What it takes of what the operator has limited; nothing but its place unless given. */
  readonly need?: Need;
  /** Wait for room, as long as the operator says, instead of being refused. */
  readonly waits?: boolean;
  /** Set by the pool: there is a place for it. */
  readonly placed?: true;
}

export type AdmissionEvent =
  | {
      readonly type: 'admission.granted';
      readonly execution: string;
      /** It has a place of the pool. */
      readonly placed?: true;
    }
  /** There is room for it here, and it waits for a place of the pool. */
  | { readonly type: 'admission.reserved'; readonly execution: string }
  | {
      readonly type: 'admission.queued';
      readonly execution: string;
      readonly limit: number;
      readonly start: Admitted;
      readonly need?: Need;
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
  create: (resourceId, { capacity }) => ({
    kind: 'admission',
    resourceId,
    sequence: 0,
    lastAt: 0,
    effects: [],
    holders: new Map(),
    waiting: new Line(),
    suspended: new Set(),
    placed: new Set(),
    reserved: new Set(),
    capacity,
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
        const { type: _, ...waiter } = event;
        return state.waiting.push(event.execution, { ...waiter, since: at });
      }
      case 'admission.granted':
        state.reserved.delete(event.execution);
        if (event.placed === true) state.placed.add(event.execution);
        return hold(state, event.execution, at);
      case 'admission.reserved':
        state.reserved.add(event.execution);
        return hold(state, event.execution, at);
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
        state.placed.delete(event.execution);
        state.reserved.delete(event.execution);
        return;
      default:
        throw noRule('event', event);
    }
  },
  owed: () => [],
  encode: ({ holders, waiting, suspended, placed, reserved }) =>
    ({
      holders: [...holders],
      ...(waiting.size === 0 ? {} : { waiting: [...waiting] }),
      ...(suspended.size === 0 ? {} : { suspended: [...suspended] }),
      ...(placed.size === 0 ? {} : { placed: [...placed] }),
      ...(reserved.size === 0 ? {} : { reserved: [...reserved] }),
    }) as unknown as JsonObject,
  restore(state, encoded) {
    const {
      holders,
      waiting = [],
      suspended = [],
      placed = [],
      reserved = [],
    } = encoded as unknown as {
      readonly holders: readonly (readonly [string, Instant])[];
      /** Absent in snapshots of before there was a line. */
      readonly waiting?: readonly AdmissionWaiter[];
      readonly suspended?: readonly string[];
      readonly placed?: readonly string[];
      readonly reserved?: readonly string[];
    };
    for (const [execution, since] of holders) state.holders.set(execution, since);
    for (const waiter of waiting) state.waiting.push(waiter.execution, waiter);
    for (const execution of suspended) state.suspended.add(execution);
    for (const execution of placed) state.placed.add(execution);
    for (const execution of reserved) state.reserved.add(execution);
  },
  weight: ({ holders, waiting }) => holders.size + waiting.size,
};

function request(state: View<AdmissionState>, command: AdmissionRequest): Decision<AdmissionEvent> {
  const { execution, limit, start, need } = command;
  if (command.placed === true) return placed(state, command);
  if (state.holders.has(execution) || state.waiting.has(execution)) {
    return reject('already_started', `execution ${execution} exists already`);
  }
  if (command.isInside === true) return admit(execution, start);
  // Nobody overtakes those who wait, unless somebody keeps them from beginning.
  if (hasRoom(state, limit)) return enter(state, command);
  if (command.queue !== true && command.parent === undefined) return refusal(state, command);
  if (state.waiting.size < MAX_ADMISSIONS_WAITING) {
    const queued = { type: 'admission.queued', execution, limit, start } as const;
    return accept([need === undefined ? queued : { ...queued, need }]);
  }
  const message = `${MAX_ADMISSIONS_WAITING} executions of workflow ${start.workflow.name} wait to be admitted already`;
  return command.parent === undefined
    ? reject('queue_full', message)
    : accept([], [denied(state.resourceId, command.parent, 'queue_full', message)]);
}

function hasRoom({ waiting, suspended, holders }: View<AdmissionState>, limit: number): boolean {
  return waiting.size === suspended.size && holders.size < limit;
}

/** There is room for it here. Who need not wait for a place has nothing kept for it: a refusal leaves no trace. */
function enter(state: View<AdmissionState>, command: AdmissionRequest): Decision<AdmissionEvent> {
  const { execution, start } = command;
  const { capacity } = state;
  if (capacity === undefined || isChild(start)) return admit(execution, start);
  const { need = NOTHING_NEEDED, waits } = command;
  const ask: PoolRequest = {
    type: 'pool.request',
    execution,
    need,
    limits: capacity.limits,
    request: command,
  };
  if (waits !== true) return accept([], [{ to: poolOf(), command: ask }]);
  return accept(
    [{ type: 'admission.reserved', execution }],
    [{ to: poolOf(), command: { ...ask, waitMs: capacity.waitMs } }],
  );
}

function isChild(start: Admitted): boolean {
  return start.type === 'start' && start.parent !== undefined;
}

/** Somebody else may have come in while the pool was asked, where nothing was kept: the place goes back. */
function placed(state: View<AdmissionState>, command: AdmissionRequest): Decision<AdmissionEvent> {
  const { execution, limit, start } = command;
  const isKept = state.reserved.has(execution);
  const isNew = !state.holders.has(execution) && !state.waiting.has(execution);
  if (!isKept && !(isNew && hasRoom(state, limit))) return accept([], [giveBackPlace(execution)]);
  return accept(
    [{ type: 'admission.granted', execution, placed: true }],
    [{ to: execution, command: start }],
  );
}

function giveBackPlace(execution: string): Message {
  return { to: poolOf(), command: { type: 'pool.release', execution } };
}

function hold({ waiting, suspended, holders }: AdmissionState, execution: string, at: Instant): void {
  waiting.delete(execution);
  suspended.delete(execution);
  holders.set(execution, at);
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
  const place = state.placed.has(execution) ? [giveBackPlace(execution)] : [];
  const messages = tells === undefined ? place : [...place, tells];
  if (state.holders.has(execution)) return accept([{ type: 'admission.released', execution }], messages);
  return tells === undefined ? withdraw(state, { execution }) : accept([], messages);
}

function withdraw(
  { resourceId: admission, waiting, holders, reserved }: View<AdmissionState>,
  { execution, cancel, placed }: Omit<AdmissionWithdraw, 'type'>,
): Decision<AdmissionEvent> {
  if (waiting.has(execution)) return accept([{ type: 'admission.withdrawn', execution }]);
  if (cancel === undefined || !holders.has(execution)) return NO_EVENTS;
  if (placed !== true && reserved.has(execution))
    return accept([], [{ to: poolOf(), command: { type: 'pool.withdraw', execution, cancel, admission } }]);
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
function next(state: View<AdmissionState>): Decision<AdmissionEvent> {
  const { holders, waiting, suspended } = state;
  for (const { since: _, ...first } of waiting) {
    if (suspended.has(first.execution)) continue;
    if (holders.size >= first.limit) return NO_EVENTS;
    // Nobody hears of a refusal any more, so it waits.
    return enter(state, { type: 'admission.request', ...first, waits: true });
  }
  return NO_EVENTS;
}

function admit(execution: string, start: Admitted): Decision<AdmissionEvent> {
  const message: Message = { to: execution, command: start };
  return accept([{ type: 'admission.granted', execution }], [message]);
}
