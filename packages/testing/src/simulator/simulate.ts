/** One simulated run: what its script says happens, faults end, everything may end, and every invariant is asked. */
import { LONGEST_CHECK_MS } from '@cantata/core';
import { Dice } from '../dice.ts';
import { type Finished, finish } from './finished.ts';
import { HAPPENINGS } from './happenings/index.ts';
import { INVARIANTS } from './invariants/index.ts';
import { isOver } from './over.ts';
import type { Process } from './process.ts';
import { type Script, seedOf } from './script.ts';
import { type Happened, Universe, type UniverseOptions } from './universe.ts';

export interface Broken {
  readonly invariant: string;
  readonly sentence: string;
}

export interface Simulated {
  readonly script: Script;
  readonly broken: readonly Broken[];
  readonly history: readonly Happened[];
  /** Undefined when the run broke off. */
  readonly finished: Finished | undefined;
}

/** Virtual time after which a calm world is taken not to come to rest any more. */
const MOST_CALM_MS = 3_600_000;
/** As long as any lease, poll, retry or delayed call may take. */
const BREATH_MS = 60_000;

const BY_NAME = new Map(HAPPENINGS.map((happening) => [happening.name, happening]));

/** Never rejects: what is thrown is a broken promise like any other. */
export async function simulate(script: Script, options: UniverseOptions = {}): Promise<Simulated> {
  const universe = new Universe(script, options);
  const { history } = universe;
  try {
    await happen(universe, options);
    const finished = await finish(universe, await calm(universe));
    const broken = INVARIANTS.flatMap((invariant) =>
      Array.from(invariant.check(finished), (sentence) => ({ invariant: invariant.name, sentence })),
    );
    await universe.end();
    return { script, broken: [...broken, ...bugs(universe)], history, finished };
  } catch (error) {
    const sentence = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { script, broken: [{ invariant: 'runs', sentence }], history, finished: undefined };
  }
}

async function happen(universe: Universe, { onBegun }: UniverseOptions): Promise<void> {
  const { script, clock } = universe;
  await universe.begin(new Dice(seedOf(script.seed, 'begin')));
  onBegun?.(universe);
  for (const { name, seed, thenMs } of script.happenings) {
    const dice = new Dice(seed);
    await universe.repopulate(dice);
    const what = await BY_NAME.get(name)?.happen(universe, dice);
    if (what !== undefined) universe.say(what);
    await clock.advance(thenMs);
  }
}

/** Faults end, one process stays, and what can end does. */
async function calm(universe: Universe): Promise<Process> {
  const dice = new Dice(seedOf(universe.script.seed, 'calm'));
  for (const process of universe.processes) process.mend();
  await universe.repopulate(dice);
  universe.say('faults end');
  await universe.clock.advance(BREATH_MS);
  if (universe.alive.length === 0) {
    // The last one was about to end. Who comes after it needs time to catch up, too.
    await universe.open(dice);
    await universe.clock.advance(BREATH_MS);
  }
  const [survivor, ...others] = universe.alive as [Process, ...Process[]];
  for (const process of others) {
    await universe.clock.of(process.engine.close());
    process.kill();
  }
  universe.say(`process ${survivor.number} is the only one left`);
  universe.calmSince = universe.clock.now();
  for (const { still } of HAPPENINGS) await still?.(universe, survivor);
  await rest(universe, survivor);
  for (const { relieve } of HAPPENINGS) await relieve?.(universe, survivor);
  await rest(universe, survivor);
  return survivor;
}

/** Moves time on until everything has ended, or nothing moves any more: also none of those who look after others now and then. */
async function rest({ clock, commits }: Universe, { engine }: Process): Promise<void> {
  for (let waited = 0, ms = 500; waited < MOST_CALM_MS; waited += ms, ms *= 2) {
    const before = commits.length;
    await clock.advance(ms);
    const { attempts, queued, inbox } = engine.gauges;
    const isIdle = attempts === 0 && queued === 0 && inbox === 0 && commits.length === before;
    if (!isIdle || ms < 2_000) continue;
    const rows = await engine.reader.list({ limit: 1_000_000 });
    if (rows.every((row) => isOver(row) || row.parked || row.status === 'paused') || ms > LONGEST_CHECK_MS)
      return;
  }
}

/** What engines threw at their callers that is not an error of theirs. */
function bugs({ history }: Universe): readonly Broken[] {
  return history.flatMap(({ what }) =>
    what.includes('was refused: a bug') ? [{ invariant: 'runs', sentence: what }] : [],
  );
}
