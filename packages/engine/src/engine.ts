/**
 * One running process of Cantata: the loop and its parts put together, and the verbs callers use.
 * While another process owns the shards it is a client of that one through the inbox, and takes over when it ends.
 */
import {
  type AgentDirectory,
  admissionOf,
  type Bus,
  CantataError,
  type CheckpointCause,
  type Clock,
  CONTINUE,
  canonicalJson,
  checkJson,
  type ExecutionRow,
  type Json,
  type JsonObject,
  newExecution,
  type Owner,
  type RetryPolicyName,
  type StartCommand,
  type Store,
  shardOf,
  type WorkflowVersion,
} from '@cantata/core';
import { Dispatcher } from './agents/dispatcher.ts';
import { Live } from './agents/live.ts';
import { createSystemClock } from './clock/system-clock.ts';
import { plainCodec } from './codec.ts';
import { sha256 } from './digest.ts';
import { type Log, SILENT } from './log.ts';
import { createMemoryBus } from './memory/memory-bus.ts';
import { Reader } from './read/reader.ts';
import { DEFAULT_SETTINGS, type EngineSettings } from './settings.ts';
import { Commander } from './shell/commander.ts';
import { executionEntity } from './shell/entity.ts';
import { InboxReader } from './shell/inbox-reader.ts';
import { Leasing } from './shell/leasing.ts';
import { DEFAULT_TENANT, Loader } from './shell/loader.ts';
import { ShardLoop } from './shell/loop.ts';
import { Ownership } from './shell/ownership.ts';
import { Parking } from './shell/parking.ts';
import { Performer } from './shell/performer.ts';
import { type Compile, Plans } from './shell/plans.ts';
import { Reconciler } from './shell/reconciler.ts';
import { Timers } from './shell/timers.ts';
import { Waiters } from './shell/waiters.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly agents: AgentDirectory;
  readonly compile: Compile;
  readonly owner: Owner;
  readonly clock?: Clock;
  readonly bus?: Bus;
  readonly log?: Log;
  readonly settings?: Partial<EngineSettings>;
  /** Whether the process of another owner is known to be gone. By default nobody is. */
  readonly isDead?: (owner: Owner) => boolean;
}

export interface StartRequest {
  readonly workflow: WorkflowVersion;
  readonly input: Json;
  readonly by: string;
  readonly timeoutMs?: number;
  readonly retryPolicy?: RetryPolicyName;
}

export class Engine {
  readonly live = new Live();
  readonly bus: Bus;
  readonly settings: EngineSettings;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #plans: Plans;
  readonly #ownership = new Ownership();
  readonly #dispatcher: Dispatcher;
  readonly #timers: Timers;
  readonly #parking: Parking;
  readonly #loop: ShardLoop;
  readonly #inbox: InboxReader;
  readonly #leasing: Leasing;
  readonly #commander: Commander;
  readonly #reconciler: Reconciler;
  readonly #waiters: Waiters;
  readonly #reader: Reader;

  /** Opens an engine and tries to own the shards. Resolves when it owns them, or knows that another engine does. */
  static async open(options: EngineOptions): Promise<Engine> {
    const engine = new Engine(options);
    await engine.#leasing.start();
    engine.#inbox.start();
    engine.#reconciler.start();
    return engine;
  }

