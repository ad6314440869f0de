/** Whether an execution has ended, by its row. */
import type { ExecutionRow } from '@cantata/core';

const ENDS: ReadonlySet<string> = new Set([
  'completed',
  'failed',
  'cancelled',
  'compensated',
  'compensation_failed',
]);

/** Whether a status is one after which nothing happens any more. */
export function isOver({ status }: Pick<ExecutionRow, 'status'>): boolean {
  return ENDS.has(status);
}
