/** The parts of an engine put together: which one calls which. No logic of its own. */
import {
  type AgentDirectory,
  type Bus,
  type Calendar,
  type Clock,
  type ExecutionRow,
  type History,
  newExecution,
  type Owner,
  type ResourceState,
  type Span,
  type Store,
  type Surroundings,
  termsOf,
} from '@cantata/core';
import { Circuits } from './agents/circuits.ts';
import { Dispatcher } from './agents/dispatcher.ts';
import { type AgentsOf, Health } from './agents/health.ts';
import { Live } from './agents/live.ts';
import { Reports } from './agents/reports.ts';
import { createSystemClock } from './clock/system-clock.ts';
import { plainCodec } from './codec.ts';
import { messageOf } from './errors.ts';
import { Feed } from './feed/feed.ts';
import { type Log, SILENT } from './log.ts';
import { createMemoryBus } from './memory/memory-bus.ts';
import type { Load } from './read/circle.ts';
import { readHistory } from './read/history.ts';
import { Publisher } from './read/publisher.ts';
import { Reader } from './read/reader.ts';
import { DEFAULT_SETTINGS, type EngineSettings } from './settings.ts';
import { Alarm } from './shell/alarm.ts';
import { Allocation } from './shell/allocation.ts';
import { Children } from './shell/children.ts';
import { Commander } from './shell/commander.ts';
import { requireDeclared } from './shell/declared-input.ts';
import { type Command, type Entity, executionEntity } from './shell/entity.ts';
import { Holders } from './shell/holders.ts';
import { InboxReader } from './shell/inbox-reader.ts';
import type { Input } from './shell/input.ts';
import { Leasing } from './shell/leasing.ts';
import { Loader } from './shell/loader.ts';
import { ShardLoop } from './shell/loop.ts';
import { Marks } from './shell/marks.ts';
import { NightWatch } from './shell/night-watch.ts';
import { Order } from './shell/order.ts';
import { Ownership } from './shell/ownership.ts';
import { Parking } from './shell/parking.ts';
import { Performer } from './shell/performer.ts';
import { type Compile, Plans } from './shell/plans.ts';
import { Pruner } from './shell/pruner.ts';
import { Reconciler } from './shell/reconciler.ts';
import { Recovery } from './shell/recovery.ts';
import { Retention } from './shell/retention.ts';
import { Staffing } from './shell/staffing.ts';
import { Timers } from './shell/timers.ts';
import { Waiters } from './shell/waiters.ts';
import { Blobs } from './values/blobs.ts';
import { RecentValues } from './values/recent-values.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly agents: AgentDirectory;
  readonly compile: Compile;
  /** When schedules come due; without one, no schedule ever does. */
  readonly calendar?: Calendar;
  readonly owner: Owner;
  readonly clock?: Clock;
  readonly bus?: Bus;
  readonly log?: Log;
  readonly settings?: Partial<EngineSettings>;
  /** Whether the process of another owner is known to be gone. By default nobody is. */
  readonly isDead?: (owner: Owner) => boolean;
}

export class EngineParts {
  readonly store: Store;
  readonly agents: AgentDirectory;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly log: Log;
  readonly settings: EngineSettings;
  readonly codec = plainCodec;
  readonly live: Live;
  readonly recent: RecentValues;
  readonly blobs: Blobs;
  readonly ownership = new Ownership();
  readonly order = new Order();
  readonly staffing: Staffing;
  readonly plans: Plans;
  readonly timers: Timers;
  readonly parking: Parking;
  readonly circuits: Circuits;
  /** Nothing is heard over the bus any more. */
  leaveBus: () => void = () => undefined;
  readonly health = new Health();
  readonly dispatcher: Dispatcher;
  readonly performer: Performer;
  readonly loop: ShardLoop;
  readonly inbox: InboxReader;
  readonly leasing: Leasing;
  readonly commander: Commander;
  readonly waiters: Waiters;
  readonly marks: Marks;
  readonly recovery: Recovery;
  readonly alarm: Alarm;
  readonly nightWatch: NightWatch;
  readonly pruner: Pruner;
  readonly reconciler: Reconciler;
  readonly publisher: Publisher;
  readonly retention: Retention;
  readonly reader: Reader;
  readonly allocation: Allocation;
  readonly feed: Feed;

  readonly #around: Partial<Surroundings>;

