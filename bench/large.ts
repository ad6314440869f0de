/** Executions of 1,000 and of 100,000 tasks on SQLite with full fsync: what a task costs must not grow with its run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '@cantata/core';
import { compile } from '@cantata/definition';
import { createSystemClock, Engine, SILENT } from '@cantata/engine';
import { openSqliteStore } from '@cantata/sqlite';
import type { Figure } from './figures.ts';
import { agents, items, layered, wide } from './workloads.ts';

const SMALL = 1_000;
const LARGE = 100_000;
const SEATS = 100;
const MOST_TIMES_DEARER = 2;

interface Shape {
  readonly name: string;
  workflow(size: number): JsonObject;
  input(size: number): Json;
}

const SHAPES: readonly Shape[] = [
  {
    name: 'items of one parallel task',
    workflow: (size) => items(`items-${size}`, SEATS),
    input: (size) => Array.from({ length: size }, (_, n) => n),
  },
  {
    name: 'a fan-out of tasks',
    workflow: (size) => wide(`wide-${size}`, size - 2, SEATS),
    input: () => null,
  },
  {
    name: 'layers of 100',
    workflow: (size) => layered(`layered-${size}`, size, 100, SEATS),
    input: () => null,
  },
];

export async function largeBench(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-bench-'));
  try {
    const figures: Figure[] = [];
    for (const shape of SHAPES) {
      const small = await perTask(folder, shape, SMALL, 7);
      const large = await perTask(folder, shape, LARGE, 2);
      figures.push(
        { name: `${shape.name}: a task of ${SMALL}`, value: small, unit: 'us' },
        { name: `${shape.name}: a task of ${LARGE}`, value: large, unit: 'us' },
        {
          name: `${shape.name}: how much dearer`,
          value: large / small,
          unit: 'times',
          target: { at: 'most', value: MOST_TIMES_DEARER },
        },
      );
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Microseconds a task, start to end: the best of the later rounds, because the first one compiles. */
async function perTask(folder: string, shape: Shape, size: number, rounds: number): Promise<number> {
  const store = await openSqliteStore({ path: join(folder, `${shape.name}-${size}.db`) });
  const clock = createSystemClock();
  const owner = { id: clock.id(), host: 'bench', pid: process.pid };
  const engine = await Engine.open({ store, agents, compile, owner, clock, log: SILENT });
  const workflow = await engine.register(shape.workflow(size));
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const row = await engine.ended(await engine.start({ workflow, input: shape.input(size), by: 'bench' }));
    times.push(performance.now() - start);
    if (row.status !== 'completed') throw new Error(`an execution ended ${row.status}: ${row.reason}`);
  }
  await engine.close();
  await store.close();
  return (Math.min(...times.slice(1)) * 1_000) / size;
}
