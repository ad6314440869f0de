/** What keeps a claim waiting, as only the resource knows it: for `why`. */
import { taskLabel } from '../../ids.ts';
import type { Instant } from '../../ports/clock.ts';
import { duration, inTime, listing } from '../../text.ts';
import type { View } from '../law.ts';
import type { AdmissionState } from './admission.ts';
import type { BreakerState } from './breaker.ts';
import { shortage } from './capacity.ts';
import type { Claim } from './claim.ts';
import { nameOf } from './ids.ts';
import type { ResourceState } from './law.ts';
import type { PoolState } from './pool.ts';
import type { SemaphoreState } from './semaphore.ts';

/** So many holders are named. */
const MAX_NAMED = 3;

/** A sentence, or two; undefined where the claim does not wait there. O(holders + who waits before it). */
export function whyClaimWaits(state: View<ResourceState>, claim: string, now: Instant): string | undefined {
  if (state.kind === 'semaphore') return heldWords(state, claim, now);
  return state.kind === 'breaker' ? openWords(state, claim, now) : undefined;
}

/** Of an execution that is not let in yet; undefined where it does not stand in the line. O(holders + who waits before it). */
export function whyNotAdmitted(
  { holders, waiting }: View<AdmissionState>,
  execution: string,
  now: Instant,
): string | undefined {
  const before = waiting.before(execution);
  const waiter = waiting.get(execution);
  if (before === undefined || waiter === undefined) return undefined;
  const open = [...holders].map(([id, since]) => `${id}, for ${duration(Math.max(0, now - since))}`);
  const { workflow } = waiter.start;
  return `It waits for a place: ${workflow.name} admits ${waiter.limit}, and these are open: ${listing(open, MAX_NAMED)}${beforeWords(before)}.`;
}

/** Of an execution that waits for room; undefined where it does not stand in the line. O(who waits before it). */
export function whyNoPlace(
  { taken, waiting }: View<PoolState>,
  execution: string,
  now: Instant,
): string | undefined {
  const before = waiting.before(execution);
  const waiter = waiting.get(execution);
  if (before === undefined || waiter === undefined) return undefined;
  const { request, need, limits, until } = waiter;
  const short = shortage(taken, need, limits) ?? 'those before it come first';
  return `It waits to begin as an execution of ${request.start.workflow.name}, until there is room for it: ${short}${beforeWords(before)}. It gives up ${inTime(until, now)}.`;
}

function heldWords(
  { holders, waiting }: View<SemaphoreState>,
  key: string,
  now: Instant,
): string | undefined {
  const before = waiting.before(key);
  if (before === undefined) return undefined;
  const names = [...holders.values()].map(({ claim, count, since }) => {
    const share = count === 1 ? '' : ` (${count} of it)`;
    return `${claimWords(claim)}${share}, for ${duration(Math.max(0, now - since))}`;
  });
  return `It is held by ${listing(names, MAX_NAMED)}${beforeWords(before)}.`;
}

function openWords(
  { resourceId, status, waiting }: View<BreakerState>,
  key: string,
  now: Instant,
): string | undefined {
  const before = waiting.before(key);
  if (before === undefined || status.kind === 'closed') return undefined;
  const agents = `Agents of the type ${nameOf(resourceId)} failed too often`;
  const next =
    status.kind === 'open'
      ? `one attempt tries them ${inTime(Math.max(now, status.until), now)}`
      : `${claimWords(status.probe)}, tries them for all`;
  return `${agents}; ${next}${beforeWords(before)}.`;
}

function claimWords({ execution, task, item }: View<Claim>): string {
  return `execution ${execution}, ${taskLabel(task, item)}`;
}

function beforeWords(before: number): string {
  if (before === 0) return '; it is the next one';
  return before === 1 ? '; one waits before it' : `; ${before} wait before it`;
}
