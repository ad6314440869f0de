/** What an item holds of what executions share, and how it loses it. Which event does that is said elsewhere. */
import { assert } from '../../../errors.ts';
import type { AttemptEnd } from '../../../policy/circuit-breaker.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { Timer } from '../../law.ts';
import type { NeededResource } from '../events.ts';
import { claimTo, isBreaker, isRate, placeOf } from '../lookup.ts';
import { leaveLine } from '../rates.ts';
import { makeReady, queue, takeReady } from '../seating.ts';
import type { ExecutionState, Item, ItemClaims } from '../state.ts';

/** Another attempt needs a permit of its own. */
export function dropPermit(item: Item): void {
  const { claims } = item;
  if (claims === undefined) return;
  const resources = claims.resources.filter((need) => !isRate(need));
  if (resources.length === claims.resources.length) return;
  item.claims = { ...claims, resources, granted: resources.length, isComplete: false };
}

/** The attempt that a breaker let through is over, or is given up: the breaker is told so. */
export function leaveBreaker(state: ExecutionState, item: Item, end?: AttemptEnd): void {
  const { claims } = item;
  const need = claims?.resources.find(isBreaker);
  if (claims === undefined || need === undefined) return;
  giveUp(state, claims, need, end);
  const resources = claims.resources.filter((other) => other !== need);
  // It had all the others when it was handed out.
  if (resources.length > 0) {
    item.claims = { ...claims, resources, granted: resources.length, isComplete: true };
    return;
  }
  state.claimants.delete(item);
  item.claims = undefined;
}

function giveUp(state: ExecutionState, claims: ItemClaims, need: NeededResource, end?: AttemptEnd): void {
  const held = { resource: need.resource, claim: claimTo(claims, need) };
  state.returns.push(end === undefined ? held : { ...held, end });
}

/** It has all that it needs, and the time of its permit has come. */
export function entitle(state: ExecutionState, item: Item, at: Instant): void {
  const { permit: _, ...claims } = claimsOf(item);
  item.claims = { ...claims, isComplete: true };
  endAcquiring(state, item);
  queue(state, item, at);
}

export function claimsOf(item: Item): ItemClaims {
  assert(item.claims !== undefined, 'only who has asked gets something');
  return item.claims;
}

/** It does not wait for them any more. What it has so far it keeps, until it is over. */
export function endAcquiring(state: ExecutionState, item: Item): void {
  state.acquiring.delete(item);
  state.unasked.remove(item);
  leaveLine(state, item);
  disarmPermit(state, item);
}

function disarmPermit(state: ExecutionState, item: Item): void {
  assert(item.status.kind === 'acquiring', 'only what waits for resources has such a timer');
  if (item.status.until !== undefined)
    state.effects.push({ kind: 'disarm', timer: permitTimer(state, item) });
}

/** What it has and asks for goes back with the next decision; of permits those whose time is to come. */
export function unclaim(state: ExecutionState, item: Item): void {
  const { claims } = item;
  if (claims === undefined) return;
  for (const need of claims.resources.slice(0, claims.granted + 1)) {
    if (!isRate(need)) giveUp(state, claims, need, isBreaker(need) ? endOf(item) : undefined);
  }
  returnPermit(state, item);
  state.claimants.delete(item);
  item.claims = undefined;
}

function endOf({ status }: Item): AttemptEnd | undefined {
  if (status.kind === 'completed') return 'completed';
  return status.kind === 'failed' ? status.error : undefined;
}

/** What is not at work when the end begins holds nothing; if it ever goes on, it asks anew. */
export function forfeit(state: ExecutionState, item: Item): void {
  const { status } = item;
  if (status.kind === 'ready') takeReady(state, item);
  else if (status.kind === 'acquiring') endAcquiring(state, item);
  unclaim(state, item);
  if (status.kind !== 'ready' && status.kind !== 'acquiring') return;
  makeReady(state, item, status.since);
}

/** A permit whose time is to come is somebody else's then. */
export function returnPermit({ returns }: ExecutionState, { claims }: Item): void {
  const need = claims?.resources.find(isRate);
  if (claims?.permit !== undefined && need !== undefined)
    returns.push({ resource: need.resource, ...claims.permit });
}

export function permitTimer(state: ExecutionState, item: Item): Timer {
  return { kind: 'permit_due', ...placeOf(state, item) };
}
