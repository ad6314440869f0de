/**
 * One running process of Cantata: the loop and its parts put together, and the verbs callers use.
 * While another process owns the shards it is a client of that one through the inbox, and takes over when it ends.
 */
import {
  admissionOf,
  type Bus,
  CantataError,
  type CheckpointCause,
  CONTINUE,
  canonicalJson,
  DEFAULT_TENANT,
  type ExecutionRow,
  type ExecutionState,
  type Instant,
  type Json,
  type JsonObject,
  type Operation,
  type Plan,
  type StepRef,
  sharedOf,
  type WorkflowVersion,
} from '@cantata/core';
import type { Live } from './agents/live.ts';
import type {
  AnswerRequest,
  ForkRequest,
  PublishRequest,
  SignalRequest,
  StartRequest,
  UpgradeRequest,
} from './calls.ts';
import { sha256 } from './digest.ts';
import type { Feed } from './feed/feed.ts';
import type { Capacity, Gauges } from './gauges.ts';
import { ownValue } from './given.ts';
import { type EngineOptions, EngineParts } from './parts.ts';
import type { AgentTypeRow } from './read/agents.ts';
import type { Reader } from './read/reader.ts';
import { remove } from './removal.ts';
import { Schedules } from './schedules.ts';
import type { EngineSettings } from './settings.ts';
import { admissionAtHand, poolAtHand } from './shell/at-hand.ts';
import { close } from './shell/close.ts';
import type { CallOptions } from './shell/commander.ts';
import { type Drained, drain } from './shell/drain.ts';
import { Starts } from './starts.ts';

export class Engine {
  readonly #parts: EngineParts;
  readonly #starts: Starts;

  /** Opens an engine and tries to own the shards. Resolves when it owns them, or knows that another engine does. */
  static open(options: EngineOptions): Promise<Engine> {
    return Engine.of(new EngineParts(options));
  }

  /** The same, of parts that are put together already. */
  static async of(parts: EngineParts): Promise<Engine> {
    const engine = new Engine(parts);
    await parts.leasing.start();
    parts.inbox.start();
    parts.reconciler.start();
    parts.retention.start();
    return engine;
  }

