/**
 * Rates: so many permits in any stretch of so much time. Permits are leased in blocks, each with the time from which it
 * may be used, so nobody has to ask again or to wait in line.
 *
 * It is the sliding window log: a permit may be used when the one `limit` permits before it is a whole window old. Of
 * the usual algorithms it is the one that keeps the limit in every window, wherever that begins: a token bucket and its
 * twin GCRA (ITU-T I.371) let nearly twice the limit pass in the window that follows a quiet time. It costs a number for
 * each permit of a window, so limits are bounded (`MAX_RATE_LIMIT`); O(1) a permit, O(log n) for one that comes back.
 *
 * R1 In any window of `perMs`, at most `limit` permits have their time, whoever holds them; those given back aside.
 * R2 Times are given in the order of asking, earliest first; one that was given back unused is the next to go.
 */
import type { JsonObject } from '../../json.ts';
import type { Instant } from '../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type View } from '../law.ts';
import { Line } from '../line.ts';
import { type Claim, claimKey, denied, granted } from './claim.ts';
import { nameOf } from './ids.ts';
import type { ResourceBase, ResourceKind } from './kind.ts';

/** Above this, say the same of a shorter time: 167 a minute instead of 10,000 an hour. */
export const MAX_RATE_LIMIT = 10_000;
/** Permits in one lease. */
export const MAX_BLOCK = 100;
/** More are not promised ahead: the answer is a denial. */
export const MAX_LEASES = 10_000;

export interface RateState extends ResourceBase<'rate'> {
  /** The times of the last permits, ascending; from `begin` on. */
  times: Instant[];
  begin: number;
  /** Times that were given back, ascending. */
  spare: Instant[];
  /** Leases whose last permit may still come back, in the order of asking. */
  readonly leases: Line<RateLease>;
}

export interface RateLease {
  readonly claim: Claim;
  /** Ascending, without those that were given back. */
  readonly times: readonly Instant[];
}

export type RateCommand =
  | {
      readonly type: 'rate.lease';
      readonly claim: Claim;
      /** 1 to `MAX_BLOCK`. */
      readonly permits: number;
      /** 1 to `MAX_RATE_LIMIT` in `perMs`, by the version that asks. */
      readonly limit: number;
      readonly perMs: number;
    }
  /** Gives back permits of a lease that were not used: those of these times, or all. */
  | { readonly type: 'rate.return'; readonly claim: Claim; readonly times?: readonly Instant[] };

export type RateEvent =
  | {
      readonly type: 'rate.leased';
      readonly claim: Claim;
      readonly times: readonly Instant[];
      readonly limit: number;
    }
  | { readonly type: 'rate.returned'; readonly claim: Claim; readonly times: readonly Instant[] };

export const rateKind: ResourceKind<RateState, RateCommand, RateEvent> = {
  kind: 'rate',
  commands: ['rate.lease', 'rate.return'],
  create: (resourceId) => ({
    kind: 'rate',
    resourceId,
    sequence: 0,
    lastAt: 0,
    effects: [],
    times: [],
    begin: 0,
    spare: [],
    leases: new Line(),
  }),
  decide(state, command, now) {
    if (command.type === 'continue') return NO_EVENTS;
    return command.type === 'rate.lease' ? lease(state, command, now) : giveBack(state, command, now);
  },
  evolve(state, event, at) {
    if (event.type === 'rate.leased') leased(state, event, at);
    else returned(state, event);
  },
  owed: () => [],
  encode: ({ times, begin, spare, leases }) =>
    ({ times: times.slice(begin), spare, leases: [...leases] }) as unknown as JsonObject,
  restore(state, encoded) {
    const { times, spare, leases } = encoded as unknown as {
      readonly times: readonly Instant[];
      readonly spare: readonly Instant[];
      readonly leases: readonly RateLease[];
    };
    state.times = [...times];
    state.spare = [...spare];
    for (const one of leases) state.leases.push(claimKey(one.claim), one);
  },
  weight: ({ times, begin, spare, leases }) => times.length - begin + spare.length + leases.size,
};