  constructor(options: EngineOptions) {
    const { store, agents, compile, owner } = options;
    this.store = store;
    this.agents = agents;
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.staffing = new Staffing(this.settings);
    const { calendar } = options;
    const { capacity, allocationTimeoutMs } = this.settings;
    this.#around = {
      ...(calendar === undefined ? {} : { calendar }),
      capacity: termsOf(capacity, allocationTimeoutMs),
    };
    this.clock = options.clock ?? createSystemClock();
    this.bus = options.bus ?? createMemoryBus();
    this.log = unbreakable(options.log ?? SILENT);
    this.live = new Live(this.log);
    this.recent = new RecentValues(this.settings.maxRecentValues);
    this.blobs = new Blobs({ blobs: store.blobs, codec: this.codec, recent: this.recent });
    this.plans = new Plans(store.workflows, compile, (workflow) => this.#pastRuns(workflow));
    this.timers = new Timers(this.clock);
    this.parking = new Parking(this.log, (id) => void this.marks.put(id));
    const submit = (input: Input): void => this.loop.submit(input);
    this.circuits = this.#createCircuits();
    const { circuits, health, live } = this;
    const countsFailures = (breaker: string): boolean => circuits.countsFailures(breaker);
    const reports = new Reports({ clock: this.clock, submit, countsFailures });
    this.dispatcher = new Dispatcher({ ...this.#shared(), agents, live, circuits, reports, health, submit });
    const reading = new Loader(store, this.plans, this.codec, this.log);
    const load: Load = (id) => reading.load(id);
    const holders = new Holders({ executions: store.executions, load, log: this.log, submit });
    const { timers, dispatcher, plans } = this;
    const children = new Children({ ...this.#shared(), workflows: store.workflows, plans, submit });
    const onRead = (entity: Entity): void => this.recovery.read(entity);
    this.performer = new Performer({ timers, dispatcher, holders, children, submit, onRead });
    this.loop = this.#createLoop();
    this.inbox = this.#createInbox(submit);
    this.commander = new Commander({
      ...this.#shared(),
      loop: this.loop,
      inbox: store.inbox,
      reader: this.inbox,
    });
    this.marks = this.#createMarks();
    this.waiters = new Waiters({
      executions: store.executions,
      clock: this.clock,
      isDriven: (id) => this.loop.residents.has(id),
      carryOn: (id) => this.recovery.ask(id),
      stuck: (id) => this.marks.stuck(id),
    });
    this.recovery = new Recovery({ ...this.#shared(), executions: store.executions, loop: this.loop });
    const { executions, wakeups } = store;
    const sleep = { ...this.#shared(), executions, wakeups, recovery: this.recovery };
    this.alarm = new Alarm(sleep);
    this.nightWatch = new NightWatch(sleep);
    this.pruner = new Pruner({ ...this.#shared(), requests: store.requests, inbox: store.inbox });
    this.reconciler = new Reconciler(this);
    this.leasing = this.#createLeasing(owner, options.isDead ?? (() => false));
    this.publisher = new Publisher(this);
    this.retention = new Retention(this.#shared());
    this.reader = this.#createReader();
    this.allocation = new Allocation({ ...this.#shared(), load: (id) => reading.load(id) });
    this.feed = new Feed(this);
  }

  /** Estimates are a comfort: where past runs cannot be read, a guess does. */
  async #pastRuns(workflowId: string): Promise<History> {
    try {
      return await readHistory(this, workflowId);
    } catch (error) {
      this.log('warn', 'past runs could not be read; durations are guessed', { message: messageOf(error) });
      return new Map();
    }
  }

  #shared() {
    const { store, clock, codec, blobs, recent, log, settings, staffing, ownership, order, parking } = this;
    return { store, clock, codec, blobs, recent, log, settings, staffing, ownership, order, parking };
  }

  #createLoop(): ShardLoop {
    const loader = new Loader(this.store, this.plans, this.codec, this.log, this.#around);
    return new ShardLoop({
      ...this.#shared(),
      loader,
      performer: this.performer,
      planOf: (digest) => this.plans.cached(digest),
      newEntity: (id, input) => this.#newEntity(id, input.command),
      onPosted: () => this.inbox.hint(),
      onKept: (message) => {
        this.inbox.keep(message);
        this.commander.noted([message]);
      },
      onReleased: (entity) => this.inbox.release(entity),
      onAnswered: (messages) => this.commander.noted(messages),
      onCommitted: (spans, ended) => {
        this.circuits.noted(spans);
        this.#publish(spans);
        this.waiters.committed(ended);
      },
      onWrittenOff: (row) => this.waiters.over(row),
      onFenced: () => this.leasing.lost(),
      onAsleep: (wakeAt) => this.alarm.noted(wakeAt),
      isAwaited: (id) => this.waiters.has(id),
    });
  }

  #createCircuits(): Circuits {
    const loader = new Loader(this.store, this.plans, this.codec, this.log);
    const read = async (id: string) => (await loader.load(id))?.state as ResourceState | undefined;
    const circuits = new Circuits({ ...this.#shared(), read });
    // Of breakers that other engines decide for.
    this.leaveBus = this.bus.subscribe((span) => circuits.noted([span]));
    return circuits;
  }

  #newEntity(id: string, command: Command): Entity | undefined {
    const plan = command.type === 'start' ? this.plans.cached(command.workflow.digest) : undefined;
    return plan === undefined || command.type !== 'start'
      ? undefined
      : executionEntity(newExecution(id, plan), command.tenant);
  }

  #createInbox(submit: (input: Input) => void): InboxReader {
    return new InboxReader({
      ...this.#shared(),
      inbox: this.store.inbox,
      pollMs: this.settings.inboxPollMs,
      maxRows: this.settings.maxInboxRows,
      prepare: (command) => this.#prepare(command),
      submit,
      refuse: (input, error) => this.loop.refuse(input, error),
    });
  }

  /** A start is granted only when its definition can be run: what is granted must begin. */
  async #prepare(command: Command): Promise<void> {
    if (command.type === 'upgrade') return void (await this.plans.get(command.workflow.digest));
    if (command.type !== 'admission.request' || command.start.type !== 'start') return;
    const { workflow } = command.start;
    const { definition } = await this.plans.timed(workflow.digest, workflow.id);
    requireDeclared(definition, command.start.input);
  }

  #createMarks(): Marks {
    return new Marks({
      ...this.#shared(),
      executions: this.store.executions,
      write: (row) => this.loop.mark(row),
      onReleased: (execution) => this.inbox.release(execution),
      onMarked: (row) => this.waiters.over(row),
      onStuck: (id, error) => this.waiters.parked(id, error),
    });
  }

  #createLeasing(owner: Owner, isDead: (owner: Owner) => boolean): Leasing {
    return new Leasing({
      ...this.#shared(),
      leases: this.store.leases,
      owner,
      leaseMs: this.settings.leaseMs,
      isDead,
      onOwned: () => this.#onOwned(),
      onLost: () => this.#onLost(),
    });
  }

  #createReader(): Reader {
    const { ownership, loop, marks, agents, settings, health, dispatcher } = this;
    const local = {
      isDriven: ({ executionId: id, asleep }: ExecutionRow) => {
        if (ownership.size === 0) return undefined;
        return loop.residents.has(id) || loop.underway().has(id) || (asleep && settings.recover === 'all');
      },
      stuck: (id: string) => marks.stuck(id),
      committed: (id: string) => {
        const entity = loop.committed(id);
        return entity?.kind === 'execution' ? entity.state : undefined;
      },
    };
    const stalls = { stalledAfterMs: this.settings.stallTimeoutMs };
    const localAgents = {
      types: (tenant: string) => health.types(tenant),
      of: (agents: AgentsOf) => ({ ...health.of(agents), running: dispatcher.runningOf(agents) }),
    };
    return new Reader({
      ...this.#shared(),
      plans: this.plans,
      publisher: this.publisher,
      agents,
      local,
      localAgents,
      stalls,
    });
  }

  #onOwned(): void {
    this.log('info', 'this engine owns the shards', { shards: this.ownership.size });
    this.inbox.hint();
    void this.recovery.takeOver();
    void this.alarm.look();
  }

  /** Another engine decides now: nothing here may act on what it remembers. */
  #onLost(): void {
    this.recovery.leave();
    this.loop.abandon();
    this.alarm.forget();
    this.dispatcher.abandon('another engine took over');
    this.circuits.forget();
    this.inbox.forget();
    this.parking.clear();
    this.marks.clear();
  }

  #publish(spans: readonly Span[]): void {
    const failed = (error: unknown): void => {
      // The log remembers; a reader that sees the gap reads the store.
      this.log('warn', 'committed events could not be published', { message: messageOf(error) });
    };
    try {
      const published = this.bus.publish(spans);
      if (published !== undefined) published.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}

/** What an operator's log does must not reach into the loop. */
function unbreakable(log: Log): Log {
  return (level, message, fields) => {
    try {
      log(level, message, fields);
    } catch {
      // Nobody is left to tell.
    }
  };
}
