/** Which statuses of an execution are ends, for those who have its row alone. */
import type { ExecutionRow } from '../../../ports/store.ts';

export const OPEN_STATUSES: readonly string[] = [
  'planning',
  'allocating',
  'running',
  'paused',
  'compensating',
];

/** Nothing is to come of it any more. */
export function hasEnded({ status }: Pick<ExecutionRow, 'status'>): boolean {
  return !OPEN_STATUSES.includes(status);
}
