/** Permits of rates: asked for in blocks, and handed to the items that wait for them in their order. */
import { assert } from '../../../errors.ts';
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type Timer, type View } from '../../law.ts';
import type { ResourceAnswer } from '../../resource/claim.ts';
import { giveBack } from '../../resource/give-back.ts';
import { MAX_BLOCK } from '../../resource/rate.ts';
import type { ExecutionEvent, Permit } from '../events.ts';
import { claimOf, findItem, placeOf } from '../lookup.ts';
import type { ExecutionState } from '../state.ts';
import { failsForGood } from './failure.ts';

type Granted = Extract<ResourceAnswer, { readonly type: 'resource.granted' }>;
type Denied = Extract<ResourceAnswer, { readonly type: 'resource.denied' }>;

/** For all that wait now, or as many as a block has. The block goes by who is the first, and by its number. */
export function askForPermits(state: View<ExecutionState>): Decision<ExecutionEvent> {
  const [line] = state.rates.askable;
  assert(line !== undefined, 'a line is to ask');
  const [first] = line.waiting;
  assert(first !== undefined, 'somebody waits where permits are asked for');
  const { need, waiting } = line;
  const claim = { ...claimOf(state, first), block: state.sequence + 1 };
  const permits = Math.min(MAX_BLOCK, waiting.size);
  const { resource, limit, perMs } = need;
  return accept(
    [{ type: 'task.permits_asked', claim, resource, limit, perMs, permits }],
    [{ to: resource, command: { type: 'rate.lease', claim, permits, limit, perMs } }],
  );
}

/** What is left over goes back at once: in a pause all of it, for nobody knows how long that is. O(permits). */
export function permitsGranted(
  state: View<ExecutionState>,
  granted: Granted,
  now: Instant,
): Decision<ExecutionEvent> {
  const { resource, claim, notBefore: times = [] } = granted;
  const line = state.rates.asked.get(claim.block as number);
  if (line === undefined) return unwanted(state, granted, now);
  const permits: Permit[] = [];
  if (state.status.kind === 'running') {
    for (const item of line.waiting) {
      const at = times[permits.length];
      if (at === undefined) break;
      permits.push({ ...placeOf(state, item), ...(at > now ? { notBefore: at } : {}) });
    }
  }
  const left = times.slice(permits.length);
  return accept(
    [{ type: 'task.permits_granted', claim, resource, permits }],
    left.length === 0 ? [] : [giveBack(resource, claim, { times: left })],
  );
}

/** Nobody has asked, or does any more. Were it an answer for the second time, those that are in use would stay. */
function unwanted(
  state: View<ExecutionState>,
  { resource, claim, notBefore = [] }: Granted,
  now: Instant,
): Decision<ExecutionEvent> {
  const times = notBefore.filter((time) => time > now);
  for (const { claims } of state.acquiring) {
    const permit = claims?.permit;
    if (permit !== undefined && permit.claim.block === claim.block) times.splice(times.indexOf(permit.at), 1);
  }
  return times.length === 0 ? NO_EVENTS : accept([], [giveBack(resource, claim, { times })]);
}

/** Who has waited longest fails, and the others ask anew. */
export function permitsDenied(
  state: View<ExecutionState>,
  { resource, claim, code, message }: Denied,
): Decision<ExecutionEvent> {
  const line = state.rates.asked.get(claim.block as number);
  if (line === undefined) return NO_EVENTS;
  const [first] = line.waiting;
  assert(first?.claims !== undefined, 'a line asks only while somebody stands in it');
  const at = { ...placeOf(state, first), attempt: first.claims.attempt };
  return accept([
    { type: 'task.permits_granted', claim, resource, permits: [] },
    ...failsForGood(state, at, { code, message, retry: 'never' }),
  ]);
}

/** The time of its permit has come. */
export function permitDue(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  const item = findItem(state, timer);
  if (item?.status.kind !== 'acquiring' || item.status.until === undefined) return NO_EVENTS;
  return now < item.status.until ? NO_EVENTS : accept([{ type: 'task.permit_due', ...placeOf(state, item) }]);
}
