/** Executions as answers have them: the fields of core's view, which says more of each. */
import { z } from 'zod';
import { AnyJson, list, Timestamp, Uuid } from './common.ts';

const TaskError = z
  .object({
    code: z.string(),
    message: z.string(),
    retry: z.enum(['never', 'wanted']).optional(),
    detail: AnyJson.optional(),
    task: z.string().optional(),
  })
  .meta({ id: 'TaskError' });

export const AgentView = z
  .object({
    agent_id: z.string(),
    group: z.string(),
    type: z.string(),
    status: z.enum(['idle', 'busy']),
    task: z.string().nullable(),
  })
  .meta({ id: 'AgentStatus' });

export const TASK_STATUSES = [
  'pending',
  'ready',
  'running',
  'retrying',
  'waiting',
  'completed',
  'failed',
  'skipped',
  'cancelled',
  'compensating',
  'compensated',
  'compensation_failed',
] as const;

const AtWork = {
  status: z.enum(TASK_STATUSES),
  attempt: z.int(),
  agent_id: z.string().nullable(),
  child_execution_id: Uuid.nullable(),
  started_at: Timestamp.nullable(),
  completed_at: Timestamp.nullable(),
  error: TaskError.nullable(),
};

const ItemView = z
  .object({ index: z.int(), spawned: z.string().nullable(), ...AtWork })
  .meta({ id: 'ItemStatus' });

export const TaskView = z
  .object({
    id: z.string(),
    depends_on: list(z.string()),
    stop_reason: z.string().nullable(),
    skip_reason: z.string().nullable(),
    items: list(ItemView),
    ...AtWork,
  })
  .meta({ id: 'TaskStatus' });

const PerformanceMetrics = z
  .object({
    elapsed_ms: z.number(),
    planned_ms: z.number(),
    critical_path_ms: z.number(),
    expected_finish: Timestamp.nullable(),
    critical_path: list(z.string()),
    tasks_by_status: z.partialRecord(z.enum(TASK_STATUSES), z.int()),
    turns: z.int(),
    retries: z.int(),
    losses: z.int(),
    tokens: z.number(),
    cost: z.number(),
    queue_ms: z.number(),
    agent_ms: z.number(),
    max_parallel: z.int(),
  })
  .meta({ id: 'PerformanceMetrics' });

export const TeamView = z
  .object({
    task: z.string(),
    pattern: z.string(),
    version: z.string(),
    generation: z.int(),
    turns: z.int(),
    open: z.int(),
    failed: z.int(),
    delegations: z.int(),
    hand_offs: z.int(),
    messages: z.int(),
    retries: z.int(),
    refused: z.int(),
    losses: z.int(),
    rework: z.number().describe('turns and attempts that led nowhere, of all: 0 to 1'),
    idle: z.number().describe('time of its seats in which nobody was at work, of all: 0 to 1'),
    tokens: z.number(),
    cost: z.number(),
    elapsed_ms: z.number(),
    is_done: z.boolean(),
  })
  .meta({ id: 'TeamStatus' });

export const ExecutionStatus = z
  .object({
    workflow_id: Uuid,
    execution_id: Uuid,
    parent_execution_id: Uuid.nullable(),
    name: z.string(),
    version: z.string(),
    orchestration_pattern: z.string(),
    status: z.string(),
    current_phase: z.string(),
    agents: list(AgentView),
    tasks: list(TaskView),
    teams: list(TeamView),
    performance_metrics: PerformanceMetrics,
    error_details: TaskError.nullable(),
    stop_reason: z.string().nullable(),
    checkpoint_id: Uuid.nullable(),
    forked_from: z.object({ execution_id: Uuid, task: z.string().nullable() }).nullable(),
    input: AnyJson,
    output: AnyJson,
    requested_at: z.string(),
    completed_at: Timestamp.nullable(),
    parked: z.string().nullable(),
    stalled: list(z.string()),
  })
  .meta({ id: 'ExecutionStatus' });

/** With what follows from the rest, for who wants only that. */
export const Execution = ExecutionStatus.extend({
  allocated_agents: list(AgentView.pick({ agent_id: true, group: true, type: true })),
  task_states: z.record(z.string(), z.enum(TASK_STATUSES)).describe('by task'),
  started_at: Timestamp.describe('when it was asked for'),
}).meta({ id: 'Execution' });

/** Of a workflow that was never executed. */
export const NotExecuted = z
  .object({
    workflow_id: Uuid,
    execution_id: z.null(),
    name: z.string(),
    version: z.string(),
    orchestration_pattern: z.string(),
    status: z.literal('validated'),
    current_phase: z.string(),
    agents: list(AgentView),
    performance_metrics: z.object({}),
  })
  .meta({ id: 'NotExecuted' });
