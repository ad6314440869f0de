/** Permits of rates are asked for and come. Each is for one attempt, and no unused one outlasts a pause. */
import { assert } from '../../../errors.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { Claim } from '../../resource/claim.ts';
import type { NeededRate, PermitsAsked, PermitsGranted } from '../events.ts';
import { ask, lineFor, type RateLine, rateOf, refresh, unask } from '../rates.ts';
import { takeReady } from '../seating.ts';
import type { ExecutionState, Item } from '../state.ts';
import { claimsOf, endAcquiring, entitle, permitTimer, returnPermit } from './claims.ts';
import { itemOf } from './tasks.ts';

export function permitsAsked(state: ExecutionState, event: PermitsAsked): void {
  const { claim, resource, limit, perMs } = event;
  ask(state, lineFor(state, { resource, limit, perMs }), claim);
}

/** O(permits). */
export function permitsGranted(state: ExecutionState, event: PermitsGranted, at: Instant): void {
  const { claim, permits } = event;
  const line = state.rates.asked.get(claim.block as number);
  assert(line !== undefined, 'permits come to who has asked for them');
  unask(state, line);
  for (const one of permits) permit(state, itemOf(state, one), { claim, ...one }, at);
  refresh(state, line);
}

interface Given {
  /** Under which it goes back. */
  readonly claim: Claim;
  /** Absent where it may be used at once. */
  readonly notBefore?: Instant;
}

/** The last of what an item needs: it may be served, or when its time has come. */
export function permit(state: ExecutionState, item: Item, { claim, notBefore }: Given, at: Instant): void {
  const need = rateOf(item);
  assert(need !== undefined && item.status.kind === 'acquiring', 'only who waits for a permit gets one');
  const line = lineFor(state, need);
  line.waiting.delete(item);
  const claims = claimsOf(item);
  item.claims = { ...claims, granted: claims.granted + 1 };
  if (notBefore === undefined) {
    entitle(state, item, at);
    return refresh(state, line);
  }
  item.claims = { ...item.claims, permit: { claim, at: notBefore } };
  item.status = { ...item.status, until: notBefore };
  line.early += 1;
  refresh(state, line);
  state.effects.push({ kind: 'arm', timer: permitTimer(state, item), at: notBefore });
}

/**
 * Permits that nobody has used go back where their time is to come, and are lost where it has passed. Who had one stands
 * in line again, before the others. O(items that hold something).
 */
export function recallPermits(state: ExecutionState, at: Instant): void {
  const recalled: Item[] = [];
  for (const item of state.claimants) {
    const need = rateOf(item);
    // What goes by a circuit breaker after it had its permit keeps it.
    if (need === undefined || need !== item.claims?.resources.at(-1) || !isUnused(item)) continue;
    recall(state, item, at);
    recalled.push(item);
  }
  // Only now: the line of a permit for later ends with the last of them, and is another one then.
  const fronts = new Map<RateLine, Set<Item>>();
  for (const item of recalled) {
    const line = lineFor(state, rateOf(item) as NeededRate);
    const front = fronts.get(line);
    if (front === undefined) fronts.set(line, new Set([item]));
    else front.add(item);
  }
  for (const [line, front] of fronts) {
    for (const item of line.waiting) front.add(item);
    line.waiting = front;
    refresh(state, line);
  }
}

/** It is ready, or waits for the time of its permit. */
function isUnused({ status }: Item): boolean {
  return status.kind === 'ready' || (status.kind === 'acquiring' && status.until !== undefined);
}

function recall(state: ExecutionState, item: Item, at: Instant): void {
  if (item.status.kind === 'ready') takeReady(state, item);
  else endAcquiring(state, item);
  returnPermit(state, item);
  const { permit: _, ...claims } = claimsOf(item);
  item.claims = { ...claims, granted: claims.granted - 1, isComplete: false };
  item.status = { kind: 'acquiring', since: at };
  state.acquiring.add(item);
}
