/** Runs a document of examples/constructs with agents that do as they are told, in virtual time, by the real engine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cause, ExecutionView, Json } from '@cantata/core';
import { compile, parseDefinition } from '@cantata/definition';
import { createMemoryStore, Engine } from '@cantata/engine';
import { ScriptedAgents, VirtualClock } from '@cantata/testing';
import { onTestFinished } from 'vitest';

const FOLDER = import.meta.dirname;

export class Example {
  readonly clock: VirtualClock = new VirtualClock();
  readonly agents: ScriptedAgents = new ScriptedAgents(this.clock);
  readonly engine: Promise<Engine> = this.clock.of(
    Engine.open({
      store: createMemoryStore(),
      agents: this.agents,
      compile,
      clock: this.clock,
      owner: { id: this.clock.id(), host: 'here', pid: 1 },
    }),
  );

  constructor() {
    onTestFinished(async () => this.clock.of((await this.engine).close()));
  }

  /** Starts `examples/constructs/<name>.yaml`, after the others that it uses, and resolves with the execution's id. */
  async start(name: string, input: Json = {}, uses: readonly string[] = []): Promise<string> {
    const engine = await this.engine;
    for (const other of uses) await this.clock.of(engine.register(documentOf(other)));
    const workflow = await this.clock.of(engine.register(documentOf(name)));
    return this.clock.of(engine.start({ workflow, input, by: 'ann' }));
  }

  /** The same, to its end. */
  async run(name: string, input: Json = {}, uses: readonly string[] = []): Promise<ExecutionView> {
    const execution = await this.start(name, input, uses);
    await this.clock.of((await this.engine).ended(execution));
    return this.view(execution);
  }

  async view(execution: string): Promise<ExecutionView> {
    return this.clock.of((await this.engine).reader.status(execution));
  }

  async why(execution: string): Promise<readonly Cause[]> {
    return this.clock.of((await this.engine).reader.why(execution));
  }
}

function documentOf(
  name: string,
): Extract<ReturnType<typeof parseDefinition>, { kind: 'valid' }>['document'] {
  const parsed = parseDefinition(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'));
  if (parsed.kind !== 'valid') throw new Error(`${name} is no workflow: ${JSON.stringify(parsed.problems)}`);
  return parsed.document;
}
