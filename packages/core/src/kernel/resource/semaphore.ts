/**
 * Locks and quotas: so much of something for all who ask, first come first served. A lock is a quota of one.
 *
 * S1 With every grant, what is held in all is at most the capacity that the granted claim was asked with: whoever asks
 *    keeps to the capacity of its own version.
 * S2 Nobody overtakes: the first in line is served as soon as the capacity of its own version allows it, and while
 *    somebody waits everybody else does, too.
 * S3 Nothing leaks: while somebody waits, holders are looked up now and then (`ask_holder`), and what one holds that
 *    has ended without giving it back is free.
 * S4 Who joins the line is looked after soon, however long others have stood there: what it waits for may be waiting for it.
 *    So are the others when one has left: it may have been in one circle of several. What closes a circle without a word
 *    to the line, an agent's end or a resumption, is found with the next look: hence the bound, and not a longer one.
 */
import { noRule } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { Instant } from '../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type View } from '../law.ts';
import { Line } from '../line.ts';
import { type Claim, claimKey, denied, granted } from './claim.ts';
import { nameOf } from './ids.ts';
import type { HolderGone, ResourceBase, ResourceKind, TimerCommand } from './kind.ts';

/** More do not wait: the answer is a denial. */
export const MAX_CLAIMS_WAITING = 10_000;
/** Holders are looked up after so long, then after twice as long, and so on up to the bound. */
export const FIRST_CHECK_MS = 30_000;
export const LONGEST_CHECK_MS = 300_000;
/** One decision releases so many claims at most; the next look-up finds the rest. */
const MAX_RELEASED = 1_000;

export interface SemaphoreState extends ResourceBase<'semaphore'> {
  readonly holders: Map<string, Holding>;
  /** Sum of what is held. */
  used: number;
  readonly waiting: Line<Waiter>;
  /** When the holders are looked up next, and how often they were; undefined while nobody waits. */
  check: { readonly at: Instant; readonly round: number } | undefined;
}

export interface Holding {
  readonly claim: Claim;
  readonly count: number;
  readonly since: Instant;
}

export interface Waiter extends Holding {
  readonly capacity: number;
}

export type SemaphoreCommand =
  | {
      readonly type: 'semaphore.acquire';
      readonly claim: Claim;
      /** How much of it. */
      readonly count: number;
      /** How much there is, by the version that asks. */
      readonly capacity: number;
    }
  /** Gives back what is held, or leaves the line. */
  | { readonly type: 'semaphore.release'; readonly claim: Claim }
  /** Whoever looked has found that it waits in a circle: in the end for itself. */
  | {
      readonly type: 'semaphore.break';
      readonly claim: Claim;
      /** Who held it then. */
      readonly holders: readonly string[];
      readonly explanation: string;
    }
  | HolderGone
  | TimerCommand;

export type SemaphoreEvent =
  | { readonly type: 'semaphore.granted'; readonly claim: Claim; readonly count: number }
  | {
      readonly type: 'semaphore.queued';
      readonly claim: Claim;
      readonly count: number;
      readonly capacity: number;
    }
  | { readonly type: 'semaphore.released'; readonly claim: Claim }
  /** It left the line without having got anything. */
  | { readonly type: 'semaphore.withdrawn'; readonly claim: Claim }
  /** Somebody waited for long: the holders are looked up. */
  | { readonly type: 'semaphore.holders_checked' };

export const semaphoreKind: ResourceKind<SemaphoreState, SemaphoreCommand, SemaphoreEvent> = {
  kind: 'semaphore',
  commands: ['semaphore.acquire', 'semaphore.release', 'semaphore.break', 'holder.gone', 'timer'],
  create: (resourceId) => ({
    kind: 'semaphore',
    resourceId,
    sequence: 0,
    lastAt: 0,
    effects: [],
    holders: new Map(),
    used: 0,
    waiting: new Line(),
    check: undefined,
  }),
  decide(state, command, now) {
    switch (command.type) {
      case 'continue':
        return next(state);
      case 'semaphore.acquire':
        return acquire(state, command);
      case 'semaphore.release':
        return release(state, command.claim);
      case 'semaphore.break':
        return breakCircle(state, command);
      case 'holder.gone':
        return releaseAll(state, command.execution);
      case 'timer':
        return state.check === undefined || now < state.check.at
          ? NO_EVENTS
          : accept([{ type: 'semaphore.holders_checked' }]);
      default:
        throw noRule('command', command);
    }
  },
  evolve(state, event, at) {
    switch (event.type) {
      case 'semaphore.granted': {
        const { claim, count } = event;
        const key = claimKey(claim);
        state.waiting.delete(key);
        state.holders.set(key, { claim, count, since: at });
        state.used += count;
        return rest(state);
      }
      case 'semaphore.queued': {
        const { claim, count, capacity } = event;
        state.waiting.push(claimKey(claim), { claim, count, capacity, since: at });
        return lookSoon(state, at);
      }
      case 'semaphore.released': {
        const key = claimKey(event.claim);
        state.used -= (state.holders.get(key) as Holding).count;
        state.holders.delete(key);
        return;
      }
      case 'semaphore.withdrawn':
        state.waiting.delete(claimKey(event.claim));
        return state.waiting.size > 0 ? lookSoon(state, at) : rest(state);
      case 'semaphore.holders_checked':
        return checkHolders(state, at);
      default:
        throw noRule('event', event);
    }
  },
  *owed({ check }) {
    if (check !== undefined) yield { kind: 'arm', timer: { kind: 'holder_check' }, at: check.at };
  },
  encode: ({ holders, waiting, check }) =>
    ({
      holders: [...holders.values()],
      waiting: [...waiting],
      ...(check === undefined ? {} : { check }),
    }) as unknown as JsonObject,
  restore(state, encoded) {
    const { holders, waiting, check } = encoded as unknown as {
      readonly holders: readonly Holding[];
      readonly waiting: readonly Waiter[];
      readonly check?: SemaphoreState['check'];
    };
    for (const holding of holders) {
      state.holders.set(claimKey(holding.claim), holding);
      state.used += holding.count;
    }
    for (const waiter of waiting) state.waiting.push(claimKey(waiter.claim), waiter);
    state.check = check;
  },
  weight: ({ holders, waiting }) => holders.size + waiting.size,
};

