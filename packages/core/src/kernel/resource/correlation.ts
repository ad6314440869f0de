/**
 * Correlation keys: what comes from outside under a key goes to whoever waits for the key. One entity a key.
 *
 * - Nobody waits for it yet: it is kept for `keepMs` and given to the first who claims the key, once; without `keepMs`
 *   it is refused with `nobody_waits`.
 * - Somebody waited and does no more: the same, and the refusal says who it was and until when.
 * - The same delivery again (by its id): accepted, and nothing happens. The last `REMEMBERED` are known.
 * - A second claim while one holds the key: denied with `key_taken`, so that an answer never reaches the wrong one. The
 *   holder is looked up then, so that one that ended without a word keeps nobody out for long.
 */
import { noRule } from '../../errors.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Instant } from '../../ports/clock.ts';
import { accept, type Decision, type Message, NO_EVENTS, reject, type View } from '../law.ts';
import { Line } from '../line.ts';
import { type Claim, claimKey, denied, granted } from './claim.ts';
import { nameOf } from './ids.ts';
import type { HolderGone, ResourceBase, ResourceKind } from './kind.ts';

export const MAX_KEPT = 100;
export const REMEMBERED = 100;

export interface CorrelationState extends ResourceBase<'correlation'> {
  holder: { readonly claim: Claim; readonly since: Instant } | undefined;
  /** Who held it last, and until when. */
  last: { readonly execution: string; readonly until: Instant } | undefined;
  /** What came before anybody waited for it. */
  readonly kept: Line<Kept>;
  /** Ids of the last deliveries, oldest first. */
  readonly seen: Line<string>;
}

interface Delivery {
  readonly delivery: string;
  readonly name: string;
  readonly data: Json;
}

interface Kept extends Delivery {
  readonly until: Instant;
}

export type CorrelationCommand =
  | { readonly type: 'correlation.claim'; readonly claim: Claim }
  | { readonly type: 'correlation.release'; readonly claim: Claim }
  | (Delivery & {
      readonly type: 'correlation.deliver';
      /** How long it is kept where nobody waits for it. */
      readonly keepMs?: number;
    })
  | HolderGone;

export type CorrelationEvent =
  | { readonly type: 'correlation.claimed'; readonly claim: Claim }
  | { readonly type: 'correlation.released'; readonly claim: Claim }
  /** Somebody else asked for it: the holder is looked up. */
  | { readonly type: 'correlation.contested'; readonly claim: Claim; readonly holder: string }
  | (Delivery & { readonly type: 'correlation.kept'; readonly until: Instant })
  | { readonly type: 'correlation.delivered'; readonly claim: Claim; readonly delivery: string };

export const correlationKind: ResourceKind<CorrelationState, CorrelationCommand, CorrelationEvent> = {
  kind: 'correlation',
  commands: ['correlation.claim', 'correlation.release', 'correlation.deliver', 'holder.gone'],
  create: (resourceId) => ({
    kind: 'correlation',
    resourceId,
    sequence: 0,
    lastAt: 0,
    effects: [],
    holder: undefined,
    last: undefined,
    kept: new Line(),
    seen: new Line(),
  }),
  decide(state, command, now) {
    switch (command.type) {
      case 'continue':
        return NO_EVENTS;
      case 'correlation.claim':
        return claimed(state, command.claim, now);
      case 'correlation.release':
        return isHeldBy(state, command.claim) ? released(command.claim) : NO_EVENTS;
      case 'holder.gone':
        return state.holder?.claim.execution === command.execution ? released(state.holder.claim) : NO_EVENTS;
      case 'correlation.deliver':
        return deliver(state, command, now);
      default:
        throw noRule('command', command);
    }
  },
  evolve(state, event, at) {
    switch (event.type) {
      case 'correlation.claimed':
        state.holder = { claim: event.claim, since: at };
        return;
      case 'correlation.released':
        state.holder = undefined;
        state.last = { execution: event.claim.execution, until: at };
        return;
      case 'correlation.contested':
        state.effects.push({ kind: 'ask_holder', holder: event.holder });
        return;
      case 'correlation.kept': {
        const { delivery, name, data, until } = event;
        forget(state, at);
        state.kept.push(delivery, { delivery, name, data, until });
        return;
      }
      case 'correlation.delivered':
        state.kept.delete(event.delivery);
        return remember(state, event.delivery);
      default:
        throw noRule('event', event);
    }
  },
  owed: () => [],
  encode: ({ holder, last, kept, seen }) =>
    ({
      ...(holder === undefined ? {} : { holder }),
      ...(last === undefined ? {} : { last }),
      kept: [...kept],
      seen: [...seen],
    }) as unknown as JsonObject,
  restore(state, encoded) {
    const { holder, last, kept, seen } = encoded as unknown as {
      readonly holder?: CorrelationState['holder'];
      readonly last?: CorrelationState['last'];
      readonly kept: readonly Kept[];
      readonly seen: readonly string[];
    };
    state.holder = holder;
    state.last = last;
    for (const one of kept) state.kept.push(one.delivery, one);
    for (const one of seen) state.seen.push(one, one);
  },
  weight: ({ kept, seen }) => 1 + kept.size + seen.size,
};

