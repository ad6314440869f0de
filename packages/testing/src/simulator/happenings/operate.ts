/** An operator pauses, resumes, cancels, recovers or checkpoints an execution. */
import type { Happening } from './happening.ts';

const TERMINAL = new Set(['completed', 'failed', 'cancelled']);

export const operate: Happening = {
  name: 'operate',
  weight: 15,
  happen(universe, dice) {
    if (universe.accepted.length === 0) return undefined;
    const { engine, number } = universe.any(dice);
    // Mostly one that is young: the old ones have ended.
    const id = dice.chance(0.7) ? universe.accepted.at(-1 - dice.below(5)) : dice.pick(universe.accepted);
    if (id === undefined) return undefined;
    const [what, asked] = dice.pick([
      ['pause', () => engine.pause(id, 'ann')],
      ['resume', () => engine.resume(id, 'ann')],
      ['resume', () => engine.resume(id, 'ann')],
      ['cancel', () => engine.cancel(id, 'ann')],
      ['recover', () => engine.recover(id)],
      ['checkpoint', () => engine.checkpoint(id, 'interval')],
    ] as const);
    universe.ask<unknown>(`${what} of ${id}`, asked());
    return `process ${number} is asked to ${what} ${id}`;
  },
  /** What is parked is tried again; of the paused ones every third stays as it is. */
  async relieve({ clock }, { engine }) {
    for (const [n, row] of (await engine.reader.list({ limit: 10_000 })).entries()) {
      if (TERMINAL.has(row.status)) continue;
      if (row.parked) await clock.of(engine.recover(row.executionId));
      if (row.status === 'paused' && n % 3 > 0) await clock.of(engine.resume(row.executionId, 'ann'));
    }
  },
};
