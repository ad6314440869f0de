/**
 * Everything of one simulated run: one clock, one store that several processes share, the world outside, and the history
 * of what happened. Happenings act on it; invariants read it when it is over.
 */
import {
  CantataError,
  type Clock,
  type Commit,
  type ExecutionRow,
  type Instant,
  type Plan,
  type Store,
  type WorkflowVersion,
} from '@cantata/core';
import { createMemoryData, createMemoryStore, type Engine } from '@cantata/engine';
import type { Dice } from '../dice.ts';
import { VIRTUAL_START, VirtualClock } from '../virtual-clock.ts';
import { type Composed, compose } from './compose.ts';
import { Ledger } from './ledger.ts';
import { isNarrow, type Narrowness, narrownessOf } from './narrow.ts';
import { isOver } from './over.ts';
import { Process } from './process.ts';
import type { Program } from './programs/program.ts';
import { renewed } from './programs/renewed.ts';
import type { Piece, Script } from './script.ts';

export interface UniverseOptions {
  /** Opens the store of a process over data that all stores of the universe share. Memory unless given. */
  readonly open?: (clock: Clock) => Promise<Store>;
  /** Told when the first processes are open and the workflows are known, before anything happens. */
  readonly onBegun?: (universe: Universe) => void;
}

export interface Happened {
  readonly at: Instant;
  readonly what: string;
}

/** A commit that went through, told or not. */
export interface Committed {
  readonly order: number;
  readonly process: number;
  readonly commit: Commit;
}

/** A workflow of the universe, stored as a version. */
export interface Workflow {
  readonly program: Program;
  readonly plan: Plan;
  readonly version: WorkflowVersion;
}

export class Universe {
  readonly script: Script;
  readonly narrowness: Narrowness;
  readonly clock: VirtualClock = new VirtualClock();
  readonly ledger: Ledger = new Ledger();
  readonly processes: Process[] = [];
  readonly composed: readonly Composed[];
  readonly workflows: Workflow[] = [];
  readonly history: Happened[] = [];
  readonly commits: Committed[] = [];
  /** Executions whose start was accepted. */
  readonly accepted: string[] = [];
  /** What executions were told from outside, and thanked for. */
  readonly told: { readonly execution: string; readonly id: string }[] = [];
  /** Executions that have begun and not ended, as far as commits say. */
  readonly #running = new Map<string, ExecutionRow>();
  readonly #open: (clock: Clock) => Promise<Store>;
  readonly #stores: Store[] = [];
  readonly #performances = new Map<string, number>();
  /** Every version there is, by name and number. */
  readonly #versions = new Map<string, Composed>();
  /** What the newest version of a program is made of, by its name. */
  readonly #pieces = new Map<string, readonly Piece[]>();
  /** When faults had ended and one process was left. */
  calmSince: Instant = Number.POSITIVE_INFINITY;
  #order = 0;

  constructor(script: Script, options: UniverseOptions = {}) {
    this.script = script;
    this.narrowness = narrownessOf(script.seed);
    const data = createMemoryData();
    this.#open = options.open ?? (async () => createMemoryStore(data));
    this.composed = script.programs.map((pieces, n) => compose(`workflow-${n + 1}`, pieces));
    for (const [n, one] of this.composed.entries()) {
      this.#versions.set(versionOf(one.program), one);
      this.#pieces.set(one.program.name, script.programs[n] ?? []);
    }
  }

  // ---------------------------------------------------------------- for happenings

  get alive(): readonly Process[] {
    return this.processes.filter((process) => process.isAlive && process.isOpen);
  }

  /** One of the processes that live; where all died a moment ago, one of those, which does not hear what it is asked. */
  any(dice: Dice): Process {
    return dice.pick(this.alive.length > 0 ? this.alive : this.processes);
  }

