/** What a resource's answer means to an execution. A grant nobody waits for is given back at once. */
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type View } from '../../law.ts';
import { claimKey, type ResourceAnswer } from '../../resource/claim.ts';
import { giveBack } from '../../resource/give-back.ts';
import { prefixOf } from '../../resource/ids.ts';
import type { ExecutionEvent, NeededResource } from '../events.ts';
import { claimTo, findItem, placeOf } from '../lookup.ts';
import type { ExecutionState, Item, ItemClaims } from '../state.ts';
import { ask } from './acquire.ts';
import { refusedChild } from './child.ts';
import { failsForGood } from './failure.ts';
import { permitsDenied, permitsGranted } from './permits.ts';

type Granted = Extract<ResourceAnswer, { readonly type: 'resource.granted' }>;

export function answered(
  state: View<ExecutionState>,
  answer: Exclude<ResourceAnswer, { readonly type: 'resource.delivered' }>,
  now: Instant,
): Decision<ExecutionEvent> {
  if (answer.type === 'resource.denied' && prefixOf(answer.resource) === 'admission')
    return refusedChild(state, answer, now);
  if (answer.claim.block !== undefined)
    return answer.type === 'resource.granted'
      ? permitsGranted(state, answer, now)
      : permitsDenied(state, answer);
  const item = findItem(state, answer.claim);
  const asker = item?.claims === undefined ? undefined : { item, claims: item.claims };
  if (answer.type === 'resource.granted') return granted(state, answer, asker);
  if (asker === undefined) return NO_EVENTS;
  const { item: denied, claims } = asker;
  if (!isFor(answer, claims, claims.resources[claims.granted])) return NO_EVENTS;
  const { code, message } = answer;
  const at = { ...placeOf(state, denied), attempt: claims.attempt };
  const told: readonly ExecutionEvent[] =
    code === 'deadlocked' ? [{ type: 'deadlock.detected', explanation: message, tasks: [at.task] }] : [];
  return accept([...told, ...failsForGood(state, at, { code, message, retry: 'never' })]);
}

interface Asker {
  readonly item: View<Item>;
  readonly claims: View<ItemClaims>;
}

function granted(
  state: View<ExecutionState>,
  answer: Granted,
  asker: Asker | undefined,
): Decision<ExecutionEvent> {
  const { resource, claim } = answer;
  if (asker === undefined) return accept([], [giveBack(resource, claim)]);
  const { item, claims } = asker;
  if (!isFor(answer, claims, claims.resources[claims.granted])) {
    const isKnown = claims.resources.slice(0, claims.granted).some((need) => isFor(answer, claims, need));
    return isKnown ? NO_EVENTS : accept([], [giveBack(resource, claim)]);
  }
  const next = claims.resources[claims.granted + 1];
  return accept(
    [{ type: 'task.granted', ...placeOf(state, item), resource }],
    next === undefined ? [] : ask(claims.claim, claims.attempt, next),
  );
}

function isFor(
  { resource, claim }: ResourceAnswer,
  claims: View<ItemClaims>,
  need: NeededResource | undefined,
): boolean {
  return need?.resource === resource && claimKey(claimTo(claims, need)) === claimKey(claim);
}
