/** An operator pauses, resumes, cancels, recovers or checkpoints an execution. */
import { CantataError } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { isOver } from '../over.ts';
import type { Happening } from './happening.ts';

const VERBS = {
  pause: (engine, id) => engine.pause(id, 'ann'),
  resume: (engine, id) => engine.resume(id, 'ann'),
  cancel: (engine, id) => engine.cancel(id, 'ann'),
  recover: (engine, id) => engine.recover(id),
  checkpoint: (engine, id) => engine.checkpoint(id, 'interval'),
} as const satisfies Readonly<Record<string, (engine: Engine, id: string) => Promise<unknown>>>;

export const operate: Happening = {
  name: 'operate',
  weight: 15,
  happen(universe, dice) {
    const process = universe.any(dice);
    const id = universe.anyExecution(dice);
    if (id === undefined) return undefined;
    const what = dice.pick(['pause', 'resume', 'resume', 'cancel', 'recover', 'checkpoint'] as const);
    universe.ask<unknown>(process, `${what} of ${id}`, (engine) => VERBS[what](engine, id));
    return `process ${process.number} is asked to ${what} ${id}`;
  },
  /** What is parked is tried again, and does what it was asked meanwhile; of the paused ones every third stays so. */
  async relieve({ clock }, { engine }) {
    for (const row of await engine.reader.list({ limit: 10_000 }))
      if (row.parked && !isOver(row)) await clock.of(engine.recover(row.executionId));
    await clock.advance(5_000);
    for (const [n, row] of (await engine.reader.list({ limit: 10_000 })).entries())
      if (row.status === 'paused' && n % 3 > 0)
        await clock.of(engine.resume(row.executionId, 'ann').catch(unlessOver));
  },
};

/** What was asked before may have ended it meanwhile. */
function unlessOver(error: unknown): void {
  if (!(error instanceof CantataError && error.code === 'not_paused')) throw error;
}
