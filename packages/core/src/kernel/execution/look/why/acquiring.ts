/** Which resource an item waits for, in words. Who holds it is not known here: the resource has a log of its own. */
import type { Instant } from '../../../../ports/clock.ts';
import { inTime, listing } from '../../../../text.ts';
import type { View } from '../../../law.ts';
import { claimKey } from '../../../resource/claim.ts';
import { resourceWords } from '../../../resource/ids.ts';
import type { NeededResource } from '../../events.ts';
import { claimTo, labelOf, statusOf } from '../../lookup.ts';
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
  return {
    subject,
    code: 'waits_for_resource',
    sentence: `${subject} waits for ${neededWords(item, now)}.${holds}`,
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
