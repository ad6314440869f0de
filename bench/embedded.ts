/** The embedded engine on SQLite with full fsync: throughput, latency of a step, fan-out, memory. And its own limit. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Commit, JsonObject, Store } from '@cantata/core';
import { compile } from '@cantata/definition';
import { createSystemClock, Engine, SILENT } from '@cantata/engine';
import { openSqliteStore } from '@cantata/sqlite';
import type { Figure } from './figures.ts';
import { ownLimit, rowCounts } from './own-limit.ts';
import { agents, chain, fanOut, open } from './workloads.ts';

const STEPS = 10;
const LEAST_SHARE_OF_LIMIT = 60;

export async function embeddedBench(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-bench-'));
  try {
    const figures: Figure[] = [];
    await runs(join(folder, 'warm.db'), 100, 1_000);
    figures.push(...(await throughput(folder, 1, 300)).figures);
    const hundred = await throughput(folder, 100, 4_000);
    figures.push(...hundred.figures, ...(await shareOfLimit(folder, hundred)));
    figures.push(...(await throughput(folder, 1_000, 6_000)).figures);
    figures.push(await fanOutFigure(join(folder, 'fan.db'), 1_000));
    figures.push(...(await memoryFigures(join(folder, 'open.db'), 10_000)));
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Run {
  readonly elapsedMs: number;
  readonly path: string;
  readonly commits: readonly Commit[];
  /** Milliseconds from the commit of an assignment to the commit of the next, one a step. */
  readonly stepMs: Float64Array;
}

async function throughput(folder: string, concurrency: number, total: number): Promise<Run & { figures: Figure[] }> {
  const run = await runs(join(folder, `c${concurrency}.db`), concurrency, total);
  const { elapsedMs, stepMs } = run;
  const at = `at ${concurrency} concurrent`;
  const figures: Figure[] = [
    { name: `durable steps, ${at}`, value: (total * STEPS * 1_000) / elapsedMs, unit: 'steps/s' },
    { name: `a step, p50, ${at}`, value: quantile(stepMs, 0.5), unit: 'ms' },
    { name: `a step, p99, ${at}`, value: quantile(stepMs, 0.99), unit: 'ms' },
  ];
  return { ...run, figures };
}

async function runs(path: string, concurrency: number, total: number): Promise<Run> {
  const store = await openSqliteStore({ path });
  const commits: Commit[] = [];
  const engine = await openEngine(recording(store, commits));
  const workflow = await engine.register(chain('ten-steps', STEPS));
  const stepMs = new Float64Array(total * STEPS);
  let steps = 0;
  const lastOf = new Map<string, number>();
  engine.bus.subscribe(({ events }) => {
    const now = performance.now();
    for (const { type, entity } of events) {
      if (type !== 'task.completed') continue;
      const last = lastOf.get(entity);
      if (last !== undefined) stepMs[steps++] = now - last;
      lastOf.set(entity, now);
    }
  });
  let started = 0;
  const start = performance.now();
  const loops = Array.from({ length: concurrency }, async () => {
    while (started < total) {
      started += 1;
      const execution = await engine.start({ workflow, input: null, by: 'bench' });
      const row = await engine.ended(execution);
      if (row.status !== 'completed') throw new Error(`an execution ended ${row.status}: ${row.reason}`);
      lastOf.delete(execution);
    }
  });
  await Promise.all(loops);
  const elapsedMs = performance.now() - start;
  await engine.close();
  await store.close();
  return { elapsedMs, path, commits, stepMs: stepMs.subarray(0, steps) };
}

async function shareOfLimit(folder: string, run: Run): Promise<readonly Figure[]> {
  const path = join(folder, 'limit.db');
  const limitMs = await ownLimit(path, run.commits);
  const [engine, bare] = [rowCounts(run.path), rowCounts(path)];
  if (JSON.stringify(engine) !== JSON.stringify(bare)) {
    throw new Error(`the limit wrote other rows: ${JSON.stringify(bare)} instead of ${JSON.stringify(engine)}`);
  }
  const steps = run.commits.reduce((sum, { events }) => sum + events.filter((e) => e.type === 'task.completed').length, 0);
  const share = (100 * limitMs) / run.elapsedMs;
  return [
    { name: 'own limit: the same rows and nothing else', value: (steps * 1_000) / limitMs, unit: 'steps/s' },
    {
      name: 'share of the own limit, at 100 concurrent',
      value: share,
      unit: '%',
      target: { at: 'least', value: LEAST_SHARE_OF_LIMIT },
    },
  ];
}

async function fanOutFigure(path: string, children: number): Promise<Figure> {
  const store = await openSqliteStore({ path });
  const engine = await openEngine(store);
  const workflow = await engine.register(fanOut('fan-out', children));
  const times: number[] = [];
  for (let i = 0; i < 6; i++) {
    const start = performance.now();
    await engine.ended(await engine.start({ workflow, input: null, by: 'bench' }));
    times.push(performance.now() - start);
  }
  await engine.close();
  await store.close();
  // The first run compiles; the median is of the others.
  const value = quantile(Float64Array.from(times.slice(1)), 0.5);
  return { name: `one parent, ${children} children`, value, unit: 'ms', target: { at: 'most', value: 80 } };
}

async function memoryFigures(path: string, executions: number): Promise<readonly Figure[]> {
  const store = await openSqliteStore({ path });
  const engine = await openEngine(store);
  const workflow = await engine.register(open('open'));
  const before = heap();
  for (let i = 0; i < executions; i += 1_000) {
    await Promise.all(
      Array.from({ length: 1_000 }, () => engine.start({ workflow, input: { n: i }, by: 'bench' })),
    );
  }
  const each = (heap() - before) / executions / 1_024;
  const rss = process.memoryUsage().rss / 1_048_576;
  await engine.close();
  await store.close();
  return [
    { name: `heap of one of ${executions} open executions`, value: each, unit: 'KiB' },
    { name: `resident memory with ${executions} open executions`, value: rss, unit: 'MiB' },
  ];
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function openEngine(store: Store): Promise<Engine> {
  const clock = createSystemClock();
  const owner = { id: clock.id(), host: 'bench', pid: process.pid };
  return Engine.open({ store, agents, compile: (document: JsonObject) => compile(document), owner, clock, log: SILENT });
}

function recording(store: Store, commits: Commit[]): Store {
  const { log } = store;
  return {
    ...store,
    workflows: store.workflows,
    leases: store.leases,
    inbox: store.inbox,
    executions: store.executions,
    close: () => store.close(),
    log: {
      commit(commit) {
        commits.push(commit);
        return log.commit(commit);
      },
      readEntity: (...args) => log.readEntity(...args),
      readShard: (...args) => log.readShard(...args),
      snapshot: (...args) => log.snapshot(...args),
      snapshots: (...args) => log.snapshots(...args),
    },
  };
}

function quantile(values: Float64Array, q: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
