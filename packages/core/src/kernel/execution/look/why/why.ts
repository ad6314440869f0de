/**
 * Why does it not run? A structured cause and a sentence for the execution and for every task that is not running
 * or done. Causes that only the shell knows (no engine, unbound agent, parked) are added there with the same type.
 */
import type { Instant } from '../../../../ports/clock.ts';
import type { View } from '../../../law.ts';
import type { ExecutionState } from '../../state.ts';
import type { Cause } from './cause.ts';
import { whyExecution } from './execution.ts';
import { STALLED_AFTER_MS, whyStalled } from './stalled.ts';
import { whyTasks } from './task.ts';
import { whySteps } from './undoing.ts';

/** At most so many items are explained one by one. */
const MAX_CAUSES = 200;

export interface WhyOptions {
  /** How long an agent may be at work before that is told. */
  readonly stalledAfterMs?: number;
}

/** The first cause speaks of the execution as a whole. O(tasks + items). */
export function why(
  state: View<ExecutionState>,
  now: Instant,
  { stalledAfterMs = STALLED_AFTER_MS }: WhyOptions = {},
): readonly Cause[] {
  const causes: Cause[] = [whyExecution(state, now)];
  if (state.startedAt === undefined || state.status.kind === 'completed') return causes;
  const all = [...whyStalled(state, now, stalledAfterMs), ...whySteps(state, now), ...whyTasks(state, now)];
  for (const cause of all) {
    if (causes.length > MAX_CAUSES) break;
    causes.push(cause);
  }
  return causes;
}
