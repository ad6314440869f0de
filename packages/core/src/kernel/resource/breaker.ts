/**
 * Circuit breakers: after so many failures in a row nobody calls an agent type for a while, then one caller tries it
 * for all (Nygard, Release It!, 2007). Outcomes come in batches from whoever calls; a closed breaker need not be asked.
 *
 * B1 It opens at the threshold of the version whose outcome reaches it, and stays open for that version's time.
 * B2 At most one probe is under way. Its success closes the breaker and lets everybody through; its failure opens it
 *    again for as long; a probe without a word gives way to the next.
 * B3 Whoever asks while it is open waits in line, and is answered: by a probe of its own, or when it closes.
 */
import { assert, noRule } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { Instant } from '../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type View } from '../law.ts';
import { Line } from '../line.ts';
import { type Claim, claimKey, denied, granted } from './claim.ts';
import { nameOf } from './ids.ts';
import type { ResourceBase, ResourceKind, TimerCommand } from './kind.ts';

/** More do not wait: the answer is a denial. */
export const MAX_PROBES_WAITING = 10_000;
/** Outcomes in one report. */
export const MAX_OUTCOMES = 1_000;

export interface BreakerState extends ResourceBase<'breaker'> {
  status: BreakerStatus;
  readonly waiting: Line<BreakerWaiter>;
}

export type BreakerStatus =
  | {
      readonly kind: 'closed';
      /** In a row, up to now. */
      readonly failures: number;
    }
  /** After `until`, whoever asks next is the probe. */
  | { readonly kind: 'open'; readonly since: Instant; readonly until: Instant; readonly openMs: number }
  | {
      readonly kind: 'half_open';
      readonly probe: Claim;
      /** Then the probe is given up. */
      readonly until: Instant;
      readonly openMs: number;
    };

interface BreakerWaiter {
  readonly claim: Claim;
  readonly since: Instant;
}

export type BreakerCommand =
  | {
      readonly type: 'breaker.report';
      /** In their order; true for an answer, false for a failure that speaks against the agent. Up to `MAX_OUTCOMES`. */
      readonly outcomes: readonly boolean[];
      /** Failures in a row at which it opens, and for how long. */
      readonly threshold: number;
      readonly openMs: number;
    }
  /** May this attempt be made? */
  | { readonly type: 'breaker.ask'; readonly claim: Claim }
  /** What came of the attempt that was let through as the probe; undefined when nothing did. Or: it waits no more. */
  | { readonly type: 'breaker.release'; readonly claim: Claim; readonly succeeded?: boolean }
  | TimerCommand;

export type BreakerEvent =
  | { readonly type: 'breaker.failures_counted'; readonly failures: number }
  | { readonly type: 'breaker.queued'; readonly claim: Claim }
  | { readonly type: 'breaker.withdrawn'; readonly claim: Claim }
  /** It is closed, and somebody in line goes on. */
  | { readonly type: 'breaker.let_through'; readonly claim: Claim }
  | { readonly type: 'agent.circuit_opened'; readonly failures: number; readonly openMs: number }
  | { readonly type: 'agent.circuit_half_opened'; readonly claim: Claim }
  /** Nothing came of the probe: the next one tries. */
  | { readonly type: 'breaker.probe_given_up'; readonly claim: Claim }
  | { readonly type: 'agent.circuit_closed' };

export const breakerKind: ResourceKind<BreakerState, BreakerCommand, BreakerEvent> = {
  kind: 'breaker',
  commands: ['breaker.report', 'breaker.ask', 'breaker.release', 'timer'],
  create: (resourceId) => ({
    kind: 'breaker',
    resourceId,
    sequence: 0,
    lastAt: 0,
    effects: [],
    status: { kind: 'closed', failures: 0 },
    waiting: new Line(),
  }),
  decide(state, command, now) {
    switch (command.type) {
      case 'continue':
        return next(state, now);
      case 'breaker.report':
        return report(state, command);
      case 'breaker.ask':
        return ask(state, command.claim, now);
      case 'breaker.release':
        return release(state, command);
      case 'timer':
        return fired(state, now);
      default:
        throw noRule('command', command);
    }
  },
  evolve(state, event, at) {
    write(state, event, at);
    const due = dueOf(state);
    const timer = { kind: 'breaker_due' } as const;
    state.effects.push(due === undefined ? { kind: 'disarm', timer } : { kind: 'arm', timer, at: due });
  },
  *owed(state) {
    const due = dueOf(state);
    if (due !== undefined) yield { kind: 'arm', timer: { kind: 'breaker_due' }, at: due };
  },
  encode: ({ status, waiting }) => ({ status, waiting: [...waiting] }) as unknown as JsonObject,
  restore(state, encoded) {
    const { status, waiting } = encoded as unknown as {
      readonly status: BreakerStatus;
      readonly waiting: readonly BreakerWaiter[];
    };
    state.status = status;
    for (const waiter of waiting) state.waiting.push(claimKey(waiter.claim), waiter);
  },
  weight: ({ waiting }) => 1 + waiting.size,
};

