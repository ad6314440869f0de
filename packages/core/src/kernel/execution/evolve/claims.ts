/** What an item holds of what executions share, and how it loses it. Which event does that is said elsewhere. */
import { assert } from '../../../errors.ts';
import type { Timer } from '../../law.ts';
import { claimTo, isRate, placeOf } from '../lookup.ts';
import { makeReady, takeReady } from '../seating.ts';
import type { ExecutionState, Item } from '../state.ts';

/** Another attempt needs a permit of its own. */
export function dropPermit(item: Item): void {
  const { claims } = item;
  if (claims === undefined) return;
  const resources = claims.resources.filter((need) => !isRate(need));
  if (resources.length === claims.resources.length) return;
  item.claims = { ...claims, resources, granted: resources.length, isComplete: false };
}

/** It does not wait for them any more. What it has so far it keeps, until it is over. */
export function endAcquiring(state: ExecutionState, item: Item): void {
  state.acquiring.delete(item);
  state.unasked.remove(item);
  disarmPermit(state, item);
}

function disarmPermit(state: ExecutionState, item: Item): void {
  assert(item.status.kind === 'acquiring', 'only what waits for resources has such a timer');
  if (item.status.until !== undefined)
    state.effects.push({ kind: 'disarm', timer: permitTimer(state, item) });
}

/** What it has and asks for goes back with the next decision; but not a permit that was used. */
export function unclaim(state: ExecutionState, item: Item): void {
  const { claims } = item;
  if (claims === undefined) return;
  for (const need of claims.resources.slice(0, claims.granted + 1)) {
    if (isRate(need) && item.attempt >= claims.attempt) continue;
    state.returns.push({ resource: need.resource, claim: claimTo(claims, need) });
  }
  state.claimants.delete(item);
  item.claims = undefined;
}

/** What is not at work when the end begins holds nothing; if it ever goes on, it asks anew. */
export function forfeit(state: ExecutionState, item: Item): void {
  unclaim(state, item);
  const { status } = item;
  if (status.kind === 'ready') takeReady(state, item);
  else if (status.kind === 'acquiring') endAcquiring(state, item);
  else return;
  makeReady(state, item, status.since);
}

export function permitTimer(state: ExecutionState, item: Item): Timer {
  return { kind: 'permit_due', ...placeOf(state, item) };
}
