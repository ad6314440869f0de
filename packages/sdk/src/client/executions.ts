/** Executions by id: read, told, waited for. */
import type { Connection } from './connection.ts';
import { type Listing, listing } from './listing.ts';
import type { CallOptions } from './options.ts';
import { frames, POSITION } from './stream.ts';
import { type Because, tasksOf } from './tasks.ts';
import type {
  AgentStatus,
  AnyJson,
  BulkReport,
  Checkpoint,
  DeletedExecution,
  Execution,
  ExecutionCauses,
  ExecutionGraph,
  ExecutionOutput,
  ExecutionSummary,
  ForkedExecution,
  LogRow,
  OpenQuestions,
  Page,
  PageAfter,
  PausedExecution,
  PublishedEvent,
  SentMessage,
  TakenCheckpoint,
  TaskStatus,
  TaskStatusWord,
  TeamStatus,
  ToldExecution,
  UpgradeReport,
} from './types.ts';

export interface ExecutionFilter {
  readonly status?: string | readonly string[] | undefined;
  /** Only what has not ended. */
  readonly open?: boolean | undefined;
  /** Id or name. */
  readonly workflow?: string | undefined;
  readonly tag?: string | undefined;
  /** Most of a page. */
  readonly limit?: number | undefined;
}

/** Of a log, behind a sequence. */
export interface After {
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
}

export interface ForkWishes {
  /** This task and all after it is done anew. */
  readonly from?: string | undefined;
  readonly checkpoint?: string | undefined;
  readonly input?: AnyJson;
  readonly taskInput?: AnyJson;
}

export interface UpgradeWishes extends Because {
  readonly version: string;
  readonly dryRun?: boolean | undefined;
  /** Stops tasks at work that were changed or removed. */
  readonly force?: boolean | undefined;
}

export interface BulkWishes extends Because {
  readonly filter?: {
    readonly statuses?: readonly string[] | undefined;
    readonly workflow?: string | undefined;
    readonly tag?: string | undefined;
  };
  /** Only says which they would be, unless `false`. */
  readonly preview?: boolean | undefined;
  readonly limit?: number | undefined;
}

/** A step that failed to be undone. */
export interface Step {
  readonly task: string;
  readonly activation?: number | undefined;
}

