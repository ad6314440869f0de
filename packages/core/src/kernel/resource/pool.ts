/**
 * The pool: how much may run at once in the whole store. Only an admission asks it, where the operator has set limits, for
 * whoever it would let in, and it answers nobody else: the request comes back as `placed`, or what was kept for it is
 * released.
 *
 * P1 With every grant, what is taken in all is within the limits that the request came with.
 * P2 Nobody overtakes: the first in line is served as soon as there is room for it, and while somebody waits nobody else is.
 * P3 Nobody waits for ever: whoever may wait does so for a time, and not longer than who came before.
 * P4 Nothing leaks, and nobody is looked up: each way out of an admission, a write-off included, gives the place back.
 */
import { type ErrorCode, noRule } from '../../errors.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Instant } from '../../ports/clock.ts';
import type { CancelCommand } from '../execution/commands.ts';
import { accept, type Decision, type Message, NO_EVENTS, reject, type View } from '../law.ts';
import { Line } from '../line.ts';
import type { AdmissionRequest } from './admission.ts';
import { type CapacityLimits, type Need, neverFits, shortage, type Taken } from './capacity.ts';
import { admissionOf } from './ids.ts';
import type { ResourceBase, ResourceKind, TimerCommand } from './kind.ts';

/** More do not wait: the answer is a refusal. */
export const MAX_PLACES_WAITING = 10_000;
/** Of so many that did not get what they waited for is known why: whoever started them asks soon. */
export const MAX_REFUSED_KNOWN = 1_000;
/** One decision gives up so many at most; the rest follows at once. */
const MAX_GIVEN_UP = 1_000;

export interface PoolState extends ResourceBase<'pool'> {
  readonly holders: Map<string, Need>;
  /** Sum of what is held. */
  readonly taken: Taken;
  readonly waiting: Line<PlaceWaiter>;
  /** When the last of them gives up. */
  lastUntil: Instant;
  /** Who waited in vain, the last ones. */
  readonly refused: Map<string, ErrorCode>;
}

export interface PlaceWaiter {
  readonly execution: string;
  readonly need: Need;
  readonly limits: CapacityLimits;
  /** Sent back to the admission when there is room. */
  readonly request: AdmissionRequest;
  readonly since: Instant;
  readonly until: Instant;
}

export type PoolCommand = PoolRequest | PoolRelease | PoolWithdraw | TimerCommand;

export interface PoolRequest {
  readonly type: 'pool.request';
  readonly execution: string;
  readonly need: Need;
  readonly limits: CapacityLimits;
  readonly request: AdmissionRequest;
  /** How long it waits in line. Without it, it is refused where there is no room. */
  readonly waitMs?: number;
}

export interface PoolRelease {
  readonly type: 'pool.release';
  readonly execution: string;
}

/** Somebody cancels what may wait for its place: it came to the admission the way of its start. */
export interface PoolWithdraw {
  readonly type: 'pool.withdraw';
  readonly execution: string;
  /** Goes back to the admission, behind the place it was given. */
  readonly cancel: CancelCommand;
  readonly admission: string;
}

export type PoolEvent =
  | { readonly type: 'pool.granted'; readonly execution: string; readonly need: Need }
  | {
      readonly type: 'pool.queued';
      readonly execution: string;
      readonly need: Need;
      readonly limits: CapacityLimits;
      readonly request: AdmissionRequest;
      readonly until: Instant;
    }
  /** It may wait no longer, was cancelled, or could not even begin to wait. */
  | { readonly type: 'pool.refused'; readonly execution: string; readonly code: ErrorCode }
  | { readonly type: 'pool.released'; readonly execution: string };

