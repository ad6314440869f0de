/** Workflows: registered, planned, kept to a schedule. */
import type { AnyObject, DocumentProblem } from './common.ts';

export interface ValidationReport {
  readonly valid: boolean;
  readonly problems: readonly DocumentProblem[];
  /** Null where it cannot run. */
  readonly tasks: number | null;
  readonly phases: readonly string[];
}

interface Estimates {
  readonly declared: number;
  readonly history: number;
  readonly guess: number;
}

export interface EstimatedResources {
  readonly seats: number;
  readonly cpu_millis: number;
  readonly memory_bytes: number;
  readonly peak_parallelism: number;
  readonly duration_ms: number;
  readonly critical_path_ms: number;
  readonly turns: number;
  readonly cost: number | null;
  readonly estimates: Estimates;
}

export interface RegisteredWorkflow {
  readonly workflow_id: string;
  readonly name: string;
  readonly version: string;
  readonly status: 'validated';
  readonly validation_report: ValidationReport;
  readonly estimated_resources: EstimatedResources;
}

export interface ValidatedWorkflow {
  readonly valid: boolean;
  readonly validation_report: ValidationReport;
  readonly estimated_resources: EstimatedResources | null;
}

export interface WorkflowVersion {
  readonly workflow_id: string;
  readonly name: string;
  readonly version: string;
  readonly orchestration_pattern: string;
  readonly tags: readonly string[];
  /** SHA-256 of the document, in hex. */
  readonly digest: string;
  readonly created_at: string;
}

export interface Workflow extends WorkflowVersion {
  readonly definition: AnyObject;
  readonly problems: readonly DocumentProblem[];
  readonly newest_version: string;
  readonly updated_at: string;
}

export interface WorkflowGraph {
  readonly workflow_id: string;
  readonly name: string;
  readonly version: string;
  readonly nodes: readonly {
    readonly id: string;
    readonly kind: string;
    readonly agent: string | null;
    readonly requires: readonly string[];
    readonly layer: number;
    readonly parallel: boolean;
    readonly conditional: boolean;
    readonly duration_ms: number;
    readonly critical: boolean;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly critical: boolean }[];
  readonly layers: readonly { readonly name: string; readonly tasks: readonly string[] }[];
  readonly critical_path: { readonly tasks: readonly string[]; readonly duration_ms: number };
}

/** As `cantata plan --json` says it. */
export interface WorkflowPlan {
  readonly name: string;
  readonly version: string;
  readonly orchestration_pattern: string;
  readonly tags: readonly string[];
  readonly phases: readonly { readonly name: string; readonly tasks: readonly string[] }[];
  readonly tasks: readonly AnyObject[];
  readonly seats: readonly {
    readonly agent_id: string;
    readonly group: string;
    readonly type: string;
    readonly busy_ms: number;
  }[];
  readonly schedule: readonly {
    readonly task: string;
    readonly item: number | null;
    readonly agent_id: string | null;
    readonly start_ms: number;
    readonly end_ms: number;
  }[];
  readonly critical_path: readonly string[];
  readonly totals: {
    readonly duration_ms: number;
    readonly critical_path_ms: number;
    readonly work_ms: number;
    readonly turns: number;
    readonly peak_parallelism: number;
    readonly peak_cpu_millis: number;
    readonly peak_memory_bytes: number;
    readonly cost: number | null;
    readonly estimates: Estimates;
  };
  readonly limits: { readonly cpu_millis: number | null; readonly memory_bytes: number | null };
  readonly what_if: readonly {
    readonly group: string;
    readonly seats: number;
    readonly written_seats: number;
  }[];
  readonly suggestions: readonly AnyObject[];
  readonly notices: readonly AnyObject[];
  readonly [more: string]: unknown;
}

export interface ExecuteRequest {
  readonly input_data: AnyObject;
  /** The newest unless given. */
  readonly version?: string;
  readonly execution_options?: {
    /** Seconds it may take. */
    readonly timeout?: number;
    readonly retry_policy?: 'none' | 'fixed' | 'linear' | 'exponential_backoff';
    readonly resource_constraints?: { readonly cpu?: string | number; readonly memory?: string | number };
  };
}

export interface StartedExecution {
  readonly execution_id: string;
  readonly status: 'planning';
  readonly allocated_agents: readonly {
    readonly agent_id: string;
    readonly group: string;
    readonly type: string;
  }[];
  readonly execution_url: string;
}

export interface Schedule {
  readonly workflow_id: string;
  readonly name: string;
  readonly version: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly catch_up: 'skip' | 'latest' | 'all';
  readonly overlap: 'skip' | 'queue';
  readonly next: string | null;
  readonly paused: { readonly by: string; readonly since: string } | null;
  readonly last: { readonly time: string; readonly execution_id: string } | null;
}
