/**
 * The service, as a client sees it: `cantata serve` in a process of its own on SQLite with full fsync, its agents with it;
 * clients in others, over HTTP and WebSocket of the loopback.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure } from './figures.ts';
import { KIB, quantile } from './on-sqlite.ts';
import type { Request } from './service/http.ts';
import { Crowd, type Heard } from './service/orders.ts';
import type { Moment } from './service/probe.ts';
import { Served } from './service/served.ts';
import { chain } from './workloads.ts';

const SECONDS = 5;
const RUNNING = 1_000;
const IDLE = 10_000;
const STARTS = 5;
/** How the thousand executions are: together 2,000 steps a second, and 10,000. */
const LOADS = [
  { steps: 20, ms: 500 },
  { steps: 100, ms: 100 },
] as const;

export async function serviceBench(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const part of [ready, rates, streams, idleReaders]) figures.push(...(await part()));
  for (const load of LOADS) figures.push(...(await statusBeside(load)));
  return figures;
}

/** A new service and a process of clients, for as long as they are used. */
async function serving<T>(use: (served: Served, crowd: Crowd) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-service-'));
  try {
    const served = await Served.start(folder);
    const crowd = new Crowd();
    try {
      return await use(served, crowd);
    } finally {
      crowd.stop();
      await served.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** With nothing compiled before, and with what the start before it left; the medians of some starts. */
async function ready(): Promise<readonly Figure[]> {
  const starts: Record<'cold' | 'warm', { ms: number; used: number }[]> = { cold: [], warm: [] };
  for (let n = 0; n < STARTS; n++) {
    const folder = await mkdtemp(join(tmpdir(), 'cantata-service-'));
    try {
      for (const cache of ['cold', 'warm'] as const) {
        const served = await Served.start(folder);
        starts[cache].push({ ms: served.readyMs, used: await served.processor() });
        // In order: then it writes down what it compiled.
        await served.stop('SIGTERM');
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return (['cold', 'warm'] as const).flatMap((cache) => {
    const median = (what: 'ms' | 'used'): number =>
      quantile(
        Float64Array.from(starts[cache], (start) => start[what]),
        0.5,
      );
    const target = { at: 'most', value: 1_500 } as const;
    return [
      { name: `process start to /ready, compile cache ${cache}`, value: median('ms'), unit: 'ms', target },
      { name: '  processor time of that', value: median('used'), unit: 'ms' },
    ];
  });
}

/** One kind of request after the other, over fifty connections. */
function rates(): Promise<readonly Figure[]> {
  return serving(async (served, crowd) => {
    const { url } = served;
    const [ten, one] = [await served.register(chain('ten', 10)), await served.register(chain('one', 1))];
    const { executions } = await crowd.tell('start', {
      url,
      workflow: ten,
      count: 100,
      ms: 0,
      connections: 10,
    });
    await sleep(1_000);
    const rate = async (
      name: string,
      requests: readonly Request[],
      status: number,
    ): Promise<readonly Figure[]> => {
      const used = await served.processor();
      const order = { url, requests, status, connections: 50, seconds: SECONDS };
      const { answers, perSecond } = await crowd.tell('flood', order);
      const each = (((await served.processor()) - used) / answers) * 1_000;
      return [
        { name, value: perSecond, unit: 'requests/s' },
        { name: '  processor time of the service for one', value: each, unit: 'us' },
      ];
    };
    return [
      ...(await rate('GET /health, for comparison', [{ method: 'GET', path: '/health' }], 200)),
      ...(await rate('GET status of ten steps', statusRequests(ten, executions), 200)),
      ...(await rate(
        'POST execute of one step, runs included',
        [{ method: 'POST', path: `/api/v1/workflows/${one}/execute`, body: '{"input_data":{}}' }],
        202,
      )),
    ];
  });
}

function statusRequests(workflow: string, executions: readonly string[]): readonly Request[] {
  return executions.map((id) => ({
    method: 'GET',
    path: `/api/v1/workflows/${workflow}/status?execution_id=${id}`,
  }));
}

/** A thousand executions are at work; somebody asks for one or another, 200 times a second. */
function statusBeside({ steps, ms }: (typeof LOADS)[number]): Promise<readonly Figure[]> {
  return serving(async (served, crowd) => {
    const { url } = served;
    const workflow = await served.register(moments(steps));
    const { executions } = await crowd.tell('start', { url, workflow, count: RUNNING, ms, connections: 20 });
    await sleep(1_000);
    const { latencies } = await crowd.tell('steadily', {
      ...{ url, requests: statusRequests(workflow, executions) },
      ...{ connections: 20, perSecond: 200, seconds: SECONDS },
    });
    const name = `status beside ${RUNNING} executions of ${steps} steps of ${ms} ms`;
    return quantiles(name, Float64Array.from(latencies), [0.5, 0.95, 0.99], { 0.95: 10, 0.99: 50 });
  });
}

function moments(steps: number) {
  const document = chain(`moments-${steps}`, steps);
  return { ...document, agents: { worker: { type: 'moment' } } };
}

/** Fifty executions, a hundred steps a second, heard by one client and by a hundred. */
async function streams(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const count of [1, 100]) figures.push(...(await stream(count)));
  return figures;
}

function stream(count: number): Promise<readonly Figure[]> {
  return serving(async (served, crowd) => {
    const { url } = served;
    const workflow = await served.register(moments(10));
    await crowd.tell('read', { url, workflow, count, keeps: true });
    await served.moments();
    await crowd.tell('start', { url, workflow, count: 50, ms: 500, connections: 10 });
    await sleep(SECONDS * 1_000);
    const { heard } = await crowd.tell('leave', {});
    const lateness = latenessOf(heard, await served.moments());
    const to = `${count} WebSocket client(s)`;
    return [
      ...quantiles(`from a commit to ${to}`, lateness.commit, [0.5, 0.99], {}),
      ...quantiles(`from an agent's answer to ${to}, commit included`, lateness.answer, [0.5, 0.99], {}),
    ];
  });
}

/**
 * An agent is called right after its assignment was committed, and the completion is committed after it answered: the
 * first counts from the commit, the second from before it.
 */
function latenessOf(
  heard: readonly Heard[],
  all: readonly Moment[],
): Readonly<Record<'commit' | 'answer', Float64Array>> {
  const byKey = new Map(all.map((moment) => [moment.key, moment]));
  const late = (what: Heard['what'], since: 'called' | 'answered'): Float64Array =>
    Float64Array.from(
      heard.flatMap((one) => {
        const moment = one.what === what ? byKey.get(one.key) : undefined;
        return moment === undefined ? [] : [(one.at - moment[since]) / 1e6];
      }),
    );
  return { commit: late('agent.assigned', 'called'), answer: late('task.completed', 'answered') };
}

/** What the process that serves takes more with ten thousand who listen to a workflow in which nothing happens. */
function idleReaders(): Promise<readonly Figure[]> {
  return serving(async (served, crowd) => {
    const { url } = served;
    const workflow = await served.register(chain('quiet', 1));
    // Once before, for what is there once for all of them.
    await crowd.tell('read', { url, workflow, count: 500, keeps: false });
    await crowd.tell('leave', {});
    await sleep(500);
    const before = await served.memory();
    const began = performance.now();
    await crowd.tell('read', { url, workflow, count: IDLE, keeps: false });
    const took = performance.now() - began;
    await sleep(1_000);
    const after = await served.memory();
    const { open } = await crowd.tell('leave', {});
    if (open !== IDLE) throw new Error(`${open} of ${IDLE} WebSockets were open; see \`ulimit -Hn\``);
    const each = (bytes: number): number => bytes / IDLE / KIB;
    const heap = after.heapUsed + after.external - before.heapUsed - before.external;
    return [
      {
        name: `heap of one of ${IDLE} idle WebSocket clients, buffers included`,
        value: each(heap),
        unit: 'KiB',
        target: { at: 'most', value: 10 },
      },
      {
        name: "resident memory of one, V8's young generation aside",
        value: each(after.rss - after.young - before.rss + before.young),
        unit: 'KiB',
      },
      { name: 'resident memory of one', value: each(after.rss - before.rss), unit: 'KiB' },
      { name: 'WebSockets opened', value: IDLE / (took / 1_000), unit: 'a second' },
    ];
  });
}

function quantiles(
  name: string,
  values: Float64Array,
  which: readonly number[],
  most: Readonly<Record<number, number>>,
): readonly Figure[] {
  return which.map((q) => {
    const figure = { name: `${name}, p${q * 100}`, value: quantile(values, q), unit: 'ms' };
    const value = most[q];
    return value === undefined ? figure : { ...figure, target: { at: 'most', value } };
  });
}