export const poolKind: ResourceKind<PoolState, PoolCommand, PoolEvent> = {
  kind: 'pool',
  commands: ['pool.request', 'pool.release', 'pool.withdraw', 'timer'],
  create: (resourceId) => ({
    kind: 'pool',
    resourceId,
    sequence: 0,
    lastAt: 0,
    effects: [],
    holders: new Map(),
    taken: { executions: 0, cpuMillis: 0, memoryBytes: 0 },
    waiting: new Line(),
    lastUntil: 0,
    refused: new Map(),
  }),
  decide(state, command, now) {
    switch (command.type) {
      case 'continue':
        return next(state);
      case 'pool.request':
        return request(state, command, now);
      case 'pool.release':
        return state.holders.has(command.execution)
          ? accept([{ type: 'pool.released', execution: command.execution }])
          : NO_EVENTS;
      case 'pool.withdraw':
        return withdraw(state, command);
      case 'timer':
        return giveUp(state, now);
      default:
        throw noRule('command', command);
    }
  },
  evolve(state, event, at) {
    switch (event.type) {
      case 'pool.granted':
        take(state, event.execution, event.need);
        return leave(state, event.execution);
      case 'pool.queued': {
        const { type: _, ...waiter } = event;
        join(state, { ...waiter, since: at });
        if (state.waiting.size === 1) arm(state, event.until);
        return;
      }
      case 'pool.refused':
        note(state, event.execution, event.code);
        return leave(state, event.execution);
      case 'pool.released':
        return give(state, event.execution);
      default:
        throw noRule('event', event);
    }
  },
  *owed({ waiting: { head } }) {
    if (head !== undefined) yield { kind: 'arm', timer: { kind: 'allocation_due' }, at: head.until };
  },
  encode: ({ holders, waiting, refused }) =>
    ({
      holders: [...holders],
      ...(waiting.size === 0 ? {} : { waiting: [...waiting] }),
      ...(refused.size === 0 ? {} : { refused: [...refused] }),
    }) as unknown as JsonObject,
  restore(state, encoded) {
    const {
      holders,
      waiting = [],
      refused = [],
    } = encoded as unknown as {
      readonly holders: readonly (readonly [string, Need])[];
      readonly waiting?: readonly PlaceWaiter[];
      readonly refused?: readonly (readonly [string, ErrorCode])[];
    };
    for (const [execution, need] of holders) take(state, execution, need);
    for (const waiter of waiting) join(state, waiter);
    for (const [execution, code] of refused) note(state, execution, code);
  },
  weight: ({ holders, waiting }) => holders.size + waiting.size,
};

function request(state: View<PoolState>, command: PoolRequest, now: Instant): Decision<PoolEvent> {
  const { execution, need, limits, request, waitMs } = command;
  const { holders, waiting, taken } = state;
  if (holders.has(execution) || waiting.has(execution))
    return reject('already_started', `execution ${execution} waits to begin already`);
  const never = neverFits(need, limits);
  if (never !== undefined) {
    const message = `${request.start.workflow.name} does not fit what there is, even alone: ${never}`;
    return refuse(command, 'resources_insufficient', message);
  }
  const short = shortage(taken, need, limits);
  if (short === undefined && waiting.size === 0) return grant(execution, need, request);
  if (waitMs === undefined) {
    const line = waiting.size === 0 ? '' : ` (${waiting.size} wait in line)`;
    const message = `there is no room for another execution now: ${short ?? 'others came before'}${line}`;
    return refuse(command, 'capacity_exhausted', message, {
      limits: amounts(limits.maxExecutions, limits.maxCpuMillis, limits.maxMemoryBytes),
      used: amounts(taken.executions, taken.cpuMillis, taken.memoryBytes),
    });
  }
  if (waiting.size >= MAX_PLACES_WAITING)
    return refuse(command, 'queue_full', `${MAX_PLACES_WAITING} executions wait for room already`);
  const until = Math.max(now + waitMs, waiting.size === 0 ? 0 : state.lastUntil);
  return accept([{ type: 'pool.queued', execution, need, limits, request, until }]);
}

/** As programs outside have them. */
function amounts(executions?: number, cpuMillis?: number, memoryBytes?: number): JsonObject {
  return { executions: executions ?? null, cpu_millis: cpuMillis ?? null, memory_bytes: memoryBytes ?? null };
}

