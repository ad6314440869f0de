/** Ten thousand open executions with a timer each: their memory, a restart among them, and how late they are woken. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instant } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { openSqliteStore } from '@cantata/sqlite';
import type { Figure } from './figures.ts';
import { engineOn, heapBytes, KIB, quantile } from './on-sqlite.ts';
import { waiting } from './workloads.ts';

const TIMERS = 10_000;
const AT_A_TIME = 500;
/** The first is due after so long, the others in turn. */
const FIRST_MS = 20_000;
const A_SECOND = 500;
/** None of them sleeps: what is measured is what is in memory. */
const AWAKE = { maxResidents: 2 * TIMERS, sleepAfterIdleMs: 3_600_000 };

export async function timersBench(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-bench-'));
  const path = join(folder, 'timers.db');
  try {
    const store = await openSqliteStore({ path });
    const first = await engineOn(store, AWAKE);
    const before = heapBytes();
    const started = await startAll(first);
    const each = (heapBytes() - before) / TIMERS / KIB;
    await first.close();

    const opened = performance.now();
    const used = process.cpuUsage();
    const second = await engineOn(store, AWAKE);
    while (second.gauges.executions < TIMERS) await new Promise((resolve) => setTimeout(resolve, 5));
    const restart = (performance.now() - opened) / 1_000;
    const busy = process.cpuUsage(used);
    const late = await lateness(second, started);
    await second.close();
    await store.close();
    return [
      {
        name: `heap of one of ${TIMERS} with a timer`,
        value: each,
        unit: 'KiB',
        target: { at: 'most', value: 20 },
      },
      {
        name: `a restart, until all ${TIMERS} are in memory`,
        value: restart,
        unit: 's',
        target: { at: 'most', value: 5 },
      },
      { name: 'processor time of that', value: (busy.user + busy.system) / 1_000_000, unit: 's' },
      { name: `lateness of a timer, ${A_SECOND} a second, p50`, value: quantile(late, 0.5), unit: 'ms' },
      {
        name: `lateness of a timer, ${A_SECOND} a second, p99`,
        value: quantile(late, 0.99),
        unit: 'ms',
        target: { at: 'most', value: 50 },
      },
      { name: 'the earliest one', value: quantile(late, 0), unit: 'ms', target: { at: 'least', value: 0 } },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** When each is due. */
async function startAll(engine: Engine): Promise<ReadonlyMap<string, Instant>> {
  const due = new Map<string, Instant>();
  const workflow = await engine.register(waiting('wait', { until: '${input.at}' }));
  const first = Date.now() + FIRST_MS;
  for (let n = 0; n < TIMERS; n += AT_A_TIME) {
    const starts = Array.from({ length: AT_A_TIME }, async (_, i) => {
      const at = first + Math.floor(((n + i) * 1_000) / A_SECOND);
      due.set(await engine.start({ workflow, input: { at }, by: 'bench' }), at);
    });
    await Promise.all(starts);
  }
  return due;
}

/** From the time a wait was due to the commit that says it is over, on disk. */
function lateness(engine: Engine, due: ReadonlyMap<string, Instant>): Promise<Float64Array> {
  const late: number[] = [];
  return new Promise((resolve) => {
    engine.bus.subscribe(({ events }) => {
      const now = Date.now();
      for (const { type, entity } of events)
        if (type === 'task.completed') late.push(now - (due.get(entity) ?? Number.NaN));
      if (late.length === TIMERS) resolve(Float64Array.from(late));
    });
  });
}
