/** One simulated process: an engine on a faulty store, a clock of its own and agents that live and die with it. */
import type {
  Agent,
  AgentDirectory,
  AgentOutcome,
  Assignment,
  Commit,
  Json,
  Owner,
  Plan,
  Span,
  Store,
} from '@cantata/core';
import { taskLabel } from '@cantata/core';
import { calendar } from '@cantata/definition';
import { Engine, type EngineSettings, type LogLevel } from '@cantata/engine';
import { Dice } from '../dice.ts';
import { FaultyStore } from '../faulty-store.ts';
import type { VirtualProcess } from '../virtual-clock.ts';
import { drawBehaviour } from './behaviours.ts';
import { LossyBus } from './lossy-bus.ts';
import { seedOf } from './script.ts';

export interface ProcessParts {
  readonly number: number;
  readonly clock: VirtualProcess;
  readonly store: Store;
  readonly seed: number;
  readonly behaviours: readonly string[];
  readonly settings: Partial<EngineSettings>;
  readonly compile: (document: Json) => Plan;
  /** What its agents do, in place of behaviours that are drawn. */
  readonly performs?: Agent['perform'];
  readonly isDead: (owner: Owner) => boolean;
  /** An agent is asked to perform something; what is returned is how it reaches for the world. */
  readonly onPerform: (assignment: Assignment) => () => void;
  readonly onCommit: (commit: Commit) => void;
  /** How often a place of an execution was performed so far, in any process. */
  readonly countPerformance: (execution: string, place: string) => number;
}

export interface Logged {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, Json>>;
}

export class Process {
  readonly number: number;
  readonly clock: VirtualProcess;
  readonly store: FaultyStore;
  readonly bus: LossyBus = new LossyBus();
  readonly owner: Owner;
  readonly logged: Logged[] = [];
  /** What its bus told. */
  readonly spans: Span[] = [];
  #engine: Engine | undefined;
  readonly #parts: ProcessParts;
  /** Turns of work and calls of the store until it dies. */
  #fuse = Number.POSITIVE_INFINITY;
  /** How long after the beginning of its next commit it dies. */
  #commitFuseMs: number | undefined;

  constructor(parts: ProcessParts) {
    const { number, clock, store, onCommit } = parts;
    this.#parts = parts;
    this.number = number;
    this.clock = clock;
    this.store = new FaultyStore(store, clock);
    this.store.onCommit = onCommit;
    this.store.gate = (verb) => {
      this.#burn();
      if (verb === 'log.commit') this.#begun();
      return clock.thawed();
    };
    clock.onTurn = () => this.#burn();
    this.owner = { id: clock.id(), host: 'here', pid: number };
    this.bus.subscribe((span) => void this.spans.push(span));
  }

  /** Resolves when the engine is open; never, if the process dies on the way. */
  async open(): Promise<void> {
    const { store, owner, clock, bus } = this;
    const { compile, settings, isDead } = this.#parts;
    this.#engine = await Engine.open({
      store,
      owner,
      clock,
      bus,
      settings,
      isDead,
      compile,
      calendar,
      agents: this.#agents(),
      log: (level, message, fields = {}) => void this.logged.push({ level, message, fields }),
    });
  }

  get isOpen(): boolean {
    return this.#engine !== undefined;
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error(`process ${this.number} is not open`);
    return this.#engine;
  }

  get isAlive(): boolean {
    return this.clock.isAlive;
  }

  /** As `kill -9` does it. */
  kill(): void {
    this.clock.kill();
    this.store.kill();
  }

  /** Dies at the n-th of the next awaits: on the way into the store, on the way back, or as a turn of work begins. */
  dieAfter(awaits: number): void {
    this.#fuse = awaits;
  }

  /** Dies so long after its next commit began: the store may be at it, and nobody will hear of it. */
  dieInCommit(ms: number): void {
    this.#commitFuseMs = ms;
  }

  /** Dies no more by itself. */
  mend(): void {
    this.#fuse = Number.POSITIVE_INFINITY;
    this.#commitFuseMs = undefined;
    this.store.heal();
    this.bus.heal();
    this.clock.skewMs = 0;
  }

  #begun(): void {
    const ms = this.#commitFuseMs;
    this.#commitFuseMs = undefined;
    if (ms !== undefined) this.clock.at(this.clock.now() + ms, () => this.kill());
  }

  #burn(): void {
    this.#fuse -= 1;
    if (this.#fuse <= 0) this.kill();
  }

  #agents(): AgentDirectory {
    const agent: Agent = { perform: (assignment, context) => this.#perform(assignment, context) };
    return { where: 'cantata.config.ts', find: () => agent };
  }

  #perform(assignment: Assignment, context: Parameters<Agent['perform']>[1]): Promise<AgentOutcome> {
    if (!this.isAlive) return new Promise(() => undefined);
    const { seed, behaviours, countPerformance, onPerform } = this.#parts;
    const place = taskLabel(assignment.task, assignment.item);
    const count = countPerformance(assignment.executionId, place);
    const { salt = 0 } = (assignment.workflowInput ?? {}) as { readonly salt?: number };
    const dice = new Dice(seedOf(seed, salt, assignment.workflowName, place, count));
    const reach = onPerform(assignment);
    if (this.#parts.performs !== undefined) return this.#parts.performs(assignment, context);
    const act = (): void => {
      if (this.isAlive) reach();
    };
    return drawBehaviour(behaviours, dice)({ assignment, context, clock: this.clock, dice, act });
  }
}
