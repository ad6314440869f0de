/** Executions as lists have them: what their rows say. */
import { type ExecutionRow, iso } from '@cantata/core';
import { z } from 'zod';
import { Timestamp, Uuid } from './common.ts';

export const ExecutionSummary = z
  .object({
    execution_id: Uuid,
    workflow_id: Uuid,
    name: z.string(),
    version: z.string(),
    status: z.string(),
    current_phase: z.string(),
    tasks_total: z.int(),
    tasks_completed: z.int(),
    tasks_failed: z.int(),
    started_at: Timestamp,
    completed_at: Timestamp.nullable(),
    reason: z.string().nullable().describe('why it failed, was cancelled or is parked'),
    parked: z.boolean(),
  })
  .meta({ id: 'ExecutionSummary' });

export function executionSummary(row: ExecutionRow): z.infer<typeof ExecutionSummary> {
  return {
    execution_id: row.executionId,
    workflow_id: row.workflowId,
    name: row.name,
    version: row.version,
    status: row.status,
    current_phase: row.phase,
    tasks_total: row.tasksTotal,
    tasks_completed: row.tasksCompleted,
    tasks_failed: row.tasksFailed,
    started_at: iso(row.startedAt),
    completed_at: row.completedAt === null ? null : iso(row.completedAt),
    reason: row.reason,
    parked: row.parked,
  };
}