/** Where it may wait, its admission keeps something for it, and its start was accepted: that it will not be is written down. */
function refuse(
  { execution, request, waitMs }: PoolRequest,
  code: ErrorCode,
  message: string,
  detail?: Json,
): Decision<PoolEvent> {
  if (waitMs === undefined) return reject(code, message, detail);
  return accept([{ type: 'pool.refused', execution, code }], [release(execution, request)]);
}

function grant(execution: string, need: Need, request: AdmissionRequest): Decision<PoolEvent> {
  const message: Message = { to: admissionAt(request), command: { ...request, placed: true } };
  return accept([{ type: 'pool.granted', execution, need }], [message]);
}

/** It need not wait any longer. Whoever has its place by now is told itself. */
function withdraw(
  { waiting, holders }: View<PoolState>,
  { execution, cancel, admission }: PoolWithdraw,
): Decision<PoolEvent> {
  const waiter = waiting.get(execution);
  if (waiter !== undefined)
    return accept(
      [{ type: 'pool.refused', execution, code: 'start_cancelled' }],
      [release(execution, waiter.request)],
    );
  if (!holders.has(execution)) return NO_EVENTS;
  const command = { type: 'admission.withdraw', execution, cancel, placed: true } as const;
  return accept([], [{ to: admission, command }]);
}

/** All whose time is over: they stand in front. */
function giveUp({ waiting }: View<PoolState>, now: Instant): Decision<PoolEvent> {
  const events: PoolEvent[] = [];
  const messages: Message[] = [];
  for (const { execution, until, request } of waiting) {
    if (until > now || events.length === MAX_GIVEN_UP) break;
    events.push({ type: 'pool.refused', execution, code: 'allocation_timed_out' });
    messages.push(release(execution, request));
  }
  return accept(events, messages);
}

function next({ waiting: { head }, taken }: View<PoolState>): Decision<PoolEvent> {
  if (head === undefined || shortage(taken, head.need, head.limits) !== undefined) return NO_EVENTS;
  return grant(head.execution, head.need, head.request);
}

function release(execution: string, request: AdmissionRequest): Message {
  return { to: admissionAt(request), command: { type: 'admission.release', execution } };
}

function admissionAt({ start }: AdmissionRequest): string {
  return admissionOf(start.workflow.id);
}

function take({ holders, taken }: PoolState, execution: string, need: Need): void {
  holders.set(execution, need);
  taken.executions += 1;
  taken.cpuMillis += need.cpuMillis;
  taken.memoryBytes += need.memoryBytes;
}

function give({ holders, taken }: PoolState, execution: string): void {
  const need = holders.get(execution) as Need;
  holders.delete(execution);
  taken.executions -= 1;
  taken.cpuMillis -= need.cpuMillis;
  taken.memoryBytes -= need.memoryBytes;
}

function join(state: PoolState, waiter: PlaceWaiter): void {
  state.waiting.push(waiter.execution, waiter);
  state.lastUntil = waiter.until;
  state.refused.delete(waiter.execution);
}

function note({ refused }: PoolState, execution: string, code: ErrorCode): void {
  refused.delete(execution);
  refused.set(execution, code);
  const [oldest] = refused.keys();
  if (refused.size > MAX_REFUSED_KNOWN && oldest !== undefined) refused.delete(oldest);
}

/** Whoever waited does not wait any more. The timer is that of who stands first now. */
function leave(state: PoolState, execution: string): void {
  const { waiting, effects } = state;
  if (!waiting.delete(execution)) return;
  if (waiting.head === undefined) effects.push({ kind: 'disarm', timer: { kind: 'allocation_due' } });
  else arm(state, waiting.head.until);
}

function arm({ effects }: PoolState, at: Instant): void {
  effects.push({ kind: 'arm', timer: { kind: 'allocation_due' }, at });
}
