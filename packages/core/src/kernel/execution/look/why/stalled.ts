/** Agents that have been at work for long, of which nobody knows whether they ever answer. A warning: nothing is ended by it. */
import type { Instant } from '../../../../ports/clock.ts';
import { duration, inTime } from '../../../../text.ts';
import type { View } from '../../../law.ts';
import { labelOf, seatId, statusOf } from '../../lookup.ts';
import type { ExecutionState } from '../../state.ts';
import type { Cause } from './cause.ts';

/** Unless an operator says otherwise. STALL_TIMEOUT_MINUTES. */
export const STALLED_AFTER_MS: number = 30 * 60_000;

/** O(attempts in flight). */
export function* whyStalled(
  state: View<ExecutionState>,
  now: Instant,
  stalledAfterMs: number = STALLED_AFTER_MS,
): Iterable<Cause> {
  for (const item of state.inFlight) {
    const { since, seat, deadline } = statusOf(item, 'assigned');
    if (now - since < stalledAfterMs) continue;
    const subject = labelOf(state, item);
    const worked = `${seatId(state, seat)} has been at work on ${subject} for ${duration(now - since)} without an answer`;
    const end =
      deadline === undefined ? 'nothing ends that by itself' : `it runs out of time ${inTime(deadline, now)}`;
    const until = deadline === undefined ? {} : { until: deadline };
    yield {
      subject,
      code: 'stalled',
      sentence: `${worked}; ${end}.`,
      waits_for: [seatId(state, seat)],
      ...until,
    };
  }
}
