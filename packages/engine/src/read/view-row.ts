/** The status answer of an execution whose log cannot be read: what its row says, and nothing of its tasks. */
import { type ExecutionRow, type ExecutionView, type Instant, iso } from '@cantata/core';

export function viewRow(row: ExecutionRow, now: Instant): ExecutionView {
  return {
    workflow_id: row.workflowId,
    parent_execution_id: null,
    execution_id: row.executionId,
    name: row.name,
    version: row.version,
    orchestration_pattern: '',
    status: row.status,
    current_phase: row.phase,
    agents: [],
    tasks: [],
    teams: [],
    performance_metrics: {
      elapsed_ms: Math.max(0, (row.completedAt ?? now) - row.startedAt),
      planned_ms: 0,
      critical_path_ms: 0,
      expected_finish: null,
      critical_path: [],
      tasks_by_status: { completed: row.tasksCompleted, failed: row.tasksFailed },
      turns: 0,
      retries: 0,
      losses: 0,
      tokens: 0,
      cost: 0,
      queue_ms: 0,
      agent_ms: 0,
      max_parallel: 0,
    },
    error_details: null,
    stop_reason: null,
    checkpoint_id: null,
    forked_from: null,
    input: null,
    output: null,
    requested_at: iso(row.startedAt),
    completed_at: iso(row.completedAt ?? undefined),
  };
}
