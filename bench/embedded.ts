/** The embedded engine on SQLite with full fsync: throughput, latency of a step, fan-out, memory. And its own limit. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Commit, Store } from '@cantata/core';
import { openSqliteStore } from '@cantata/sqlite';
import type { Figure } from './figures.ts';
import { engineOn, heapBytes, KIB, MIB, quantile } from './on-sqlite.ts';
import { groupCommitLimit, replayLimit, rowCounts } from './own-limit.ts';
import { chain, fanOut, open } from './workloads.ts';

const STEPS = 10;
const LEAST_SHARE_OF_LIMIT = 60;
const ROUNDS = 5;

export async function embeddedBench(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-bench-'));
  try {
    const figures: Figure[] = [];
    await runs(join(folder, 'warm.db'), 100, 1_000);
    figures.push(...(await throughput(folder, 1, 300)));
    figures.push(...(await throughput(folder, 100, 4_000)));
    figures.push(...(await throughput(folder, 1_000, 6_000)));
    figures.push(...(await shareOfLimit(folder, 100, 4_000)));
    figures.push(await fanOutFigure(join(folder, 'fan.db'), 1_000));
    figures.push(...(await memoryFigures(join(folder, 'open.db'), 10_000)));
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Run {
  readonly elapsedMs: number;
  /** Milliseconds from the commit of an assignment to the commit of the next, one a step. */
  readonly stepMs: Float64Array;
}

async function throughput(folder: string, concurrency: number, total: number): Promise<readonly Figure[]> {
  const { elapsedMs, stepMs } = await runs(join(folder, `c${concurrency}.db`), concurrency, total);
  const at = `at ${concurrency} concurrent`;
  return [
    { name: `durable steps, ${at}`, value: (total * STEPS * 1_000) / elapsedMs, unit: 'steps/s' },
    { name: `a step, p50, ${at}`, value: quantile(stepMs, 0.5), unit: 'ms' },
    { name: `a step, p99, ${at}`, value: quantile(stepMs, 0.99), unit: 'ms' },
  ];
}

async function runs(path: string, concurrency: number, total: number, commits?: Commit[]): Promise<Run> {
  const store = await openSqliteStore({ path });
  const engine = await engineOn(commits === undefined ? store : recording(store, commits));
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
  return { elapsedMs, stepMs: stepMs.subarray(0, steps) };
}

/**
 * Rounds of the engine and of its limits in turn, because a machine's disk is not the same from second to second; the
 * medians of the ratios count. The rows come from a run of their own: keeping them would burden a run that is timed.
 */
async function shareOfLimit(folder: string, concurrency: number, total: number): Promise<readonly Figure[]> {
  const recorded = join(folder, 'recorded.db');
  const commits: Commit[] = [];
  await runs(recorded, concurrency, total, commits);
  const rounds: { readonly engine: number; readonly grouped: number; readonly replayed: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const path = (name: string): string => join(folder, `${name}${round}.db`);
    const engine = (await runs(path('engine'), concurrency, total)).elapsedMs;
    const grouped = await groupCommitLimit(path('grouped'), commits, concurrency);
    const replayed = await replayLimit(path('replayed'), commits);
    for (const name of ['grouped', 'replayed']) expectSameRows(recorded, path(name));
    rounds.push({ engine, grouped, replayed });
  }
  const median = (of: (round: (typeof rounds)[number]) => number): number =>
    quantile(Float64Array.from(rounds, of), 0.5);
  const perSecond = (ms: number): number => (total * STEPS * 1_000) / ms;
  const at = `at ${concurrency} concurrent`;
  return [
    { name: `durable steps, ${at}`, value: perSecond(median(({ engine }) => engine)), unit: 'steps/s' },
    {
      name: `own limit: the same rows in a bare group commit, ${at}`,
      value: perSecond(median(({ grouped }) => grouped)),
      unit: 'steps/s',
    },
    {
      name: `share of the own limit, ${at}`,
      value: median(({ engine, grouped }) => (100 * grouped) / engine),
      unit: '%',
      target: { at: 'least', value: LEAST_SHARE_OF_LIMIT },
    },
    {
      name: 'the same commits replayed, waiting for nobody',
      value: perSecond(median(({ replayed }) => replayed)),
      unit: 'steps/s',
    },
    {
      name: `share of that, ${at}`,
      value: median(({ engine, replayed }) => (100 * replayed) / engine),
      unit: '%',
    },
  ];
}

function expectSameRows(engine: string, bare: string): void {
  const [own, other] = [JSON.stringify(rowCounts(engine)), JSON.stringify(rowCounts(bare))];
  if (own !== other) throw new Error(`the limit wrote other rows: ${other} instead of ${own}`);
}

async function fanOutFigure(path: string, children: number): Promise<Figure> {
  const store = await openSqliteStore({ path });
  const engine = await engineOn(store);
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
  const engine = await engineOn(store);
  const workflow = await engine.register(open('open'));
  const before = heapBytes();
  for (let i = 0; i < executions; i += 1_000) {
    await Promise.all(
      Array.from({ length: 1_000 }, () => engine.start({ workflow, input: { n: i }, by: 'bench' })),
    );
  }
  const each = (heapBytes() - before) / executions / KIB;
  const rss = process.memoryUsage().rss / MIB;
  await engine.close();
  await store.close();
  return [
    { name: `heap of one of ${executions} open executions`, value: each, unit: 'KiB' },
    { name: `resident memory with ${executions} open executions`, value: rss, unit: 'MiB' },
  ];
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
