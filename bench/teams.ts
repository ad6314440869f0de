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
import { Gate, hive, ring, teamAgents } from './team-workloads.ts';

interface Team {
  readonly name: string;
  readonly executions: number;
  readonly seats: number;
  /** Whether there is a time when all are at their last turn. */
  readonly hasLast: boolean;
  document(seats: number): JsonObject;
}

const HOPS = 5;
const TEAMS: Readonly<Record<string, Team>> = {
  swarm: {
    name: 'a swarm of 1,000 agents in one execution',
    executions: 1,
    seats: 1_000,
    hasLast: false,
    document: hive,
  },
  network: {
    name: 'a network of 1,000 agents in one execution',
    executions: 1,
    seats: 1_000,
    hasLast: true,
    document: (seats) => ring(seats, HOPS),
  },
  many: {
    name: '10,000 agents over 100 executions',
    executions: 100,
    seats: 100,
    hasLast: true,
    document: (seats) => ring(seats, HOPS),
  },
};
const MOST_MIB = 150;

interface Measured {
  readonly turnsPerSecond: number;
  readonly cpuMs: number;
  /** Above idle, with all agents at work at their first turn; and at their last, with all turns in memory. */
  readonly heapMib: number;
  readonly rssMib: number;
  readonly lastHeapMib?: number;
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
    const { turnsPerSecond, cpuMs, heapMib, rssMib, lastHeapMib } = measured;
    const most = { at: 'most', value: MOST_MIB } as const;
    return [
      { name: `${name}: turns`, value: turnsPerSecond, unit: 'a second' },
      { name: `${name}: processor time of a turn`, value: cpuMs * 1_000, unit: 'us' },
      { name: `${name}: heap above idle, all at work`, value: heapMib, unit: 'MiB', target: most },
      { name: `${name}: memory above idle, all at work`, value: rssMib, unit: 'MiB', target: most },
      ...(lastHeapMib === undefined
        ? []
        : [
            {
              name: `${name}: heap above idle, all at work at their last turn`,
              value: lastHeapMib,
              unit: 'MiB',
              target: most,
            },
          ]),
    ];
  });
}

/** Once with all of them held at one time, for the memory, and once without, for the speed. */
async function measure({ document, executions, seats, hasLast }: Team): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-bench-'));
  try {
    const store = await openSqliteStore({ path: join(folder, 'teams.db') });
    const gate = new Gate();
    const engine = await engineOn(store, {}, teamAgents(gate));
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
    const heapMib = (): number => (heapBytes() - idle.heap) / MIB;
    const atFirst = gate.close('first', executions * seats);
    const held = runs();
    await atFirst;
    const first = heapMib();
    const rss = process.memoryUsage.rss();
    let last: number | undefined;
    if (hasLast) {
      await gate.close('last', executions * seats);
      last = heapMib();
    }
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
      heapMib: first,
      rssMib: (rss - idle.rss) / MIB,
      ...(last === undefined ? {} : { lastHeapMib: last }),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const team = TEAMS[process.argv[2] ?? ''];
  if (team === undefined) for (const figure of teamsFigures()) console.log(lineOf(figure));
  else process.stdout.write(JSON.stringify(await measure(team)));
}
