/** What happens to an item that needs something of what executions share: it asks, is granted, and may be served. */
import { assert } from '../../../errors.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { AtItem, ExecutionEvent, TaskAcquiring, TaskGranted, TaskReleased } from '../events.ts';
import { claimOf, isBreaker } from '../lookup.ts';
import { queue } from '../seating.ts';
import type { ExecutionState, Item, ItemClaims } from '../state.ts';
import { endAcquiring, permitTimer } from './claims.ts';
import { waitsForBreaker } from './diverted.ts';
import { itemOf } from './tasks.ts';

export function acquiring(state: ExecutionState, event: TaskAcquiring, at: Instant): void {
  const item = itemOf(state, event);
  const [first] = event.resources;
  if (first !== undefined && isBreaker(first)) waitsForBreaker(state, event, first.group, at);
  const { resources: kept = [], granted = 0 } = item.claims ?? {};
  const { attempt } = event;
  const resources = [...kept, ...event.resources];
  state.unasked.remove(item);
  state.claimants.add(item);
  item.claims = { claim: claimOf(state, item), attempt, resources, granted, isComplete: false };
}

export function granted(state: ExecutionState, event: TaskGranted, at: Instant): void {
  const item = itemOf(state, event);
  const claims = claimsOf(item);
  const count = claims.granted + 1;
  item.claims = { ...claims, granted: count };
  if (count < claims.resources.length) return;
  if (event.notBefore === undefined) return entitle(state, item, at);
  assert(item.status.kind === 'acquiring', 'only what waits for resources gets some');
  item.status = { ...item.status, until: event.notBefore };
  state.effects.push({ kind: 'arm', timer: permitTimer(state, item), at: event.notBefore });
}

export function permitDue(
  state: ExecutionState,
  event: AtItem & Pick<ExecutionEvent, 'type'>,
  at: Instant,
): void {
  entitle(state, itemOf(state, event), at);
}

export function released(state: ExecutionState, { claims }: TaskReleased): void {
  state.returns.splice(0, claims.length);
}

function entitle(state: ExecutionState, item: Item, at: Instant): void {
  item.claims = { ...claimsOf(item), isComplete: true };
  endAcquiring(state, item);
  queue(state, item, at);
}

function claimsOf(item: Item): ItemClaims {
  assert(item.claims !== undefined, 'only who has asked gets something');
  return item.claims;
}