  private constructor(options: EngineOptions) {
    const { store, agents, compile, owner } = options;
    const settings = { ...DEFAULT_SETTINGS, ...options.settings };
    const clock = options.clock ?? createSystemClock();
    const log = options.log ?? SILENT;
    const ownership = this.#ownership;
    const codec = plainCodec;
    const submit = (input: Parameters<ShardLoop['submit']>[0]): void => this.#loop.submit(input);
    this.settings = settings;
    this.bus = options.bus ?? createMemoryBus();
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#plans = new Plans(store.workflows, compile);
    this.#timers = new Timers(clock);
    this.#dispatcher = new Dispatcher({ agents, clock, log, live: this.live, settings, submit });
    this.#parking = new Parking(log, (id, error) => void this.#onParked(id, error));
    const loader = new Loader(store, this.#plans, codec, log);
    const performer = new Performer(this.#timers, this.#dispatcher, submit);
    this.#waiters = new Waiters(store.executions, clock, this.#parking, (id) => this.#loop.residents.has(id));
    this.#loop = new ShardLoop({
      store,
      clock,
      codec,
      log,
      settings,
      ownership,
      loader,
      parking: this.#parking,
      performer,
      newEntity: (id, input) => {
        if (input.command.type !== 'start') return undefined;
        const plan = this.#plans.cached(input.command.workflow.digest);
        return plan === undefined ? undefined : executionEntity(newExecution(id, plan), DEFAULT_TENANT);
      },
      onPosted: () => this.#inbox.hint(),
      onCommitted: (spans, entities) => {
        void this.bus.publish(spans);
        this.#waiters.committed(entities);
      },
      onFenced: () => this.#leasing.lost(),
      resync: () => this.#leasing.resync(),
    });
    this.#inbox = new InboxReader({
      inbox: store.inbox,
      clock,
      codec,
      log,
      ownership,
      pollMs: settings.inboxPollMs,
      submit,
    });
    this.#leasing = new Leasing({
      leases: store.leases,
      clock,
      log,
      owner,
      ownership,
      leaseMs: settings.leaseMs,
      isDead: options.isDead ?? (() => false),
      onOwned: () => void this.#onOwned(),
      onLost: () => {
        this.#loop.evictAll();
        this.#dispatcher.abandon('another engine took over');
      },
    });
    this.#commander = new Commander({ loop: this.#loop, inbox: store.inbox, ownership, clock, codec });
    this.#reconciler = new Reconciler({
      loop: this.#loop,
      dispatcher: this.#dispatcher,
      performer,
      parking: this.#parking,
      clock,
      log,
      settings,
    });
    this.#reader = new Reader({ store, plans: this.#plans, codec, clock, log });
  }

  /** Whether this engine owns the shards and therefore decides, or is a client of the one that does. */
  get owns(): boolean {
    return this.#ownership.size > 0;
  }

  /** Reads what is committed, for this engine or any other process. */
  get reader(): Reader {
    return this.#reader;
  }

  /**
   * Stores a checked document as a version of its workflow. The same content again is the same version.
   * @throws CantataError `version_conflict` when the name and version exist with other content.
   */
  async register(document: JsonObject, tenant: string = DEFAULT_TENANT): Promise<WorkflowVersion> {
    const text = canonicalJson(document);
    const digest = sha256(text);
    const { definition } = this.#plans.add(digest, document);
    const version = await this.#store.workflows.put({
      workflowId: this.#clock.id(),
      tenant,
      name: definition.name,
      version: definition.version,
      pattern: definition.pattern,
      digest,
      document: text,
      createdAt: this.#clock.now(),
    });
    if (version.digest !== digest) {
      const message = `${definition.name} ${definition.version} is stored with other content; give this one a new version`;
      throw new CantataError('version_conflict', message);
    }
    return version;
  }

  /**
   * Starts an execution and resolves with its id once the start is committed.
   * @throws CantataError `workflow_already_executing`, `input_invalid`, `engine_busy`, `engine_closed`, or `store_*`.
   */
  async start(request: StartRequest): Promise<string> {
    const { workflow, input, by, retryPolicy } = request;
    this.#checkInput(input);
    const plan = await this.#plans.get(workflow.digest);
    const execution = this.#clock.id();
    const start: StartCommand = {
      type: 'start',
      workflow: {
        id: workflow.workflowId,
        name: workflow.name,
        version: workflow.version,
        digest: workflow.digest,
      },
      pattern: plan.definition.pattern,
      input,
      timeoutMs: request.timeoutMs ?? this.settings.workflowTimeoutMs,
      ...(retryPolicy === undefined ? {} : { retryPolicy }),
    };
    const limit = plan.definition.maxConcurrentExecutions;
    const admission = { type: 'admission.request', execution, limit, start } as const;
    await this.#commander.send(admissionOf(workflow.workflowId), admission, by);
    return execution;
  }

  /** Lets running attempts finish and starts nothing new; resolves with the id of the checkpoint. */
  async pause(executionId: string, by: string, reason?: string): Promise<string> {
    const checkpoint = this.#clock.id();
    const command = { type: 'pause', checkpoint, by, ...(reason === undefined ? {} : { reason }) } as const;
    await this.#commander.send(executionId, command, by);
    return checkpoint;
  }

  async resume(executionId: string, by: string): Promise<void> {
    await this.#commander.send(executionId, { type: 'resume', by }, by);
  }

  async cancel(executionId: string, by: string, reason?: string): Promise<void> {
    await this.#commander.send(
      executionId,
      { type: 'cancel', by, ...(reason === undefined ? {} : { reason }) },
      by,
    );
  }

  /** Writes the state of an execution down whole; resolves with the id of the checkpoint. */
  async checkpoint(executionId: string, cause: CheckpointCause): Promise<string> {
    const checkpoint = this.#clock.id();
    await this.#commander.send(executionId, { type: 'checkpoint', checkpoint, cause }, 'engine');
    return checkpoint;
  }

  /**
   * Carries an open execution on whose process ended: reads it, and hands out again what was in flight.
   * @throws CantataError `execution_not_found`.
   */
  async recover(executionId: string): Promise<void> {
    this.#parking.release(executionId);
    await this.#commander.send(executionId, CONTINUE, 'engine');
  }

  /** Resolves when an execution has ended or is parked, whoever runs it. */
  async ended(executionId: string): Promise<ExecutionRow> {
    return this.#waiters.ended(executionId);
  }

  /** The agent type nobody is bound to, if an attempt of the execution waits for that. */
  unboundTypes(executionId: string): readonly string[] {
    return this.#dispatcher.unboundTypes(executionId);
  }

  /** Stops agents, writes nothing more, gives the shards back. Open executions stay open and can be carried on. */
  async close(): Promise<void> {
    this.#reconciler.stop();
    this.#inbox.stop();
    this.#dispatcher.close();
    await this.#loop.close();
    this.#timers.stop();
    this.#waiters.close();
    await this.#leasing.stop();
  }

  #checkInput(input: Json): void {
    const { maxValueBytes, maxValueDepth } = this.settings;
    const problem = checkJson(input, { maxBytes: maxValueBytes, maxDepth: maxValueDepth });
    if (problem === undefined) return;
    throw new CantataError(
      'input_invalid',
      `the input${problem.path === '' ? '' : ` at ${problem.path}`}: ${problem.message}`,
    );
  }

  async #onOwned(): Promise<void> {
    this.#log('info', 'this engine owns the shards', { shards: this.#ownership.size });
    this.#inbox.hint();
    if (this.settings.recover === 'all') await this.#recoverAll();
  }

  async #recoverAll(): Promise<void> {
    const open = ['planning', 'allocating', 'running', 'paused'];
    let before: string | undefined;
    for (;;) {
      const page = { statuses: open, limit: 1_000, ...(before === undefined ? {} : { before }) };
      const rows = await this.#store.executions.list(page);
      for (const { executionId } of rows) {
        this.#loop.submit({ entity: executionId, command: CONTINUE, causation: 'recovery', actor: 'engine' });
      }
      before = rows.at(-1)?.executionId;
      if (before === undefined || rows.length < 1_000) return;
    }
  }

  /** Leaves a mark that other processes can read. Where the store refuses even that, the log has said it. */
  async #onParked(id: string, error: CantataError): Promise<void> {
    this.#waiters.parked(id, error);
    try {
      const row = await this.#store.executions.get(id);
      const shard = shardOf(id);
      if (row === undefined || !this.#ownership.owns(shard)) return;
      await this.#store.log.commit({
        epochs: [{ shard, epoch: this.#ownership.epochOf(shard) }],
        events: [],
        messages: [],
        consumed: [],
        outcomes: [],
        snapshots: [],
        executions: [{ ...row, parked: true, reason: `${error.code}: ${error.message}` }],
      });
    } catch (failure) {
      this.#log('error', 'a parked execution could not be marked', {
        execution: id,
        message: String(failure),
      });
    }
  }
}
