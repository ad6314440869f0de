/** What happens to an item that needs something of what executions share: it asks, is granted, and may be served. */
import type { Instant } from '../../../ports/clock.ts';
import type { AtItem, ExecutionEvent, TaskAcquiring, TaskGranted, TaskReleased } from '../events.ts';
import { claimOf, isBreaker, isRate } from '../lookup.ts';
import { enterLine } from '../rates.ts';
import type { ExecutionState, Item } from '../state.ts';
import { claimsOf, entitle } from './claims.ts';
import { waitsForBreaker } from './diverted.ts';
import { permit } from './permits.ts';
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
  waitInLine(state, item);
}

export function granted(state: ExecutionState, event: TaskGranted, at: Instant): void {
  const item = itemOf(state, event);
  const { claim, attempt, resources, granted: before, ...claims } = claimsOf(item);
  const need = resources[before];
  // In logs of before permits came in blocks.
  if (need !== undefined && isRate(need))
    return permit(state, item, { claim: { ...claim, attempt }, ...event }, at);
  item.claims = { ...claims, claim, attempt, resources, granted: before + 1 };
  if (before + 1 === resources.length) entitle(state, item, at);
  else waitInLine(state, item);
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

/** Where a permit is all that it needs. */
function waitInLine(state: ExecutionState, item: Item): void {
  const { resources, granted: next } = claimsOf(item);
  const need = resources[next];
  if (need !== undefined && isRate(need)) enterLine(state, item, need);
}
