/**
 * One workflow document in a world of its own: the compiler and the engine as they are, the store in memory, time that
 * moves when the test says so, agents that do as they are told. For tests of what a document means when it runs.
 */
import { readFileSync } from 'node:fs';
import type {
  Cause,
  ExecutionRow,
  ExecutionView,
  Json,
  JsonObject,
  PublishedEvent,
  WorkflowVersion,
} from '@cantata/core';
import { calendar, compile, parseDefinition } from '@cantata/definition';
import { createMemoryStore, Engine, type EngineSettings, type StartRequest } from '@cantata/engine';
import { ScriptedAgents } from './scripted-agents.ts';
import { VirtualClock } from './virtual-clock.ts';

export class DocumentWorld {
  readonly clock: VirtualClock;
  readonly agents: ScriptedAgents;
  engine: Engine;
  readonly workflow: WorkflowVersion;
  readonly #open: () => Promise<Engine>;

  private constructor(parts: {
    readonly clock: VirtualClock;
    readonly agents: ScriptedAgents;
    readonly engine: Engine;
    readonly workflow: WorkflowVersion;
    readonly open: () => Promise<Engine>;
  }) {
    this.clock = parts.clock;
    this.agents = parts.agents;
    this.engine = parts.engine;
    this.workflow = parts.workflow;
    this.#open = parts.open;
  }

  /** Of a file, or of its text, and of others with workflows that it uses. @throws what is wrong with one, if it is no valid workflow */
  static async of(
    file: string | URL,
    settings: Partial<EngineSettings> = {},
    ...uses: readonly (string | URL)[]
  ): Promise<DocumentWorld> {
    const clock = new VirtualClock();
    const agents = new ScriptedAgents(clock);
    const store = createMemoryStore();
    const open = (): Promise<Engine> => {
      const owner = { id: clock.id(), host: 'here', pid: 1 };
      const opening = Engine.open({
        store,
        agents,
        compile,
        calendar,
        owner,
        clock: clock.process(),
        settings,
      });
      return clock.of(opening);
    };
    const engine = await open();
    for (const used of uses) await clock.of(engine.register(documentOf(used)));
    const workflow = await clock.of(engine.register(documentOf(file)));
    return new DocumentWorld({ clock, agents, engine, workflow, open });
  }

  async start(input: Json = null, request: Partial<StartRequest> = {}): Promise<string> {
    return this.clock.of(this.engine.start({ workflow: this.workflow, input, by: 'ann', ...request }));
  }

  /** Moves time on to the end of an execution. */
  async ended(execution: string, mostMs: number = 3_600_000): Promise<ExecutionRow> {
    return this.clock.of(this.engine.ended(execution), mostMs);
  }

  /** Everything that has happened, as it is published. */
  async log(execution: string): Promise<readonly PublishedEvent[]> {
    return this.clock.of(this.engine.reader.events(execution));
  }

  async status(execution: string): Promise<ExecutionView> {
    return this.clock.of(this.engine.reader.status(execution));
  }

  async why(execution: string): Promise<readonly Cause[]> {
    return this.clock.of(this.engine.reader.why(execution));
  }

  /** Its process ends, and another one goes on with what is stored. */
  async restart(): Promise<void> {
    await this.close();
    this.engine = await this.#open();
  }

  async close(): Promise<void> {
    await this.clock.of(this.engine.close());
  }
}

function documentOf(file: string | URL): JsonObject {
  const isText = typeof file === 'string' && file.includes('\n');
  const parsed = parseDefinition(isText ? file : readFileSync(file, 'utf8'));
  if (parsed.kind !== 'valid') throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.document;
}