/** What came before it opened says nothing about a probe, so only a closed one counts. O(outcomes). */
function report(
  { status }: View<BreakerState>,
  { outcomes, threshold, openMs }: Extract<BreakerCommand, { type: 'breaker.report' }>,
): Decision<BreakerEvent> {
  if (status.kind !== 'closed') return NO_EVENTS;
  let { failures } = status;
  for (const succeeded of outcomes.slice(0, MAX_OUTCOMES)) {
    failures = succeeded ? 0 : failures + 1;
    if (failures >= threshold) return accept([{ type: 'agent.circuit_opened', failures, openMs }]);
  }
  return failures === status.failures ? NO_EVENTS : accept([{ type: 'breaker.failures_counted', failures }]);
}

function ask(state: View<BreakerState>, claim: Claim, now: Instant): Decision<BreakerEvent> {
  const { resourceId, status, waiting } = state;
  if (waiting.has(claimKey(claim))) return NO_EVENTS;
  if (status.kind === 'closed') return accept([], [granted(resourceId, claim)]);
  if (status.kind === 'half_open' && claimKey(status.probe) === claimKey(claim)) {
    return accept([], [granted(resourceId, claim, { isProbe: true })]);
  }
  if (status.kind === 'open' && now >= status.until && waiting.size === 0) return probe(resourceId, claim);
  if (waiting.size < MAX_PROBES_WAITING) return accept([{ type: 'breaker.queued', claim }]);
  const message = `${MAX_PROBES_WAITING} wait for agents of the type ${nameOf(resourceId)} to recover already`;
  return accept([], [denied(resourceId, claim, 'queue_full', message)]);
}

function release(
  { status, waiting }: View<BreakerState>,
  { claim, succeeded }: Extract<BreakerCommand, { type: 'breaker.release' }>,
): Decision<BreakerEvent> {
  const key = claimKey(claim);
  if (waiting.has(key)) return accept([{ type: 'breaker.withdrawn', claim }]);
  if (status.kind !== 'half_open' || claimKey(status.probe) !== key) return NO_EVENTS;
  if (succeeded === undefined) return accept([{ type: 'breaker.probe_given_up', claim }]);
  return accept([
    succeeded
      ? { type: 'agent.circuit_closed' }
      : { type: 'agent.circuit_opened', failures: 1, openMs: status.openMs },
  ]);
}

function fired({ status }: View<BreakerState>, now: Instant): Decision<BreakerEvent> {
  // An open one whose time is over lets the first in line try: see `next`.
  if (status.kind !== 'half_open' || now < status.until) return NO_EVENTS;
  return accept([{ type: 'breaker.probe_given_up', claim: status.probe }]);
}

function next({ resourceId, status, waiting }: View<BreakerState>, now: Instant): Decision<BreakerEvent> {
  const first = waiting.head?.claim;
  if (first === undefined) return NO_EVENTS;
  if (status.kind === 'closed') {
    return accept([{ type: 'breaker.let_through', claim: first }], [granted(resourceId, first)]);
  }
  return status.kind === 'open' && now >= status.until ? probe(resourceId, first) : NO_EVENTS;
}

function probe(resourceId: string, claim: Claim): Decision<BreakerEvent> {
  return accept(
    [{ type: 'agent.circuit_half_opened', claim }],
    [granted(resourceId, claim, { isProbe: true })],
  );
}

function write(state: BreakerState, event: BreakerEvent, at: Instant): void {
  switch (event.type) {
    case 'breaker.failures_counted':
      state.status = { kind: 'closed', failures: event.failures };
      return;
    case 'breaker.queued':
      return state.waiting.push(claimKey(event.claim), { claim: event.claim, since: at });
    case 'breaker.withdrawn':
    case 'breaker.let_through':
      state.waiting.delete(claimKey(event.claim));
      return;
    case 'agent.circuit_opened':
      state.status = { kind: 'open', since: at, until: at + event.openMs, openMs: event.openMs };
      return;
    case 'agent.circuit_half_opened': {
      const { claim: probe } = event;
      const openMs = openMsOf(state);
      state.waiting.delete(claimKey(probe));
      state.status = { kind: 'half_open', probe, until: at + openMs, openMs };
      return;
    }
    case 'breaker.probe_given_up':
      state.status = { kind: 'open', since: at, until: at, openMs: openMsOf(state) };
      return;
    case 'agent.circuit_closed':
      state.status = { kind: 'closed', failures: 0 };
      return;
    default:
      throw noRule('event', event);
  }
}

function openMsOf({ status }: BreakerState): number {
  assert(status.kind !== 'closed', 'only an open breaker is tried');
  return status.openMs;
}

/** When it wakes by itself: to let somebody in line try, or to give up a probe. */
function dueOf({ status, waiting }: View<BreakerState>): Instant | undefined {
  const isAwaited = status.kind === 'half_open' || (status.kind === 'open' && waiting.size > 0);
  return isAwaited ? status.until : undefined;
}
