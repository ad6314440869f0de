/** Which statuses of an execution are ends, and which it can go on from. */
import type { ExecutionRow } from '@cantata/core';

export const OPEN_STATUSES: readonly string[] = [
  'planning',
  'allocating',
  'running',
  'paused',
  'compensating',
];

export function hasEnded({ status }: Pick<ExecutionRow, 'status'>): boolean {
  return !OPEN_STATUSES.includes(status);
}
