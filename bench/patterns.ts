/**
 * What it costs that agents work together, on SQLite with full fsync. *Coordination* is the time from one agent's answer
 * to the call of the next agent of the same run, taken by the agents themselves: law, pattern, commit, dispatch and SDK.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@cantata/engine';
import { openSqliteStore } from '@cantata/sqlite';
import { type Figure, inWords, lineOf } from './figures.ts';
import { engineOn, quantile } from './on-sqlite.ts';
import { SCENARIOS, type ScenarioName, Stopwatch, TURNS } from './team-workloads.ts';
import { teamsFigures } from './teams.ts';

/** Runs at a time, and in all. */
export interface Level {
  readonly concurrency: number;
  readonly total: number;
  readonly mostMs?: number;
}

const LEVELS: readonly Level[] = [
  { concurrency: 1, total: 200 },
  { concurrency: 100, total: 6_000, mostMs: 10 },
  { concurrency: 1_000, total: 3_000, mostMs: 100 },
];

export interface Coordinated {
  readonly p50: number;
  readonly p99: number;
  readonly turnsPerSecond: number;
  /** Of this process, for a turn. */
  readonly cpuMs: number;
}

export async function patternsBench(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const name of Object.keys(SCENARIOS) as ScenarioName[])
    for (const level of LEVELS)
      figures.push(...coordinationFigures(name, level, await coordination(name, level)));
  return [...figures, ...teamsFigures()];
}

function coordinationFigures(
  name: ScenarioName,
  { concurrency, mostMs }: Level,
  { p50, p99, turnsPerSecond, cpuMs }: Coordinated,
): readonly Figure[] {
  const at = `${name}, ${inWords(concurrency)} runs at a time`;
  return [
    { name: `${at}: coordination, p50`, value: p50, unit: 'ms' },
    {
      name: `${at}: coordination, p99`,
      value: p99,
      unit: 'ms',
      ...(mostMs === undefined ? {} : { target: { at: 'most', value: mostMs } }),
    },
    { name: `${at}: turns`, value: turnsPerSecond, unit: 'a second' },
    { name: `${at}: processor time of a turn`, value: cpuMs * 1_000, unit: 'us' },
  ];
}

export async function coordination(name: ScenarioName, { concurrency, total }: Level): Promise<Coordinated> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-bench-'));
  try {
    const store = await openSqliteStore({ path: join(folder, 'runs.db') });
    const watch = new Stopwatch();
    const { agents, document } = SCENARIOS[name];
    const engine = await engineOn(store, {}, agents(watch));
    const workflow = await engine.register(document);
    const run = (): Promise<void> => oneRun(engine, workflow, watch);
    await inTurn(100, 400, run);
    watch.take();
    const used = process.cpuUsage();
    const start = performance.now();
    await inTurn(concurrency, total, run);
    const elapsedMs = performance.now() - start;
    const { user, system } = process.cpuUsage(used);
    await engine.close();
    await store.close();
    const ms = watch.take();
    const turns = total * TURNS;
    if (ms.length !== turns - total)
      throw new Error(`${ms.length} times of ${turns} turns: they are not in a row`);
    return {
      p50: quantile(ms, 0.5),
      p99: quantile(ms, 0.99),
      turnsPerSecond: (turns * 1_000) / elapsedMs,
      cpuMs: (user + system) / 1_000 / turns,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function oneRun(
  engine: Engine,
  workflow: Awaited<ReturnType<Engine['register']>>,
  watch: Stopwatch,
): Promise<void> {
  const execution = await engine.start({ workflow, input: null, by: 'bench' });
  const row = await engine.ended(execution);
  if (row.status !== 'completed') throw new Error(`an execution ended ${row.status}: ${row.reason}`);
  watch.ended(execution);
}

/** `total` runs, of which `concurrency` are under way at a time. */
async function inTurn(concurrency: number, total: number, run: () => Promise<void>): Promise<void> {
  let started = 0;
  const line = async (): Promise<void> => {
    while (started < total) {
      started += 1;
      await run();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, line));
}

if (import.meta.main) for (const figure of await patternsBench()) console.log(lineOf(figure));
