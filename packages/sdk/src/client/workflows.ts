/** Workflows by id or name. */
import type { Connection } from './connection.ts';
import { type Listing, listing } from './listing.ts';
import type { CallOptions } from './options.ts';
import type {
  AnyObject,
  ExecuteRequest,
  ExecutionStatus,
  ExecutionSummary,
  NotExecuted,
  Page,
  PausedExecution,
  RegisteredWorkflow,
  StartedExecution,
  ToldExecution,
  ValidatedWorkflow,
  Workflow,
  WorkflowGraph,
  WorkflowPlan,
  WorkflowVersion,
} from './types.ts';

/** An object, or YAML or JSON as text. */
export type Document = string | object;

export interface WorkflowFilter {
  /** Only names with this in them. */
  readonly name?: string;
  readonly pattern?: string;
  readonly tag?: string;
  /** Most of a page. */
  readonly limit?: number;
}

export interface PlanWishes {
  readonly version?: string | undefined;
  /** `group=n`: what if there were so many? */
  readonly seats?: readonly string[] | undefined;
  readonly limitCpu?: string | undefined;
  readonly limitMemory?: string | undefined;
}

/** The newest open execution unless one is named. */
export interface OfWorkflow {
  readonly executionId?: string | undefined;
  readonly reason?: string | undefined;
}

export function workflowsOf(connection: Connection) {
  const told = ({ executionId, reason }: OfWorkflow): AnyObject => ({ execution_id: executionId, reason });
  return {
    /** A new one, or a new version; the same again changes nothing. */
    register: (document: Document, options?: CallOptions): Promise<RegisteredWorkflow> =>
      connection.call('registerWorkflow', { body: document }, options),
    validate: (document: Document, options?: CallOptions): Promise<ValidatedWorkflow> =>
      connection.call('validateWorkflow', { body: document }, options),
    list: (filter: WorkflowFilter = {}, options?: CallOptions): Listing<WorkflowVersion> =>
      listing((cursor) =>
        connection.call<Page<WorkflowVersion>>('listWorkflows', { query: { ...filter, cursor } }, options),
      ),
    /** The newest version unless one is named. */
    get: (workflow: string, version?: string, options?: CallOptions): Promise<Workflow> =>
      connection.call('getWorkflow', { path: { workflow }, query: { version } }, options),
    versions: (
      workflow: string,
      filter: { readonly limit?: number } = {},
      options?: CallOptions,
    ): Listing<WorkflowVersion> =>
      listing((cursor) =>
        connection.call<Page<WorkflowVersion>, 'listWorkflowVersions'>(
          'listWorkflowVersions',
          { path: { workflow }, query: { ...filter, cursor } },
          options,
        ),
      ),
    graph: (workflow: string, version?: string, options?: CallOptions): Promise<WorkflowGraph> =>
      connection.call('workflowGraph', { path: { workflow }, query: { version } }, options),
    plan: (
      workflow: string,
      { version, seats, limitCpu, limitMemory }: PlanWishes = {},
      options?: CallOptions,
    ): Promise<WorkflowPlan> =>
      connection.call(
        'planWorkflow',
        { path: { workflow }, query: { version, seats, limit_cpu: limitCpu, limit_memory: limitMemory } },
        options,
      ),
    execute: (workflow: string, request: ExecuteRequest, options?: CallOptions): Promise<StartedExecution> =>
      connection.call('executeWorkflow', { path: { workflow }, body: request }, options),
    /** Of its newest execution unless one is named. */
    status: (
      workflow: string,
      executionId?: string,
      options?: CallOptions,
    ): Promise<ExecutionStatus | NotExecuted> =>
      connection.call(
        'workflowStatus',
        { path: { workflow }, query: { execution_id: executionId } },
        options,
      ),
    executions: (
      workflow: string,
      filter: { readonly status?: string | readonly string[]; readonly limit?: number } = {},
      options?: CallOptions,
    ): Listing<ExecutionSummary> =>
      listing((cursor) =>
        connection.call<Page<ExecutionSummary>, 'listWorkflowExecutions'>(
          'listWorkflowExecutions',
          { path: { workflow }, query: { ...filter, cursor } },
          options,
        ),
      ),
    pause: (workflow: string, which: OfWorkflow = {}, options?: CallOptions): Promise<PausedExecution> =>
      connection.call('pauseWorkflow', { path: { workflow }, body: told(which) }, options),
    resume: (workflow: string, which: OfWorkflow = {}, options?: CallOptions): Promise<ToldExecution> =>
      connection.call('resumeWorkflow', { path: { workflow }, body: told(which) }, options),
    cancel: (workflow: string, which: OfWorkflow = {}, options?: CallOptions): Promise<ToldExecution> =>
      connection.call('cancelWorkflow', { path: { workflow }, body: told(which) }, options),
  };
}
