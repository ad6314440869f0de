/** Executions: how they are doing, and what happened. */
import type { AnyJson, AnyObject } from './common.ts';

export type TaskStatusWord =
  | 'pending'
  | 'ready'
  | 'running'
  | 'retrying'
  | 'waiting'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'compensating'
  | 'compensated'
  | 'compensation_failed';

export interface TaskError {
  readonly code: string;
  readonly message: string;
  readonly retry?: 'never' | 'wanted';
  readonly detail?: AnyJson;
  readonly task?: string;
}

interface AtWork {
  readonly status: TaskStatusWord;
  readonly attempt: number;
  readonly agent_id: string | null;
  readonly child_execution_id: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly error: TaskError | null;
}

export interface ItemStatus extends AtWork {
  readonly index: number;
  readonly spawned: string | null;
}

export interface TaskStatus extends AtWork {
  readonly id: string;
  readonly depends_on: readonly string[];
  readonly stop_reason: string | null;
  readonly skip_reason: string | null;
  readonly items: readonly ItemStatus[];
}

export interface AgentStatus {
  readonly agent_id: string;
  readonly group: string;
  readonly type: string;
  readonly status: 'idle' | 'busy';
  readonly task: string | null;
}

export interface TeamStatus {
  readonly task: string;
  readonly pattern: string;
  readonly version: string;
  readonly generation: number;
  readonly turns: number;
  readonly open: number;
  readonly failed: number;
  readonly delegations: number;
  readonly hand_offs: number;
  readonly messages: number;
  readonly retries: number;
  readonly refused: number;
  readonly losses: number;
  readonly rework: number;
  readonly idle: number;
  readonly tokens: number;
  readonly cost: number;
  readonly elapsed_ms: number;
  readonly is_done: boolean;
}

export interface PerformanceMetrics {
  readonly elapsed_ms: number;
  readonly planned_ms: number;
  readonly critical_path_ms: number;
  readonly expected_finish: string | null;
  readonly critical_path: readonly string[];
  readonly tasks_by_status: { readonly [Status in TaskStatusWord]?: number };
  readonly turns: number;
  readonly retries: number;
  readonly losses: number;
  readonly tokens: number;
  readonly cost: number;
  readonly queue_ms: number;
  readonly agent_ms: number;
  readonly max_parallel: number;
}

export interface ExecutionStatus {
  readonly workflow_id: string;
  readonly execution_id: string;
  readonly parent_execution_id: string | null;
  readonly name: string;
  readonly version: string;
  readonly orchestration_pattern: string;
  readonly status: string;
  readonly current_phase: string;
  readonly agents: readonly AgentStatus[];
  readonly tasks: readonly TaskStatus[];
  readonly teams: readonly TeamStatus[];
  readonly performance_metrics: PerformanceMetrics;
  readonly error_details: TaskError | null;
  readonly stop_reason: string | null;
  readonly checkpoint_id: string | null;
  readonly forked_from: { readonly execution_id: string; readonly task: string | null } | null;
  readonly input: AnyJson;
  readonly output: AnyJson;
  readonly requested_at: string;
  readonly completed_at: string | null;
  readonly parked: string | null;
  readonly stalled: readonly string[];
}

/** With what follows from the rest, for who wants only that. */
export interface Execution extends ExecutionStatus {
  readonly allocated_agents: readonly Pick<AgentStatus, 'agent_id' | 'group' | 'type'>[];
  /** By task. */
  readonly task_states: Readonly<Record<string, TaskStatusWord>>;
  /** When it was asked for. */
  readonly started_at: string;
}

/** Of a workflow that was never executed. */
export interface NotExecuted {
  readonly workflow_id: string;
  readonly execution_id: null;
  readonly name: string;
  readonly version: string;
  readonly orchestration_pattern: string;
  readonly status: 'validated';
  readonly current_phase: string;
  readonly agents: readonly AgentStatus[];
  readonly performance_metrics: Record<string, never>;
}

export interface ExecutionSummary {
  readonly execution_id: string;
  readonly workflow_id: string;
  readonly name: string;
  readonly version: string;
  readonly status: string;
  readonly current_phase: string;
  readonly tasks_total: number;
  readonly tasks_completed: number;
  readonly tasks_failed: number;
  readonly started_at: string;
  readonly completed_at: string | null;
  readonly reason: string | null;
  readonly parked: boolean;
}

export interface ExecutionCauses {
  readonly execution_id: string;
  /** The first one speaks of the whole. */
  readonly causes: readonly {
    readonly subject: string;
    readonly code: string;
    readonly sentence: string;
    readonly waits_for: readonly string[];
    readonly until?: number;
    readonly claim?: string;
    readonly admission?: string;
  }[];
}

/** What happened, with the fields of its kind of event. */
export interface PublishedEvent {
  readonly event: string;
  readonly workflow_id: string;
  readonly execution_id: string;
  readonly sequence: number;
  readonly timestamp: string;
  readonly actor: string;
  readonly [field: string]: unknown;
}

/** An event as it is recorded: of the inside of Cantata. */
export interface LogRow {
  readonly sequence: number;
  readonly at: number;
  readonly type: string;
  readonly schema: number;
  readonly causation: string;
  readonly actor: string;
  readonly traceparent: string | null;
  readonly shard: number;
  readonly position: number;
  readonly data: string;
}

export interface Checkpoint {
  readonly checkpoint_id: string;
  readonly sequence: number;
  readonly at: string;
  readonly cause: string;
  readonly by: string;
  readonly recovery_instructions: {
    readonly in_flight: readonly {
      readonly task: string;
      readonly agent_id: string;
      readonly attempt: number;
    }[];
    readonly redispatch: number;
    readonly ready: number;
    readonly retrying: number;
    readonly resume: string;
  };
}

export interface ExecutionGraph {
  readonly execution_id: string;
  readonly nodes: readonly {
    readonly id: string;
    readonly kind: string;
    readonly status: TaskStatusWord;
    readonly layer: number;
    readonly started_at: string | null;
    readonly completed_at: string | null;
  }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly on: 'completed' | 'failed' | 'skipped' | 'any';
  }[];
  readonly layers: readonly { readonly phase: string; readonly tasks: readonly string[] }[];
  readonly critical_path: readonly string[];
}

export interface OpenQuestions {
  readonly execution_id: string;
  readonly approvals: readonly {
    readonly task: string;
    readonly question: string;
    readonly of: string | null;
    readonly answered_by: readonly string[] | null;
    readonly schema: AnyObject | null;
    readonly asked_at: string;
    readonly due: string | null;
  }[];
}

export interface ExecutionOutput {
  readonly execution_id: string;
  readonly output: AnyJson;
}
