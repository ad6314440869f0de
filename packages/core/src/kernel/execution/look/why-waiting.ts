/** What tasks that need no seat wait for, in words. */
import type { Instant } from '../../../ports/clock.ts';
import { inTime, iso, listing } from '../../../text.ts';
import type { View } from '../../law.ts';
import type { WaitsOn } from '../events.ts';
import { labelOf, statusOf } from '../lookup.ts';
import type { ExecutionState, Item, ItemStatus } from '../state.ts';
import type { Cause, CauseCode } from './why.ts';

type Waiting = Extract<ItemStatus, { readonly kind: 'waiting' }>;

export function whyWaiting(state: View<ExecutionState>, item: View<Item>, now: Instant): Cause {
  const subject = labelOf(state, item);
  const status = statusOf(item, 'waiting');
  const { until } = status;
  return {
    subject,
    code: CODES[status.on.kind],
    sentence: `${subject} waits ${waitWords(status, now)}.`,
    waits_for: [],
    ...(until === undefined ? {} : { until }),
  };
}

const CODES: Readonly<Record<WaitsOn['kind'], CauseCode>> = { timer: 'waits_for_timer' };

/** `until 2030-01-31T18:00:00.000Z, in 5 min`: what stands behind "waits". */
export function waitWords({ until }: View<Waiting>, now: Instant): string {
  return until === undefined ? 'for a word from outside' : `until ${iso(until)}, ${inTime(until, now)}`;
}

/** Nothing runs: the execution waits for what ends first, by what is known. */
export function whyAllWait(state: View<ExecutionState>, now: Instant): Cause | undefined {
  const [first, ...others] = [...state.waiting].toSorted((a, b) => endOf(a) - endOf(b));
  if (first === undefined) return undefined;
  const { sentence, ...cause } = whyWaiting(state, first, now);
  const labels = others.map((item) => labelOf(state, item));
  const verb = others.length === 1 ? 'does' : 'do';
  const more = others.length === 0 ? '' : ` So ${verb} ${listing(labels)}.`;
  return {
    ...cause,
    subject: 'execution',
    sentence: `It waits: ${sentence}${more}`,
    waits_for: [cause.subject, ...labels.slice(0, MAX_LISTED)],
  };
}

const MAX_LISTED = 99;

function endOf(item: View<Item>): Instant {
  return statusOf(item, 'waiting').until ?? Number.POSITIVE_INFINITY;
}
