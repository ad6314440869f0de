/** Who waits for what others have, and can do nothing but wait: what a search for circles across executions follows. */
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import { type Claim, claimKey } from '../../resource/claim.ts';
import { admissionOf, prefixOf } from '../../resource/ids.ts';
import { childOf, claimOf, endingOf, findItem } from '../lookup.ts';
import type { ExecutionState } from '../state.ts';

export type HeldUpBy =
  /** It asks for something that others hold. */
  | { readonly resource: string; readonly since: Instant }
  /** It waits for the end of an execution, which may have to be admitted first. */
  | { readonly execution: string; readonly admission: string };

/** Undefined where an item is over, is at work, or may go on by itself: at a time, or when somebody outside says so. */
export function heldUpBy(state: View<ExecutionState>, claim: View<Claim>): HeldUpBy | undefined {
  const item = isOpen(state) ? findItem(state, claim) : undefined;
  if (item === undefined || claimKey(claimOf(state, item)) !== claimKey(claim)) return undefined;
  const child = childOf(item);
  if (child !== undefined) {
    const { execution, workflowId } = child;
    return workflowId === undefined ? undefined : { execution, admission: admissionOf(workflowId) };
  }
  const need = item.claims?.resources[item.claims.granted];
  if (item.status.kind !== 'acquiring' || need === undefined) return undefined;
  const kind = prefixOf(need.resource);
  return kind === 'lock' || kind === 'quota'
    ? { resource: need.resource, since: item.status.since }
    : undefined;
}

/** All for which it waits, where an execution does nothing else; undefined where something of it goes on. O(those). */
export function allHeldUp(state: View<ExecutionState>): readonly Claim[] | undefined {
  const { acquiring, children, waiting } = state;
  if (!isOpen(state) || isBusy(state) || waiting.size > children.size) return undefined;
  return [...acquiring, ...children].map((item) => claimOf(state, item));
}

/** What is paused, or ends, is not for it to say what comes next. */
function isOpen(state: View<ExecutionState>): boolean {
  return state.status.kind === 'running' && endingOf(state) === undefined;
}

function isBusy(state: View<ExecutionState>): boolean {
  const { inFlight, retrying, listening, undecided, unasked, orphans, reacting, returns } = state;
  const queues = [undecided.size, unasked.size, orphans.size, reacting.size, returns.length];
  return inFlight.size + retrying.size + listening.size > 0 || queues.some((size) => size > 0);
}
