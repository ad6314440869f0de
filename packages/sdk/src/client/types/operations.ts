/** Patterns, agents and the service itself. */
import type { AnyObject, DocumentProblem } from './common.ts';

export type PatternSource = 'built_in' | 'configured' | 'registered';

export interface Pattern {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly source: PatternSource;
  readonly roles: readonly {
    readonly name: string;
    readonly summary: string;
    readonly least: number;
    readonly most: number | null;
    readonly opens: boolean;
  }[];
  /** A JSON Schema, with defaults. */
  readonly options: AnyObject;
  readonly limits: {
    readonly turns: number;
    readonly hand_offs: number;
    readonly repeats: number;
    readonly stall: number;
    readonly wall_time_ms: number;
    readonly on_limit: 'complete' | 'fail';
  };
  readonly asks: readonly string[];
}

export interface PatternVersion {
  readonly name: string;
  readonly version: string;
  readonly source: PatternSource;
  readonly digest: string | null;
  readonly created_at: string | null;
}

export interface PatternDetail extends Pattern, PatternVersion {
  readonly definition: AnyObject | null;
}

export interface RegisteredPattern extends PatternVersion {
  readonly status: 'validated';
  readonly problems: readonly DocumentProblem[];
}

export type Circuit =
  | { readonly status: 'closed'; readonly failures: number }
  | { readonly status: 'open'; readonly since: string; readonly until: string }
  | {
      readonly status: 'half_open';
      readonly until: string;
      readonly probe: {
        readonly execution_id: string;
        readonly task: string;
        readonly item: number | null;
      };
    };

export interface AgentType {
  readonly agent_type: string;
  readonly bound: boolean | null;
  readonly health: 'healthy' | 'failing' | 'unbound';
  readonly circuit: Circuit;
  readonly waiting: number;
  readonly seats: { readonly declared: number; readonly workflows: readonly string[] };
  readonly outcomes: {
    readonly running: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly timed_out: number;
    readonly lost: number;
    readonly mean_ms: number | null;
    readonly last_ms: number | null;
    readonly last_error: { readonly code: string; readonly message: string; readonly at: string } | null;
  } | null;
}

export interface Health {
  readonly status: 'ok';
  readonly version: string;
}

export interface Ready {
  readonly status: 'ready';
  readonly role: 'owner' | 'client';
}

/** Null where nothing is limited. */
export interface Amounts {
  readonly executions: number | null;
  readonly cpu_millis: number | null;
  readonly memory_bytes: number | null;
}

export interface WorkflowCapacity {
  readonly role: 'owner' | 'client';
  readonly executions: number;
  readonly max_executions_in_memory: number;
  readonly attempts: number;
  readonly unbound: number;
  readonly timers: number;
  readonly queued: number;
  readonly max_queued: number;
  readonly queue_free: number;
  readonly parked: number;
  readonly inbox: number;
  /** Of the whole store, as the operator set them. */
  readonly limits: Amounts;
  readonly used: { readonly executions: number; readonly cpu_millis: number; readonly memory_bytes: number };
  readonly free: Amounts;
  /** Executions that wait for room. */
  readonly waiting: number;
}