export function executionsOf(connection: Connection) {
  const get = (execution: string, options?: CallOptions): Promise<Execution> =>
    connection.call('getExecution', { path: { execution } }, options);
  return {
    list: (filter: ExecutionFilter = {}, options?: CallOptions): Listing<ExecutionSummary> => {
      const { workflow, status, open, tag, limit } = filter;
      const query = { status, open, workflow_id: workflow, tag, limit };
      return listing((cursor) =>
        connection.call<Page<ExecutionSummary>>('listExecutions', { query: { ...query, cursor } }, options),
      );
    },
    get,
    why: (execution: string, options?: CallOptions): Promise<ExecutionCauses> =>
      connection.call('whyExecution', { path: { execution } }, options),
    events: (
      execution: string,
      after: After = {},
      options?: CallOptions,
    ): Promise<PageAfter<PublishedEvent>> =>
      connection.call('listEvents', { path: { execution }, query: { ...after } }, options),
    log: (execution: string, after: After = {}, options?: CallOptions): Promise<PageAfter<LogRow>> =>
      connection.call('readLog', { path: { execution }, query: { ...after } }, options),
    checkpoints: (
      execution: string,
      after: After = {},
      options?: CallOptions,
    ): Promise<PageAfter<Checkpoint>> =>
      connection.call('listCheckpoints', { path: { execution }, query: { ...after } }, options),
    tasks: (
      execution: string,
      filter: { readonly status?: TaskStatusWord | readonly TaskStatusWord[] } = {},
      options?: CallOptions,
    ): Promise<{ readonly execution_id: string; readonly tasks: readonly TaskStatus[] }> =>
      connection.call('listTasks', { path: { execution }, query: { ...filter } }, options),
    agents: (
      execution: string,
      options?: CallOptions,
    ): Promise<{ readonly execution_id: string; readonly agents: readonly AgentStatus[] }> =>
      connection.call('listExecutionAgents', { path: { execution } }, options),
    teams: (
      execution: string,
      options?: CallOptions,
    ): Promise<{ readonly execution_id: string; readonly teams: readonly TeamStatus[] }> =>
      connection.call('listTeams', { path: { execution } }, options),
    graph: (execution: string, options?: CallOptions): Promise<ExecutionGraph> =>
      connection.call('executionGraph', { path: { execution } }, options),
    approvals: (execution: string, options?: CallOptions): Promise<OpenQuestions> =>
      connection.call('listApprovals', { path: { execution } }, options),
    /** @throws ServiceError `not_completed`. */
    output: (execution: string, options?: CallOptions): Promise<ExecutionOutput> =>
      connection.call('executionOutput', { path: { execution } }, options),

    /** What stands in its log as `{"$blob": reference}`, because it is too large for that. */
    value: (execution: string, reference: string, options?: CallOptions): Promise<AnyJson> =>
      connection.call('executionValue', { path: { execution, reference } }, options),

    /** Resolves with how it ended, be it well or not. @throws ServiceError as `stream`; the reason of the signal. */
    wait: async (execution: string, options: Pick<CallOptions, 'signal'> = {}): Promise<Execution> => {
      const now = await get(execution, options);
      if (now.completed_at !== null) return now;
      const changes = frames(connection, {
        workflow: now.workflow_id,
        executionId: execution,
        from: 'now',
        types: ['workflow.status_changed'],
        signal: options.signal,
      });
      for await (const { type, data } of changes) {
        // What happened before it stood, the status says.
        if (type !== POSITION && OPEN.has(String(data['status']))) continue;
        const status = await get(execution, options);
        if (status.completed_at !== null) return status;
      }
      options.signal?.throwIfAborted();
      return get(execution, options);
    },

    pause: (execution: string, body: Because = {}, options?: CallOptions): Promise<PausedExecution> =>
      connection.call('pauseExecution', { path: { execution }, body }, options),
    resume: (execution: string, body: Because = {}, options?: CallOptions): Promise<ToldExecution> =>
      connection.call('resumeExecution', { path: { execution }, body }, options),
    cancel: (
      execution: string,
      /** With `task` only that, with `region` also all that comes after it alone. */
      body: Because & { readonly task?: string | undefined; readonly region?: boolean | undefined } = {},
      options?: CallOptions,
    ): Promise<ToldExecution> => connection.call('cancelExecution', { path: { execution }, body }, options),
    retry: (
      execution: string,
      {
        tasks,
        newKey,
        reason,
      }: Because & { readonly tasks?: readonly string[]; readonly newKey?: boolean } = {},
      options?: CallOptions,
    ): Promise<ToldExecution> =>
      connection.call(
        'retryExecution',
        { path: { execution }, body: { tasks, new_key: newKey, reason } },
        options,
      ),
    fork: (execution: string, wishes: ForkWishes = {}, options?: CallOptions): Promise<ForkedExecution> => {
      const { from, checkpoint, input, taskInput } = wishes;
      const body = { from, checkpoint, input, task_input: taskInput };
      return connection.call('forkExecution', { path: { execution }, body }, options);
    },
    upgrade: (
      execution: string,
      { version, dryRun, force, reason }: UpgradeWishes,
      options?: CallOptions,
    ): Promise<UpgradeReport> =>
      connection.call(
        'upgradeExecution',
        { path: { execution }, body: { version, dry_run: dryRun, force, reason } },
        options,
      ),
    checkpoint: (execution: string, body: Because = {}, options?: CallOptions): Promise<TakenCheckpoint> =>
      connection.call('takeCheckpoint', { path: { execution }, body }, options),
    signal: (
      execution: string,
      body: { readonly signal: string; readonly data?: AnyJson; readonly id?: string | undefined },
      options?: CallOptions,
    ): Promise<SentMessage> => connection.call('signalExecution', { path: { execution }, body }, options),
    publish: (
      execution: string,
      body: { readonly topic: string; readonly data?: AnyJson; readonly id?: string | undefined },
      options?: CallOptions,
    ): Promise<SentMessage> => connection.call('publishEvent', { path: { execution }, body }, options),
    delete: (execution: string, query: Because = {}, options?: CallOptions): Promise<DeletedExecution> =>
      connection.call('deleteExecution', { path: { execution }, query: { ...query } }, options),
    bulk: (
      verb: 'pause' | 'resume' | 'cancel' | 'retry',
      { filter = {}, ...more }: BulkWishes,
      options?: CallOptions,
    ): Promise<BulkReport> => {
      const { workflow, ...rest } = filter;
      const body = { ...more, filter: { ...rest, workflow_id: workflow } };
      return connection.call('bulk', { path: { verb }, body }, options);
    },
    compensation: {
      /** All that failed, unless a step is named. */
      retry: (execution: string, step: Partial<Step> = {}, options?: CallOptions): Promise<ToldExecution> =>
        connection.call('retryCompensation', { path: { execution }, body: step }, options),
      skip: (execution: string, step: Step & Because, options?: CallOptions): Promise<ToldExecution> =>
        connection.call('skipCompensation', { path: { execution }, body: step }, options),
    },
    ...tasksOf(connection),
  };
}

/** Anything else is worth a look at whether it has ended. */
const OPEN: ReadonlySet<string> = new Set(['planning', 'allocating', 'running', 'paused', 'compensating']);
