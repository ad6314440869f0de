/**
 * The world an engine's tests happen in: one clock, one store that several processes share, agents that do as they are
 * told, and engines that can be killed. Real parts throughout; only time and faults are made.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createPlan,
  type Definition,
  type ExecutionRow,
  type Json,
  type JsonObject,
  type Owner,
  type Span,
  type Store,
  type WorkflowVersion,
} from '@cantata/core';
import { openSqliteStore } from '@cantata/sqlite';
import {
  aDefinition,
  type DefinitionSketch,
  FaultyStore,
  ScriptedAgents,
  VirtualClock,
  type VirtualProcess,
} from '@cantata/testing';
import type { StartRequest } from './calls.ts';
import { Engine } from './engine.ts';
import type { LogLevel } from './log.ts';
import { createMemoryData } from './memory/memory-data.ts';
import { createMemoryStore } from './memory/memory-store.ts';
import { type EngineOptions, EngineParts } from './parts.ts';

/** Opens stores over the same data, as several processes do. */
export interface Shared {
  readonly open: () => Promise<Store>;
  readonly remove: () => void;
}

export const STORES: readonly (readonly [name: string, share: () => Shared])[] = [
  [
    'memory',
    () => {
      const data = createMemoryData();
      return { open: async () => createMemoryStore(data), remove: () => undefined };
    },
  ],
  [
    'sqlite',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'cantata-engine-'));
      return {
        open: () => openSqliteStore({ path: join(folder, 'cantata.db') }),
        remove: () => rmSync(folder, { recursive: true }),
      };
    },
  ],
];

/** One process with an engine in it. */
export interface Process {
  readonly engine: Engine;
  readonly parts: EngineParts;
  readonly store: FaultyStore;
  readonly clock: VirtualProcess;
  readonly owner: Owner;
  readonly logged: readonly {
    readonly level: LogLevel;
    readonly message: string;
    readonly fields: JsonObject;
  }[];
  /** What the bus told. */
  readonly spans: readonly Span[];
  /** As `kill -9` does it. */
  readonly kill: () => void;
}

export type ProcessOptions = Partial<Omit<EngineOptions, 'store' | 'owner' | 'clock'>>;

export class World {
  readonly clock: VirtualClock = new VirtualClock();
  readonly agents: ScriptedAgents = new ScriptedAgents(this.clock);
  readonly #shared: Shared;
  readonly #processes: Process[] = [];
  readonly #stores: Store[] = [];
  #names = 0;
  readonly #definitions = new Map<string, Definition>();

  constructor(share: () => Shared) {
    this.#shared = share();
  }

  /** The store as it is, without faults. */
  async store(): Promise<Store> {
    const store = await this.#shared.open();
    this.#stores.push(store);
    return store;
  }

  /** A process whose engine is put together and not open yet. */
  async assemble(options: ProcessOptions = {}): Promise<Omit<Process, 'engine'>> {
    const clock = this.clock.process();
    const store = new FaultyStore(await this.store(), clock);
    const owner: Owner = { id: this.clock.id(), host: 'here', pid: this.#processes.length + 1 };
    const logged: Process['logged'][number][] = [];
    const spans: Span[] = [];
    const parts = new EngineParts({
      agents: this.agents,
      compile: (document) => createPlan(this.#alive(document as unknown as Definition)),
      log: (level, message, fields = {}) => void logged.push({ level, message, fields }),
      ...options,
      store,
      clock,
      owner,
    });
    parts.bus.subscribe((span) => void spans.push(span));
    const kill = (): void => {
      clock.kill();
      store.kill();
    };
    return { parts, store, clock, owner, logged, spans, kill };
  }

  /** A process with an open engine. */
  async process(options: ProcessOptions = {}): Promise<Process> {
    const assembled = await this.assemble(options);
    const engine = await this.clock.of(Engine.of(assembled.parts));
    const process = { ...assembled, engine };
    this.#processes.push(process);
    return process;
  }

  /** Closes every engine that lives, and removes the store. */
  async end(): Promise<void> {
    for (const { clock, store, engine } of this.#processes) {
      store.heal();
      if (clock.isAlive) await this.clock.of(engine.close());
    }
    for (const store of this.#stores) await store.close();
    this.#shared.remove();
  }

  /** Registers a workflow of a new name; without a limit of open executions unless given. */
  async workflow(
    { engine }: Process,
    sketch: DefinitionSketch = {},
    tenant?: string,
  ): Promise<WorkflowVersion> {
    this.#names += 1;
    const definition = aDefinition({
      name: `workflow-${this.#names}`,
      maxConcurrentExecutions: 1_000_000,
      ...sketch,
    });
    this.#definitions.set(definition.name, definition);
    const document = JSON.parse(JSON.stringify(definition)) as JsonObject;
    return this.clock.of(engine.register(document, tenant));
  }

  /** Conditions, templates and schemas are code, which no store keeps: what was read gets those of what was written. */
  #alive(read: Definition): Definition {
    const written = new Map(this.#definitions.get(read.name)?.tasks.map((task) => [task.id, task]));
    return {
      ...read,
      tasks: read.tasks.map((task) => {
        const known = written.get(task.id) ?? task;
        const { when, input, output, forEach, needs } = known;
        return {
          ...task,
          ...(known.kind === 'wait' ? { wait: known.wait } : {}),
          ...(when === undefined ? {} : { when }),
          ...(input === undefined ? {} : { input }),
          ...(output === undefined ? {} : { output }),
          ...(forEach === undefined ? {} : { forEach }),
          ...(needs === undefined ? {} : { needs }),
        };
      }),
    };
  }

  /** Starts an execution; resolves with its id. */
  async start(
    process: Process,
    workflow: WorkflowVersion,
    request: Partial<StartRequest> = {},
  ): Promise<string> {
    return this.clock.of(process.engine.start({ workflow, input: null, by: 'ann', ...request }));
  }

  /** Starts an execution and moves time on to its end. */
  async run(process: Process, sketch: DefinitionSketch = {}, input: Json = null): Promise<ExecutionRow> {
    const workflow = await this.workflow(process, sketch);
    return this.ended(process, await this.start(process, workflow, { input }));
  }

  async ended({ engine }: Process, execution: string, mostMs?: number): Promise<ExecutionRow> {
    return this.clock.of(engine.ended(execution), mostMs);
  }

  /** Types of the stored events of an entity. */
  async log(entity: string): Promise<readonly string[]> {
    const store = await this.#shared.open();
    const rows = await store.log.readEntity(entity, 0, 100_000);
    await store.close();
    return rows.map(({ type }) => type);
  }

  async row(execution: string): Promise<ExecutionRow | undefined> {
    const store = await this.#shared.open();
    const row = await store.executions.get(execution);
    await store.close();
    return row;
  }
}

/** A test in a world of its own. */
export function inWorld(share: () => Shared, test: (world: World) => Promise<void>): () => Promise<void> {
  return async () => {
    const world = new World(share);
    try {
      await test(world);
    } finally {
      await world.end();
    }
  };
}
