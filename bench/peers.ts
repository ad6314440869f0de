/**
 * The same teams by another engine, side by side in one run: a supervisor and its workers, and a swarm that hands on, in
 * LangGraph.js with its checkpointer for Postgres. Agents do nothing in both; how long it takes from an answer to the next
 * agent is measured by the agents in both; each side has a process of its own for its agents.
 *
 * LangGraph's swarm is what `handoff` is here: one active agent, and who is next is its word. It is held against that, and
 * against `swarm`, where the next one is found by offering work.
 */
import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, inWords } from './figures.ts';
import { type Coordinated, coordination, type Level } from './patterns.ts';
import { findPostgres, type Postgres, startPostgres } from './postgres.ts';
import { type ScenarioName, TURNS } from './team-workloads.ts';

/** Installed into a folder of their own: nothing of the project depends on them. */
const PACKAGES = {
  '@langchain/core': '1.4.0',
  '@langchain/langgraph': '1.7.3',
  '@langchain/langgraph-checkpoint-postgres': '1.0.5',
  '@langchain/langgraph-swarm': '1.0.4',
  pg: '8.23.1',
} as const;
const LANGGRAPH = `LangGraph.js ${PACKAGES['@langchain/langgraph']}`;
/** The default of its pool; more of them made it slower on two cores. */
const CONNECTIONS = 10;

interface Match {
  readonly theirs: 'supervisor' | 'swarm';
  readonly ours: readonly ScenarioName[];
}

const MATCHES: readonly Match[] = [
  { theirs: 'supervisor', ours: ['supervisor'] },
  { theirs: 'swarm', ours: ['handoff', 'swarm'] },
];

interface Round {
  readonly concurrency: number;
  readonly total: { readonly ours: number; readonly theirs: number };
}

const ROUNDS: readonly Round[] = [
  { concurrency: 1, total: { ours: 200, theirs: 100 } },
  { concurrency: 100, total: { ours: 1_000, theirs: 300 } },
  { concurrency: 1_000, total: { ours: 3_000, theirs: 1_000 } },
];

/** `sync` promises what Cantata does; `async` is its default, and promises less. */
type Durability = 'sync' | 'async';

export async function peersBench(): Promise<readonly Figure[]> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('no PostgreSQL is installed (Debian: postgresql)');
  const folder = await mkdtemp(join(tmpdir(), 'cantata-peers-'));
  try {
    await install(folder);
    const postgres = await startPostgres(bin);
    try {
      return await sideBySide(folder, postgres);
    } finally {
      await postgres.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function install(folder: string): Promise<void> {
  const manifest = { name: 'peers', private: true, type: 'module', dependencies: PACKAGES };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await copyFile(join(import.meta.dirname, 'langgraph.mjs'), join(folder, 'langgraph.mjs'));
  execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function sideBySide(folder: string, postgres: Postgres): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { theirs, ours } of MATCHES) {
    for (const { concurrency, total } of ROUNDS) {
      const where = `${inWords(concurrency)} at a time`;
      const level = { concurrency, total: total.theirs };
      const sync = langgraph(folder, postgres, theirs, level, 'sync');
      const async = langgraph(folder, postgres, theirs, level, 'async');
      figures.push(...figuresOf(`${theirs} in ${LANGGRAPH}, sync, ${postgres.version}, ${where}`, sync));
      figures.push(...figuresOf(`${theirs} in ${LANGGRAPH}, async, ${postgres.version}, ${where}`, async));
      for (const name of ours) {
        const measured = await coordination(name, { concurrency, total: total.ours });
        figures.push(...figuresOf(`${name} in Cantata, SQLite, ${where}`, measured));
        figures.push(...ratios(measured, sync, async));
      }
    }
  }
  return figures;
}

function langgraph(
  folder: string,
  { url }: Postgres,
  scenario: Match['theirs'],
  { concurrency, total }: Level,
  durability: Durability,
): Coordinated {
  const wanted = { scenario, concurrency, total, turns: TURNS, durability, url, connections: CONNECTIONS };
  const said = execFileSync(process.execPath, ['langgraph.mjs', JSON.stringify(wanted)], {
    cwd: folder,
    encoding: 'utf8',
  });
  return JSON.parse(said) as Coordinated;
}

function figuresOf(name: string, { p50, p99, turnsPerSecond, cpuMs }: Coordinated): readonly Figure[] {
  return [
    { name: `${name}: coordination, p50`, value: p50, unit: 'ms' },
    { name: `${name}: coordination, p99`, value: p99, unit: 'ms' },
    { name: `${name}: turns`, value: turnsPerSecond, unit: 'a second' },
    {
      name: `${name}: processor time of a turn, the agents' process alone`,
      value: cpuMs * 1_000,
      unit: 'us',
    },
  ];
}

/**
 * Above 1 where Cantata is ahead. What `async` has not written down when the next agent is asked is no coordination to
 * compare with; whether it keeps up is seen in the turns.
 */
function ratios(ours: Coordinated, sync: Coordinated, async: Coordinated): readonly Figure[] {
  const times = (name: string, value: number): Figure => ({ name: `  ${name}`, value, unit: 'times' });
  return [
    times('coordination of sync, p50', sync.p50 / ours.p50),
    times('coordination of sync, p99', sync.p99 / ours.p99),
    times('turns, to those of sync', ours.turnsPerSecond / sync.turnsPerSecond),
    times('turns, to those of async', ours.turnsPerSecond / async.turnsPerSecond),
    times('processor time of sync', sync.cpuMs / ours.cpuMs),
  ];
}
