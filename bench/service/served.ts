/** `cantata serve` in a process of its own, on a new SQLite file with full fsync, at a port that is free. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '@cantata/core';
import type { Asked, Memory, Moment, Told } from './probe.ts';

const BIN = fileURLToPath(new URL('../../apps/cantata/bin/cantata.js', import.meta.url));
const CONFIG = fileURLToPath(new URL('cantata.config.ts', import.meta.url));

export class Served {
  readonly url: string;
  /** From the start of the process until `/ready` was answered with 200, in milliseconds. */
  readonly readyMs: number;
  readonly #child: ChildProcess;

  /** The folder holds its data and its compile cache. */
  static async start(folder: string): Promise<Served> {
    const began = performance.now();
    const child = spawn(
      process.execPath,
      ['--expose-gc', BIN, 'serve', '--json', '--port', '0', '--config', CONFIG, '--data', folder],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // Nothing that is set for other services.
        env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(folder, 'compiled') },
      },
    );
    let remarks = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      remarks += chunk.toString();
    });
    try {
      const url = await urlOf(child).catch((error: unknown) => {
        throw new Error(`cantata serve does not serve: ${remarks}`, { cause: error });
      });
      while (!(await fetch(`${url}/ready`)).ok) await new Promise((resolve) => setTimeout(resolve, 5));
      return new Served(child, url, performance.now() - began);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  private constructor(child: ChildProcess, url: string, readyMs: number) {
    this.#child = child;
    this.url = url;
    this.readyMs = readyMs;
  }

  /** The id of a workflow that is registered with this document. */
  async register(document: JsonObject): Promise<string> {
    const answer = await this.post('/api/v1/workflows', document);
    return answer['workflow_id'] as string;
  }

  async post(path: string, body: JsonObject): Promise<JsonObject> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${answer}`);
    return JSON.parse(answer) as JsonObject;
  }

  async memory(): Promise<Memory> {
    return (await this.#ask('memory')).memory as Memory;
  }

  /** Time that it has used so far, in milliseconds. */
  async processor(): Promise<number> {
    return (await this.#ask('processor')).processor ?? 0;
  }

  /** Since it was asked before; the first time begins. */
  async moments(): Promise<readonly Moment[]> {
    return (await this.#ask('moments')).moments ?? [];
  }

  /** `SIGKILL` ends it at once: what runs there is of no more use. `SIGTERM` lets it leave in order. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }

  async #ask(ask: Asked['ask']): Promise<Told> {
    const told = once(this.#child, 'message');
    this.#child.send({ ask } satisfies Asked);
    return ((await told) as [Told])[0];
  }
}

/** It prints where it serves as its first line. */
async function urlOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('it was started without a pipe');
  for await (const line of createInterface({ input: stdout })) {
    return (JSON.parse(line) as { readonly url: string }).url;
  }
  throw new Error('cantata serve ended before it served');
}
