/** Which statuses of an execution are ends, for those who have its row alone. */
import type { ExecutionRow } from '../../../ports/store.ts';

export const OPEN_STATUSES: readonly string[] = [
  'planning',
  'allocating',
  'running',
  'paused',
  'compensating',
];

export const ENDED_STATUSES: readonly string[] = [
  'completed',
  'failed',
  'cancelled',
  'compensated',
  'compensation_failed',
];

/** Nothing is to come of it any more. */
export function hasEnded({ status }: Pick<ExecutionRow, 'status'>): boolean {
  return !OPEN_STATUSES.includes(status);
}