  /** An execution to do something with: mostly one that is open, sometimes one that is not any more. */
  anyExecution(dice: Dice): string | undefined {
    const running = [...this.#running.keys()];
    const from = running.length > 0 && dice.chance(0.9) ? running : this.accepted;
    return from.length === 0 ? undefined : dice.pick(from);
  }

  /** A newer version of what an execution was last seen to be of; undefined for one that has ended. */
  renew(executionId: string, dice: Dice): Program | undefined {
    const name = this.#running.get(executionId)?.name;
    if (name === undefined) return undefined;
    const pieces = renewed(this.#pieces.get(name) ?? [], dice);
    const newer = compose(name, pieces, `1.${this.#versions.size}.0`);
    this.#pieces.set(name, pieces);
    this.#versions.set(versionOf(newer.program), newer);
    return newer.program;
  }

  /** Undefined for one that nobody made. */
  workflowOf(row: Pick<ExecutionRow, 'name' | 'version' | 'digest'>): Workflow | undefined {
    const known = this.#versions.get(versionOf(row));
    const first = this.workflows.find(({ version }) => version.name === row.name);
    if (known === undefined || first === undefined) return undefined;
    const { version, digest } = row;
    return { ...known, version: { ...first.version, version, digest } };
  }

  /** Whether the operator has limited how much runs at once. */
  get isNarrow(): boolean {
    return isNarrow(this.narrowness);
  }

  /** Milliseconds since the universe began. */
  get elapsed(): number {
    return this.clock.now() - VIRTUAL_START;
  }

  say(what: string): void {
    this.history.push({ at: this.elapsed, what });
  }

  /**
   * Asks the engine of a process for something, when the process runs, and goes on without waiting for it. What is
   * refused is part of the history; what the engine throws beside its own errors is a problem.
   */
  ask<T>(
    process: Process,
    what: string,
    verb: (engine: Engine) => Promise<T>,
    then: (answer: T) => void = () => undefined,
  ): void {
    process.clock.run(() => {
      verb(process.engine).then(then, (error: unknown) => {
        const why = error instanceof CantataError ? error.code : `a bug: ${String(error)}`;
        this.say(`${what} was refused: ${why}`);
      });
    });
  }

  /** A new process with an open engine. Resolves when it is open; what it is given by the dice is its own. */
  async open(dice: Dice): Promise<Process> {
    const clock = this.clock.process();
    const store = await this.store(clock);
    const knowing = dice.chance(0.6);
    const number = this.processes.length + 1;
    const process: Process = new Process({
      number,
      store,
      clock,
      seed: this.script.seed,
      behaviours: this.script.behaviours,
      compile: (document) => this.#planOf(document as { readonly name: string; readonly version: string }),
      isDead: ({ id }) => knowing && this.processes.some((one) => one.owner.id === id && !one.isAlive),
      settings: {
        ...this.narrowness,
        snapshotAfterEvents: dice.pick([5, 20, 1_000]),
        checkpointIntervalMs: 30_000,
        commitAttempts: 3,
        maxEventsWithoutRest: 100_000,
        inboxPollMs: dice.pick([500, 2_000]),
        maxResidents: dice.pick([2, 10_000]),
        sleepAfterIdleMs: 1_000,
        leastSleepMs: 500,
        wakeAheadMs: 200,
        maxRecentValues: dice.pick([0, 1_000_000]),
      },
      onCommit: (commit) => this.#committed(number, commit),
      onPerform: (assignment) => {
        const order = this.#tick();
        this.ledger.see(assignment);
        return () => this.ledger.apply(assignment, { at: this.clock.now(), process: number, order });
      },
      countPerformance: (execution, place) => this.#countPerformance(execution, place),
    });
    this.processes.push(process);
    const diskMs = dice.pick([0, 0, 5, 50]);
    if (diskMs > 0) process.store.delay('log.commit', diskMs, { times: Number.POSITIVE_INFINITY });
    await this.clock.of(process.open());
    return process;
  }

  /** If nobody lives any more, somebody begins: without a process there is nothing to look at. */
  async repopulate(dice: Dice): Promise<void> {
    if (this.alive.length === 0) await this.open(dice);
  }

  // ---------------------------------------------------------------- the frame

  /** The store as it is, without faults. */
  async store(clock: Clock = this.clock): Promise<Store> {
    const store = await this.#open(clock);
    this.#stores.push(store);
    return store;
  }

  /** The first processes, and the workflows. */
  async begin(dice: Dice): Promise<void> {
    const first = await this.open(dice);
    for (const { program, plan } of this.composed) {
      const version = await this.clock.of(first.engine.register(program.document));
      this.workflows.push({ program, plan, version });
    }
    const others = dice.below(3);
    for (let n = 0; n < others; n++) await this.open(dice);
  }

  async end(): Promise<void> {
    for (const { isAlive, engine } of this.alive) if (isAlive) await this.clock.of(engine.close());
    for (const store of this.#stores) await store.close();
  }

  #committed(process: number, commit: Commit): void {
    this.commits.push({ order: this.#tick(), process, commit });
    for (const row of commit.executions) {
      if (isOver(row)) this.#running.delete(row.executionId);
      else this.#running.set(row.executionId, row);
    }
  }

  #tick(): number {
    this.#order += 1;
    return this.#order;
  }

  #countPerformance(execution: string, place: string): number {
    const key = `${execution} ${place}`;
    const count = this.#performances.get(key) ?? 0;
    this.#performances.set(key, count + 1);
    return count;
  }

  #planOf(document: { readonly name: string; readonly version: string }): Plan {
    const plan = this.#versions.get(versionOf(document))?.plan;
    if (plan === undefined) throw new Error(`no program is called ${document.name}`);
    return plan;
  }
}

function versionOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`;
}