function claimed(state: View<CorrelationState>, claim: Claim, now: Instant): Decision<CorrelationEvent> {
  const { resourceId, holder, kept } = state;
  if (holder !== undefined) {
    if (isHeldBy(state, claim)) return accept([], [granted(resourceId, claim)]);
    const message = `execution ${holder.claim.execution} waits for the key ${nameOf(resourceId)} already`;
    return accept(
      [{ type: 'correlation.contested', claim, holder: holder.claim.execution }],
      [denied(resourceId, claim, 'key_taken', message)],
    );
  }
  const waiting = [...kept].filter(({ until }) => now < until);
  return accept(
    [
      { type: 'correlation.claimed', claim },
      ...waiting.map(({ delivery }) => ({ type: 'correlation.delivered' as const, claim, delivery })),
    ],
    [granted(resourceId, claim), ...waiting.map((one) => handed(resourceId, claim, one))],
  );
}

function released(claim: Claim): Decision<CorrelationEvent> {
  return accept([{ type: 'correlation.released', claim }]);
}

function deliver(
  { resourceId, holder, last, kept, seen }: View<CorrelationState>,
  { delivery, name, data, keepMs }: Extract<CorrelationCommand, { type: 'correlation.deliver' }>,
  now: Instant,
): Decision<CorrelationEvent> {
  if (seen.has(delivery) || isKept(kept.get(delivery), now)) return NO_EVENTS;
  if (holder !== undefined) {
    const { claim } = holder;
    return accept(
      [{ type: 'correlation.delivered', claim, delivery }],
      [handed(resourceId, claim, { delivery, name, data })],
    );
  }
  const key = nameOf(resourceId);
  if (keepMs === undefined) {
    return last === undefined
      ? reject('nobody_waits', `nobody waits for the key ${key}`)
      : reject('nobody_waits', `execution ${last.execution} does not wait for the key ${key} any more`, last);
  }
  if (kept.size >= MAX_KEPT && [...kept].every((one) => isKept(one, now))) {
    return reject('queue_full', `${MAX_KEPT} deliveries are kept for the key ${key} already`);
  }
  return accept([{ type: 'correlation.kept', delivery, name, data, until: now + keepMs }]);
}

function handed(resource: string, claim: Claim, { delivery, name, data }: View<Delivery>): Message {
  return {
    to: claim.execution,
    command: { type: 'resource.delivered', resource, claim, delivery, name, data },
  };
}

function isHeldBy({ holder }: View<CorrelationState>, claim: Claim): boolean {
  return holder !== undefined && claimKey(holder.claim) === claimKey(claim);
}

function isKept(kept: View<Kept> | undefined, now: Instant): boolean {
  return kept !== undefined && now < kept.until;
}

/** What was kept for too long goes when something new comes. O(kept), of which there are few. */
function forget(state: CorrelationState, at: Instant): void {
  for (const { delivery, until } of [...state.kept]) if (until <= at) state.kept.delete(delivery);
}

function remember(state: CorrelationState, delivery: string): void {
  state.seen.push(delivery, delivery);
  if (state.seen.size > REMEMBERED) state.seen.delete(state.seen.head as string);
}