function acquire(
  state: View<SemaphoreState>,
  { claim, count, capacity }: Extract<SemaphoreCommand, { type: 'semaphore.acquire' }>,
): Decision<SemaphoreEvent> {
  const { resourceId, holders, waiting } = state;
  const key = claimKey(claim);
  if (holders.has(key)) return accept([], [granted(resourceId, claim)]);
  if (waiting.has(key)) return NO_EVENTS;
  if (count > capacity) {
    const message = `${count} of ${nameOf(resourceId)} are asked for at once, and there are ${capacity}`;
    return accept([], [denied(resourceId, claim, 'quota_too_small', message)]);
  }
  if (waiting.size === 0 && state.used + count <= capacity) return grant(state, claim, count);
  if (waiting.size < MAX_CLAIMS_WAITING) {
    return accept([{ type: 'semaphore.queued', claim, count, capacity }]);
  }
  const message = `${MAX_CLAIMS_WAITING} wait for ${nameOf(resourceId)} already`;
  return accept([], [denied(resourceId, claim, 'queue_full', message)]);
}

function grant(state: View<SemaphoreState>, claim: Claim, count: number): Decision<SemaphoreEvent> {
  return accept([{ type: 'semaphore.granted', claim, count }], [granted(state.resourceId, claim)]);
}

function release({ holders, waiting }: View<SemaphoreState>, claim: Claim): Decision<SemaphoreEvent> {
  const key = claimKey(claim);
  if (holders.has(key)) return accept([{ type: 'semaphore.released', claim }]);
  return waiting.has(key) ? accept([{ type: 'semaphore.withdrawn', claim }]) : NO_EVENTS;
}

/** It has been granted meanwhile, has left, or waits for others than those who were looked up: then there is no circle. */
function breakCircle(
  { resourceId, waiting, holders }: View<SemaphoreState>,
  { claim, explanation, ...seen }: Extract<SemaphoreCommand, { type: 'semaphore.break' }>,
): Decision<SemaphoreEvent> {
  const isAsSeen = seen.holders.length === holders.size && seen.holders.every((key) => holders.has(key));
  if (!waiting.has(claimKey(claim)) || !isAsSeen) return NO_EVENTS;
  return accept(
    [{ type: 'semaphore.withdrawn', claim }],
    [denied(resourceId, claim, 'deadlocked', explanation)],
  );
}

/** O(holders and waiters): once for each execution that ended without a word. */
function releaseAll({ holders, waiting }: View<SemaphoreState>, execution: string): Decision<SemaphoreEvent> {
  const events: SemaphoreEvent[] = [];
  for (const { claim } of waiting) {
    if (claim.execution === execution) events.push({ type: 'semaphore.withdrawn', claim });
  }
  for (const { claim } of holders.values()) {
    if (claim.execution === execution) events.push({ type: 'semaphore.released', claim });
  }
  return accept(events.slice(0, MAX_RELEASED));
}

function next(state: View<SemaphoreState>): Decision<SemaphoreEvent> {
  const first = state.waiting.head;
  if (first === undefined || state.used + first.count > first.capacity) return NO_EVENTS;
  return grant(state, first.claim, first.count);
}

/** Looks up whoever holds something for long; the next time later, unless all of them are new. O(holders). */
function checkHolders(state: SemaphoreState, at: Instant): void {
  const old = new Set<string>();
  for (const { claim, since } of state.holders.values()) {
    if (at - since >= FIRST_CHECK_MS) old.add(claim.execution);
  }
  for (const holder of old) state.effects.push({ kind: 'ask_holder', holder });
  const { round } = state.check as NonNullable<SemaphoreState['check']>;
  arm(state, at, old.size === 0 ? 0 : round + 1);
}

function lookSoon(state: SemaphoreState, at: Instant): void {
  if (state.check === undefined || state.check.at > at + FIRST_CHECK_MS) arm(state, at, 0);
}

function arm(state: SemaphoreState, at: Instant, round: number): void {
  const due = at + Math.min(LONGEST_CHECK_MS, FIRST_CHECK_MS * 2 ** round);
  state.check = { at: due, round };
  state.effects.push({ kind: 'arm', timer: { kind: 'holder_check' }, at: due });
}

/** Nobody waits any more: nobody need be looked up. */
function rest(state: SemaphoreState): void {
  if (state.check === undefined || state.waiting.size > 0) return;
  state.check = undefined;
  state.effects.push({ kind: 'disarm', timer: { kind: 'holder_check' } });
}
