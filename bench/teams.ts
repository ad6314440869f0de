/**
 * Large teams, each in a process of its own, whose memory is all its own: a swarm and a network of 1,000 agents in one
 * execution, and 10,000 agents over 100 executions, all of them at work at one time.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@cantata/core';
import { openSqliteStore } from '@cantata/sqlite';
import { type Figure, lineOf } from './figures.ts';
import { engineOn, heapBytes, MIB } from './on-sqlite.ts';
import { hive, ring, teamAgents } from './team-workloads.ts';

interface Team {
  readonly name: string;
  readonly executions: number;
  readonly seats: number;
  document(seats: number): JsonObject;
}

const HOPS = 5;
const TEAMS: Readonly<Record<string, Team>> = {
  swarm: {
    name: 'a swarm of 1,000 agents in one execution',
    executions: 1,
    seats: 1_000,
    document: hive,
  },
  network: {
    name: 'a network of 1,000 agents in one execution',
    executions: 1,
    seats: 1_000,
    document: (seats) => ring(seats, HOPS),
  },
  many: {
    name: '10,000 agents over 100 executions',
    executions: 100,
    seats: 100,
    document: (seats) => ring(seats, HOPS),
  },
};
const MOST_MIB = 150;

interface Measured {
  readonly turnsPerSecond: number;
  readonly cpuMs: number;
  /** Above idle, with all agents at work; and at most, to the end. */
  readonly heapMib: number;
  readonly rssMib: number;
  readonly mostRssMib: number;
}

export function teamsFigures(): readonly Figure[] {
  return Object.entries(TEAMS).flatMap(([key, { name }]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--expose-gc', import.meta.filename, key],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
    const measured = JSON.parse(stdout) as Measured;
    const { turnsPerSecond, cpuMs, heapMib, rssMib, mostRssMib } = measured;
    const most = { at: 'most', value: MOST_MIB } as const;
    return [
      { name: `${name}: turns`, value: turnsPerSecond, unit: 'a second' },
      { name: `${name}: processor time of a turn`, value: cpuMs * 1_000, unit: 'us' },
      { name: `${name}: heap above idle, all at work`, value: heapMib, unit: 'MiB', target: most },
      { name: `${name}: memory above idle, all at work`, value: rssMib, unit: 'MiB', target: most },
      { name: `${name}: memory above idle, at most`, value: mostRssMib, unit: 'MiB' },
    ];
  });
}

/** Once with all of them held in their first turn, for the memory, and once without, for the speed. */
async function measure({ document, executions, seats }: Team): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-bench-'));
  try {
    const store = await openSqliteStore({ path: join(folder, 'teams.db') });
    const gate = new Gate();
    const agents = teamAgents(() => gate.pass());
    const engine = await engineOn(store, {}, agents);
    const workflow = await engine.register(document(seats));
    const runs = async (): Promise<void> => {
      const ended = Array.from({ length: executions }, async () => {
        const execution = await engine.start({ workflow, input: null, by: 'bench' });
        const row = await engine.ended(execution);
        if (row.status !== 'completed') throw new Error(`an execution ended ${row.status}: ${row.reason}`);
      });
      await Promise.all(ended);
    };
    const idle = { heap: heapBytes(), rss: process.memoryUsage.rss() };
    gate.close();
    const held = runs();
    await gate.reached(executions * seats);
    const heap = heapBytes();
    const rss = process.memoryUsage.rss();
    gate.open();
    await held;
    const before = gate.passed;
    const used = process.cpuUsage();
    const start = performance.now();
    await runs();
    const elapsedMs = performance.now() - start;
    const { user, system } = process.cpuUsage(used);
    const turns = gate.passed - before;
    await engine.close();
    await store.close();
    return {
      turnsPerSecond: (turns * 1_000) / elapsedMs,
      cpuMs: (user + system) / 1_000 / turns,
      heapMib: (heap - idle.heap) / MIB,
      rssMib: (rss - idle.rss) / MIB,
      mostRssMib: process.resourceUsage().maxRSS / 1_024 - idle.rss / MIB,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Where agents wait, all at once, until they are let through. */
class Gate {
  passed = 0;
  #closed: { readonly opened: Promise<void>; readonly open: () => void } | undefined;
  #awaited: { readonly count: number; readonly resolve: () => void } | undefined;

  pass(): Promise<void> | undefined {
    this.passed += 1;
    if (this.#awaited !== undefined && this.passed >= this.#awaited.count) this.#awaited.resolve();
    return this.#closed?.opened;
  }

  close(): void {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    this.#closed = { opened, open };
  }

  open(): void {
    this.#closed?.open();
    this.#closed = undefined;
  }

  /** So many have come, in all. */
  reached(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited = { count, resolve };
    return promise;
  }
}

if (import.meta.main) {
  const team = TEAMS[process.argv[2] ?? ''];
  if (team === undefined) for (const figure of teamsFigures()) console.log(lineOf(figure));
  else process.stdout.write(JSON.stringify(await measure(team)));
}
