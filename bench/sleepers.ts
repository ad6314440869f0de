/**
 * A million executions that wait for a month: what they cost in memory, on disk and at a restart, and how fast one of them
 * is at hand. Takes minutes and some GB of disk, so it runs only when it is asked for by name.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore, type SqliteStore } from '@cantata/sqlite';
import type { Figure } from './figures.ts';
import { engineOn, heapBytes, MIB } from './on-sqlite.ts';
import { waiting } from './workloads.ts';

const SLEEPERS = 1_000_000;
/** Each workflow has its own admission, which knows its open executions. */
const PER_WORKFLOW = 10_000;
const AT_A_TIME = 1_000;
const MONTH = { for: '30d' };
const ASLEEP_SOON = { maxResidents: 2_000, sleepAfterIdleMs: 1_000, reconcileMs: 1_000 };

export async function sleepersBench(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-bench-'));
  const path = join(folder, 'sleepers.db');
  try {
    const store = await openSqliteStore({ path });
    const figures = [...(await fallAsleep(store, path)), ...(await wakeOne(path))];
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function fallAsleep(store: SqliteStore, path: string): Promise<readonly Figure[]> {
  const engine = await engineOn(store, ASLEEP_SOON);
  const heaps: number[] = [];
  const started = performance.now();
  for (let n = 0; n < SLEEPERS; n += PER_WORKFLOW) {
    const workflow = await engine.register(waiting(`sleep-${n / PER_WORKFLOW}`, MONTH));
    for (let i = 0; i < PER_WORKFLOW; i += AT_A_TIME) {
      const starts = Array.from({ length: AT_A_TIME }, () =>
        engine.start({ workflow, input: null, by: 'bench' }),
      );
      await Promise.all(starts);
    }
    if ((n + PER_WORKFLOW) % (SLEEPERS / 10) === 0) heaps.push(heapBytes());
  }
  const seconds = (performance.now() - started) / 1_000;
  await until(() => engine.gauges.executions === 0);
  const rest = heapBytes();
  await engine.close();
  await store.close();
  const { size } = await stat(path);
  return [
    {
      name: `${SLEEPERS} executions started and put to sleep`,
      value: SLEEPERS / seconds,
      unit: 'executions/s',
    },
    { name: 'heap after the first tenth of them', value: (heaps[0] ?? 0) / MIB, unit: 'MiB' },
    { name: 'heap after the last tenth', value: (heaps.at(-1) ?? 0) / MIB, unit: 'MiB' },
    { name: 'heap with all of them asleep', value: rest / MIB, unit: 'MiB' },
    { name: 'disk of a sleeper', value: size / SLEEPERS, unit: 'bytes' },
  ];
}

async function wakeOne(path: string): Promise<readonly Figure[]> {
  const opened = performance.now();
  const store = await openSqliteStore({ path });
  const engine = await engineOn(store, ASLEEP_SOON);
  const workflow = await engine.register(waiting('awake', MONTH));
  await engine.start({ workflow, input: null, by: 'bench' });
  const ready = performance.now() - opened;
  const [row] = await engine.reader.list({ statuses: ['running'], asleep: true, limit: 1 });
  if (row === undefined) throw new Error('nobody sleeps');
  const asked = performance.now();
  await engine.cancel(row.executionId, 'bench');
  const woken = performance.now() - asked;
  const heap = heapBytes();
  await engine.close();
  await store.close();
  return [
    { name: `a restart among ${SLEEPERS} sleepers, to the first start`, value: ready, unit: 'ms' },
    { name: 'heap after it', value: heap / MIB, unit: 'MiB' },
    { name: 'a sleeper told to cancel, to its answer', value: woken, unit: 'ms' },
  ];
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 100));
}
