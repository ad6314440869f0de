/** Which resource an item waits for, in words. Who holds it is not known here: the resource has a log of its own. */
import type { Instant } from '../../../../ports/clock.ts';
import { inTime, iso, listing } from '../../../../text.ts';
import type { View } from '../../../law.ts';
import { claimKey } from '../../../resource/claim.ts';
import { nameOf, resourceWords } from '../../../resource/ids.ts';
import type { NeededResource } from '../../events.ts';
import { claimTo, labelOf, statusOf } from '../../lookup.ts';
import { lineOf } from '../../rates.ts';
import type { ExecutionState, Item } from '../../state.ts';
import type { Cause } from './cause.ts';

/** Undefined for one that has not asked yet. */
export function whyAcquiring(state: View<ExecutionState>, item: View<Item>, now: Instant): Cause | undefined {
  const subject = labelOf(state, item);
  const { claims } = item;
  const { until } = statusOf(item, 'acquiring');
  const need = needOf(item);
  if (claims === undefined || need === undefined) return undefined;
  const held = claims.resources
    .slice(0, claims.granted)
    .flatMap((one) => (one === need ? [] : [one.resource]));
  const holds = held.length === 0 ? '' : ` It has ${listing(held.map(resourceWords))}.`;
  const before = placeInLine(state, item);
  const what =
    until !== undefined
      ? `has ${resourceWords(need.resource)} for ${iso(until)}, ${inTime(until, now)}`
      : before !== undefined
        ? `waits for its turn in the rate ${nameOf(need.resource)}${beforeWords(before)}`
        : `waits for ${resourceWords(need.resource)}`;
  return {
    subject,
    code: 'waits_for_resource',
    sentence: `${subject} ${what}.${holds}`,
    waits_for: [need.resource],
    claim: claimKey(claimTo(claims, need)),
    ...(until === undefined ? {} : { until }),
  };
}

/** What such an item waits for: `the lock account 7`. Undefined for one that has not asked yet. */
export function neededWords(item: View<Item>, now: Instant): string | undefined {
  const { until } = statusOf(item, 'acquiring');
  const need = needOf(item);
  if (need === undefined) return undefined;
  return `${resourceWords(need.resource)}${until === undefined ? '' : `, which comes ${inTime(until, now)}`}`;
}

function needOf(item: View<Item>): View<NeededResource> | undefined {
  const { claims } = item;
  const { until } = statusOf(item, 'acquiring');
  return claims?.resources[until === undefined ? claims.granted : claims.granted - 1];
}

/** How many of this execution have their permits before it does. O(those). */
function placeInLine(state: View<ExecutionState>, item: View<Item>): number | undefined {
  const line = lineOf(state, item);
  if (line?.waiting.has(item) !== true) return undefined;
  let before = 0;
  for (const other of line.waiting) {
    if (other === item) break;
    before += 1;
  }
  return before;
}

function beforeWords(before: number): string {
  return before === 0 ? '; it is the next one' : `: ${before} before it`;
}

/** Nothing runs, and the execution waits for resources. */
export function whyAllAcquire(state: View<ExecutionState>, now: Instant): Cause | undefined {
  const [first, ...others] = state.acquiring;
  const cause = first === undefined ? undefined : whyAcquiring(state, first, now);
  if (cause === undefined) return undefined;
  const labels = others.map((item) => labelOf(state, item));
  const verb = labels.length === 1 ? 'does' : 'do';
  const more = labels.length === 0 ? '' : ` So ${verb} ${listing(labels)}.`;
  return { ...cause, subject: 'execution', sentence: `It waits: ${cause.sentence}${more}` };
}