function lease(
  state: View<RateState>,
  { claim, permits, limit, perMs }: Extract<RateCommand, { type: 'rate.lease' }>,
  now: Instant,
): Decision<RateEvent> {
  const { resourceId, leases } = state;
  const known = leases.get(claimKey(claim));
  if (known !== undefined) return accept([], [granted(resourceId, claim, { notBefore: known.times })]);
  if (leases.size >= MAX_LEASES && !isOver(leases.head, now)) {
    const message = `${MAX_LEASES} wait for their turn in ${nameOf(resourceId)} already`;
    return accept([], [denied(resourceId, claim, 'queue_full', message)]);
  }
  const times = nextTimes(state, { permits, limit, perMs }, now);
  return accept(
    [{ type: 'rate.leased', claim, times, limit }],
    [granted(resourceId, claim, { notBefore: times })],
  );
}

/** Spare times first, then new ones behind all that were ever given. O(permits). */
function nextTimes(
  { times, begin, spare }: View<RateState>,
  { permits, limit, perMs }: { readonly permits: number; readonly limit: number; readonly perMs: number },
  now: Instant,
): readonly Instant[] {
  const chosen = spare.slice(lowerBound(spare, now)).slice(0, permits);
  const fresh: Instant[] = [];
  const count = times.length - begin;
  while (chosen.length + fresh.length < permits) {
    // The permit that must be a whole window old: `limit` before this one.
    const n = count + fresh.length - limit;
    const oldest = n < 0 ? undefined : n < count ? times[begin + n] : fresh[n - count];
    const last = fresh.at(-1) ?? times.at(-1) ?? now;
    fresh.push(Math.max(now, last, oldest === undefined ? now : oldest + perMs));
  }
  return [...chosen, ...fresh].toSorted((a, b) => a - b);
}

function giveBack(
  { leases }: View<RateState>,
  { claim, times: unused }: Extract<RateCommand, { type: 'rate.return' }>,
  now: Instant,
): Decision<RateEvent> {
  const known = leases.get(claimKey(claim));
  if (known === undefined) return NO_EVENTS;
  // A time that has passed is of no use to anybody.
  const left = known.times.slice(lowerBound(known.times, now));
  const times = unused === undefined ? left : common(left, unused);
  return times.length === 0 ? NO_EVENTS : accept([{ type: 'rate.returned', claim, times }]);
}

function leased(
  state: RateState,
  { claim, times, limit }: Extract<RateEvent, { type: 'rate.leased' }>,
  at: Instant,
): void {
  for (const time of times) {
    const place = lowerBound(state.spare, time);
    if (state.spare[place] === time) state.spare.splice(place, 1);
    else state.times.push(time);
  }
  // What lies further back than the limit blocks nobody; what has passed comes to nobody.
  state.begin = Math.max(state.begin, state.times.length - limit);
  if (state.begin * 2 > state.times.length) {
    state.times = state.times.slice(state.begin);
    state.begin = 0;
  }
  state.spare.splice(0, lowerBound(state.spare, at));
  for (let head = state.leases.head; isOver(head, at); head = state.leases.head) {
    state.leases.delete(claimKey((head as RateLease).claim));
  }
  state.leases.push(claimKey(claim), { claim, times });
}

function returned(state: RateState, { claim, times }: Extract<RateEvent, { type: 'rate.returned' }>): void {
  const key = claimKey(claim);
  const known = state.leases.get(key) as RateLease;
  state.leases.delete(key);
  // At the end of the line it is forgotten a little later than it might be: nothing else depends on that order.
  const kept = without(known.times, times);
  if (kept.length > 0) state.leases.push(key, { claim, times: kept });
  for (const time of times) state.spare.splice(lowerBound(state.spare, time), 0, time);
}

/** What both have, as often as both do; ascending. O(n log n). */
function common(left: readonly Instant[], unused: readonly Instant[]): readonly Instant[] {
  const sorted = unused.toSorted((a, b) => a - b);
  let n = 0;
  return left.filter((time) => {
    while (n < sorted.length && (sorted[n] as Instant) < time) n += 1;
    if (sorted[n] !== time) return false;
    n += 1;
    return true;
  });
}

/** Both ascending. O(n). */
function without(times: readonly Instant[], gone: readonly Instant[]): readonly Instant[] {
  let n = 0;
  return times.filter((time) => {
    if (gone[n] !== time) return true;
    n += 1;
    return false;
  });
}

/** None of its permits is for later: nothing of it can come back. */
function isOver(lease: View<RateLease> | undefined, now: Instant): boolean {
  return lease !== undefined && (lease.times.at(-1) as Instant) < now;
}

/** The first place whose value is not below. O(log n). */
function lowerBound(sorted: readonly Instant[], value: Instant): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as Instant) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