  private constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#starts = new Starts(parts);
  }

  get live(): Live {
    return this.#parts.live;
  }

  get bus(): Bus {
    return this.#parts.bus;
  }

  get settings(): EngineSettings {
    return this.#parts.settings;
  }

  get schedules(): Schedules {
    return new Schedules(this.#parts);
  }

  /** Whether this engine owns the shards and therefore decides, or is a client of the one that does. */
  get owns(): boolean {
    return this.#parts.ownership.size > 0;
  }

  /** Reads what is committed, for this engine or any other process. */
  get reader(): Reader {
    return this.#parts.reader;
  }

  /** What happens, as it happens, from any point on; of other processes on the same store, too. */
  get feed(): Feed {
    return this.#parts.feed;
  }

  /** O(entities in memory). */
  get gauges(): Gauges {
    const { loop, dispatcher, timers, parking, waiters, inbox } = this.#parts;
    return {
      executions: [...loop.residents.values()].filter(({ kind }) => kind === 'execution').length,
      attempts: dispatcher.running,
      unbound: dispatcher.waiting,
      timers: timers.size,
      queued: loop.queued,
      parked: parking.size,
      waiters: waiters.size,
      inbox: inbox.size,
    };
  }

  /**
   * Executions in hand that come to their end and still have agents to stop or something to undo: ids. Sub-workflows that
   * nobody waits for any more are among them when their parent is long over. O(entities in memory).
   */
  get ending(): readonly string[] {
    return [...this.#parts.loop.residents.values()].flatMap((entity) =>
      entity.kind === 'execution' && isEnding(entity.state) ? [entity.id] : [],
    );
  }

  /** A new id, which grows with time. */
  newId(): string {
    return this.#parts.clock.id();
  }

  /** By the clock of this engine. */
  now(): Instant {
    return this.#parts.clock.now();
  }

  /** What a version comes to, with what past runs took. @throws CantataError `workflow_not_found`, `store_*`. */
  plan({ digest, workflowId }: WorkflowVersion): Promise<Plan> {
    return this.#parts.plans.timed(digest, workflowId);
  }

  /**
   * Stores a checked document as a version of its workflow. The same content again is the same version.
   * @throws CantataError `version_conflict` when the name and version exist with other content.
   */
  async register(document: JsonObject, tenant: string = DEFAULT_TENANT): Promise<WorkflowVersion> {
    const { plans, store, clock } = this.#parts;
    const text = canonicalJson(document);
    const digest = sha256(text);
    const { definition } = plans.add(digest, text);
    const version = await store.workflows.put({
      workflowId: clock.id(),
      tenant,
      name: definition.name,
      version: definition.version,
      pattern: definition.pattern,
      digest,
      document: text,
      createdAt: clock.now(),
    });
    if (version.digest !== digest) {
      const message = `${definition.name} ${definition.version} is stored with other content; give this one a new version`;
      throw new CantataError('version_conflict', message);
    }
    return version;
  }

  /**
   * Starts an execution and resolves with its id once the start is committed; where it waits for room, once there is some.
   * @throws CantataError `workflow_already_executing`, `capacity_exhausted`, `allocation_timed_out`,
   * `resources_insufficient`, `limits_too_low`, `input_invalid`, `engine_busy`, `engine_closed`, `store_*`, or
   * `answer_timeout`: another process owns the shards and will begin it; `detail.execution_id` names it.
   */
  start(request: StartRequest): Promise<string> {
    return this.#starts.start(request);
  }

  /**
   * Starts a new execution that goes on where another one has come to: what was completed there is taken over by value,
   * the rest is done anew under its own keys. Resolves with its id. @throws CantataError as `start`, and
   * `execution_not_found`, `task_not_found`, `checkpoint_not_found`, `fork_too_large`.
   */
  fork(executionId: string, request: ForkRequest): Promise<string> {
    return this.#starts.fork(executionId, request);
  }

  /**
   * Lets running attempts finish and starts nothing new; resolves with the id of the checkpoint, which is that of the
   * request where there is one.
   */
  async pause(executionId: string, by: string, reason?: string, options: CallOptions = {}): Promise<string> {
    const checkpoint = options.requestId ?? this.#parts.clock.id();
    const command = { type: 'pause', checkpoint, by, ...(reason === undefined ? {} : { reason }) } as const;
    await this.#parts.commander.send(executionId, command, by, options);
    return checkpoint;
  }

  async resume(executionId: string, by: string, options?: CallOptions): Promise<void> {
    await this.#parts.commander.send(executionId, { type: 'resume', by }, by, options);
  }

  /**
   * Tells the agents to stop; the execution ends when they have. A parked one is tried again first, and one that cannot
   * be read or decided for is written off: its row says so, its place is free, its log stays as it is.
   * One that waits for room leaves the line: its start is `start_cancelled`.
   * @throws CantataError `execution_not_found`, `already_ended`, `not_running` while it is ending.
   */
  async cancel(executionId: string, by: string, reason?: string, options?: CallOptions): Promise<void> {
    const { commander, reader } = this.#parts;
    const cancel = { type: 'cancel', by, ...(reason === undefined ? {} : { reason }) } as const;
    const inLine = await reader.inLine(executionId);
    if (inLine === undefined) return void (await commander.send(executionId, cancel, by, options));
    // It goes the way of the start, which it must not overtake.
    const withdraw = { type: 'admission.withdraw', execution: executionId, cancel } as const;
    await commander.send(admissionOf(inLine.workflowId), withdraw, by, options);
  }

  /**
   * What an operator does by hand to an execution that has ended, to one task of one, or to several.
   * @throws CantataError `execution_not_found`, `task_not_found`, `task_settled`, `not_running`, `already_ended`, and what
   * the operation itself may be refused for.
   */
  async operate(executionId: string, operation: Operation, by: string, options?: CallOptions): Promise<void> {
    const own = this.#ownOperation(operation);
    const command = async () => {
      if (own.type === 'upgrade') await this.#parts.plans.get(own.workflow.digest);
      if (own.type === 'retry') await admissionAtHand(this.#parts, executionId);
      if (own.type === 'retry') await poolAtHand(this.#parts);
      return { ...own, by };
    };
    await this.#parts.commander.send(executionId, command, by, options);
  }

  /**
   * An open execution goes on by another version of its workflow. @throws CantataError `upgrade_refused`, and as `operate`.
   */
  async upgrade(
    executionId: string,
    { workflowId: id, name, version, digest }: WorkflowVersion,
    { by, stopsTasks, reason, ...options }: UpgradeRequest,
  ): Promise<void> {
    const workflow = { id, name, version, digest };
    const running = stopsTasks === true ? 'stop' : 'refuse';
    const why = reason === undefined ? {} : { reason };
    await this.operate(executionId, { type: 'upgrade', workflow, running, ...why }, by, options);
  }

  /**
   * Has what failed to be undone tried again: one step, or all of them. Resolves when that is accepted.
   * @throws CantataError `not_compensating`, `execution_not_found`
   */
  async retryCompensation(
    executionId: string,
    by: string,
    step?: StepRef,
    options?: CallOptions,
  ): Promise<void> {
    const command = { type: 'compensation.retry', by, ...(step === undefined ? {} : { step }) } as const;
    await this.#parts.commander.send(executionId, command, by, options);
  }

  /** A step that failed to be undone stays as it is, or was undone by hand; what was done before it is undone. */
  async skipCompensation(
    executionId: string,
    by: string,
    step: StepRef,
    reason: string,
    options?: CallOptions,
  ): Promise<void> {
    const command = { type: 'compensation.skip', by, step, reason } as const;
    await this.#parts.commander.send(executionId, command, by, options);
  }

  /**
   * Tells an execution something from outside. The same `id` again is the same signal, and is answered like the first.
   * @throws CantataError `execution_not_found`, `signal_unknown`, `input_invalid`, `signal_late`, `signal_unheard`,
   * `mail_full`, `not_running`, `already_ended`.
   */
  async signal(executionId: string, request: SignalRequest): Promise<void> {
    const { signal, data = null, by } = request;
    const command = {
      type: 'signal',
      signal,
      data: this.#own('the data', data),
      id: this.#idOf(request),
      by,
    } as const;
    await this.#parts.commander.send(executionId, command, by, optionsOf(request));
  }

  /**
   * Sends a signal to whichever execution waits for it under a correlation key. Where none does, it is kept for `keepMs`
   * and given to the first that comes. The same `id` again (of the last 100 under the key) is the same signal.
   * @throws CantataError `nobody_waits`, `queue_full`, `input_invalid`.
   */
  async signalKey(key: string, request: SignalRequest & { readonly keepMs?: number }): Promise<void> {
    const { signal: name, data = null, by, keepMs, tenant = DEFAULT_TENANT } = request;
    const command = {
      type: 'correlation.deliver',
      delivery: this.#idOf(request),
      name,
      data: this.#own('the data', data),
      ...(keepMs === undefined ? {} : { keepMs }),
    } as const;
    await this.#parts.commander.send(sharedOf('correlation', tenant, key), command, by, optionsOf(request));
  }

  /**
   * Publishes an event to the tasks of an execution that need one like it. The same `id` again is the same event.
   * @throws CantataError `execution_not_found`, `topic_unknown`, `mail_full`, `not_running`, `already_ended`.
   */
  async publish(executionId: string, request: PublishRequest): Promise<void> {
    const { topic, data = null, by } = request;
    const own = this.#own('the data', data);
    const command = { type: 'event.publish', topic, data: own, id: this.#idOf(request), by } as const;
    await this.#parts.commander.send(executionId, command, by, optionsOf(request));
  }

  /**
   * Answers what a task asks. The same `id` again is the same answer.
   * @throws CantataError `execution_not_found`, `task_not_found`, `not_asked`, `not_entitled`, `input_invalid`,
   * `not_running`, `already_ended`.
   */
  async answer(executionId: string, request: AnswerRequest): Promise<void> {
    const { output, requestId: _, tenant: __, ...answer } = request;
    const own = output === undefined ? {} : { output: this.#own('the answer', output) };
    const command = { type: 'human.answer', ...answer, ...own, id: this.#idOf(request) } as const;
    await this.#parts.commander.send(executionId, command, answer.by, optionsOf(request));
  }

  /**
   * Removes everything of an execution that has ended: its log, its checkpoints, its row, its messages, and values that
   * nobody else holds. A line stays that says what it was, who removed it and why ({@link ExecutionIndex.removals}).
   * What it started goes by itself. The request of somebody who may repeat it is done where it is removed.
   * @throws CantataError `execution_not_found`, `still_open`.
   */
  delete(executionId: string, by: string, reason?: string, options?: CallOptions): Promise<void> {
    return remove(this.#parts, { executionId, by, reason, requestId: options?.requestId });
  }

  /** Writes the state of an execution down whole; resolves with the id of the checkpoint, as {@link Engine.pause}. */
  async checkpoint(
    executionId: string,
    cause: CheckpointCause,
    options: CallOptions & { readonly by?: string } = {},
  ): Promise<string> {
    const { by = 'engine' } = options;
    const checkpoint = options.requestId ?? this.#parts.clock.id();
    const command = { type: 'checkpoint', checkpoint, cause } as const;
    await this.#parts.commander.send(executionId, command, by, options);
    return checkpoint;
  }

  /**
   * Carries an open execution on that stands still: parked, or left behind by a process that ended. Hands out again
   * what was in flight. Where another engine owns the shards, that one does it.
   * @throws CantataError `execution_not_found`.
   */
  async recover(executionId: string, options?: CallOptions): Promise<void> {
    await this.#parts.commander.send(executionId, CONTINUE, 'engine', { ...options, revives: true });
  }

  /**
   * Resolves when an execution has ended or is parked, whoever runs it. Where this engine owns the shards and nobody
   * carries it on, this one does.
   * @throws CantataError what it is parked with where the store cannot take that, `execution_not_found`, `engine_closed`
   */
  async ended(executionId: string): Promise<ExecutionRow> {
    return this.#parts.waiters.ended(executionId);
  }

  /**
   * How the agents of each type are doing for a tenant: who is bound, what their circuit breakers say, and how the attempts of this
   * process ended since its start. O(workflows + types).
   */
  agents(tenant: string = DEFAULT_TENANT): Promise<readonly AgentTypeRow[]> {
    return this.#parts.reader.agents(tenant);
  }

  /** How much runs of what may. Limits are those of this engine. */
  async capacity(): Promise<Capacity> {
    return { limits: this.settings.capacity, ...(await this.#parts.reader.capacity()) };
  }

  /** Whether somebody here performs work of a type; undefined where another engine decides, which has agents of its own. */
  isBound(agentType: string): boolean | undefined {
    return this.owns ? this.#parts.agents.find(agentType) !== undefined : undefined;
  }

  /** The agent types nobody is bound to, for which attempts of an execution wait here. */
  unboundTypes(executionId: string): readonly string[] {
    return this.#parts.dispatcher.unboundTypes(executionId);
  }

  /** Whether it is being left: what runs may finish, and nothing new begins. */
  get isLeaving(): boolean {
    return this.#parts.staffing.isLeaving;
  }

  /**
   * The first half of leaving in order, before {@link close}: nothing is handed out any more, what runs may finish for
   * `graceMs`, and what is open and was touched is written down whole. Never rejects.
   */
  drain(graceMs: number): Promise<Drained> {
    return drain(this.#parts, graceMs);
  }

  /**
   * Stops agents, writes nothing more, gives the shards back. Open executions stay open and can be carried on. Never
   * rejects: what the store does not take any more is left to the lease.
   */
  close(): Promise<void> {
    return close(this.#parts);
  }

  #idOf({ id, requestId }: Pick<SignalRequest, 'id' | 'requestId'>): string {
    return id ?? requestId ?? this.#parts.clock.id();
  }

  #ownOperation(operation: Operation): Operation {
    switch (operation.type) {
      case 'task.complete':
        return { ...operation, output: this.#own('the output', operation.output) };
      case 'items.add':
        return { ...operation, items: this.#own('the list of items', operation.items) as readonly Json[] };
      default:
        return operation;
    }
  }

  #own(what: string, value: Json): Json {
    return ownValue(what, value, this.#parts.settings);
  }
}

function optionsOf({ tenant, requestId }: CallOptions): CallOptions {
  return {
    ...(tenant === undefined ? {} : { tenant }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function isEnding({ status }: ExecutionState): boolean {
  return status.kind === 'compensating' || (status.kind === 'running' && status.ending !== undefined);
}
