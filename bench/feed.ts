/** The feed: what is committed, told to one and to many who listen; and how long after its commit an event is heard. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_TENANT } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { openSqliteStore } from '@cantata/sqlite';
import type { Figure } from './figures.ts';
import { engineOn, quantile } from './on-sqlite.ts';
import { chain } from './workloads.ts';

const RUNS = 1_000;
const AT_ONCE = 100;
const MANY = 100;
const FILTER = { tenant: DEFAULT_TENANT };

export async function feedBench(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-bench-'));
  try {
    const store = await openSqliteStore({ path: join(folder, 'feed.db') });
    const engine = await engineOn(store);
    await runs(engine, RUNS);
    const written = await store.feed.read(0, 1_000_000);
    const figures = [
      await perSecond(engine, written.at(-1)?.offset ?? 0, 1),
      await perSecond(engine, written.at(-1)?.offset ?? 0, MANY),
      ...(await latency(engine, 0)),
      ...(await latency(engine, 1)),
      ...(await latency(engine, MANY)),
    ];
    await engine.close();
    await store.close();
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Chains of ten steps, many at a time. */
async function runs(engine: Engine, count: number): Promise<void> {
  const workflow = await engine.register(chain('ten-steps', 10));
  let left = count;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await engine.ended(await engine.start({ workflow, input: null, by: 'bench' }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/** Everything there is, read from the store for each of them. */
async function perSecond(engine: Engine, end: number, listeners: number): Promise<Figure> {
  const { feed } = engine;
  let heard = 0;
  const began = performance.now();
  const all = Array.from({ length: listeners }, async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const last = await feed.subscribe({
      filter: FILTER,
      after: 0,
      sink: (events) => void (heard += events.length),
    });
    const look = (): void => void (last.offset >= end ? resolve() : setImmediate(look));
    look();
    await promise;
    last.close();
  });
  await Promise.all(all);
  const seconds = (performance.now() - began) / 1_000;
  return {
    name: `events that ${listeners} who catch up hear, in all`,
    value: heard / seconds,
    unit: 'events/s',
  };
}

/** From the moment the engine knows of a commit to the sink, under as much load as there can be. */
async function latency(engine: Engine, listeners: number): Promise<readonly Figure[]> {
  const committed = new Map<string, number>();
  const taken: number[] = [];
  const leave = engine.bus.subscribe(({ events }) => {
    const now = performance.now();
    for (const { entity, sequence } of events) committed.set(`${entity} ${sequence}`, now);
  });
  let heard = 0;
  const subscriptions = await Promise.all(
    Array.from({ length: listeners }, (_, n) =>
      engine.feed.subscribe({
        filter: FILTER,
        after: 'now',
        sink: (events) => {
          heard += events.length;
          const now = performance.now();
          if (n !== 0) return;
          for (const { executionId, published } of events)
            taken.push(now - (committed.get(`${executionId} ${published[0]?.sequence}`) ?? now));
        },
      }),
    ),
  );
  const began = performance.now();
  await runs(engine, RUNS);
  const seconds = (performance.now() - began) / 1_000;
  await new Promise((resolve) => setTimeout(resolve, 700));
  for (const subscription of subscriptions) subscription.close();
  leave();
  const steps = { name: `steps while ${listeners} listen`, value: (RUNS * 10) / seconds, unit: 'steps/s' };
  if (listeners === 0) return [steps];
  const values = Float64Array.from(taken);
  return [
    steps,
    { name: `events that ${listeners} hear meanwhile, in all`, value: heard / seconds, unit: 'events/s' },
    { name: `from commit to sink, ${listeners} listen, p50`, value: quantile(values, 0.5), unit: 'ms' },
    { name: `from commit to sink, ${listeners} listen, p99`, value: quantile(values, 0.99), unit: 'ms' },
  ];
}
