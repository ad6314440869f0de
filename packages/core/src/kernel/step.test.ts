import { describe, expect, test } from 'vitest';
import { accept, CONTINUE, type Decision, type EntityState, type Law, reject, timerKey } from './law.ts';
import { drainEffects, MAX_EVENTS_PER_STEP, step } from './step.ts';

/** Counts down to zero, one an event; `jump` is refused, and every zero is told to a neighbour. */
interface Countdown extends EntityState {
  left: number;
}
type Told =
  | { readonly type: 'begin'; readonly from: number }
  | { readonly type: 'jump' }
  | { readonly type: 'look' };
type Happened = { readonly type: 'began'; readonly from: number } | { readonly type: 'counted' };

const message = { to: 'neighbour', command: { type: 'admission.release', execution: 'x' } } as const;

const law: Law<Countdown, Told, Happened> = {
  decide(state, command): Decision<Happened> {
    if (command.type === 'begin') return accept([{ type: 'began', from: command.from }]);
    if (command.type === 'jump') return reject('not_running', 'no jumping', { left: state.left });
    if (command.type === 'look' || state.left === 0) return accept([]);
    return accept([{ type: 'counted' }], state.left === 1 ? [message] : []);
  },
  evolve(state, event, at) {
    state.sequence += 1;
    state.lastAt = at;
    state.left = event.type === 'began' ? event.from : state.left - 1;
  },
  owed: () => [],
};

const newCountdown = (left = 0): Countdown => ({ sequence: 0, lastAt: 0, effects: [], left });

describe('a step', () => {
  test('goes on until nothing follows', () => {
    const state = newCountdown();
    const { events } = step(law, state, { type: 'begin', from: 3 }, 5);
    expect(events.map(({ type }) => type)).toEqual(['began', 'counted', 'counted', 'counted']);
    expect(state).toMatchObject({ left: 0, sequence: 4 });
  });

  test('collects the messages of everything it decided', () => {
    expect(step(law, newCountdown(), { type: 'begin', from: 2 }, 5).messages).toEqual([message]);
  });

  test('asks what follows even when the command itself changed nothing', () => {
    const state = newCountdown(2);
    expect(step(law, state, { type: 'look' }, 5).events).toHaveLength(2);
    expect(state.left).toBe(0);
  });

  test('of a refused command changes nothing and says why', () => {
    const state = newCountdown(2);
    const taken = step(law, state, { type: 'jump' }, 5);
    expect(taken).toEqual({
      events: [],
      messages: [],
      at: 5,
      rejection: { kind: 'rejected', code: 'not_running', message: 'no jumping', detail: { left: 2 } },
    });
    expect(state).toEqual(newCountdown(2));
  });

  test('carries the time it is told, but never one before the last event', () => {
    const state = newCountdown();
    expect(step(law, state, { type: 'begin', from: 1 }, 100).at).toBe(100);
    expect(step(law, state, { type: 'begin', from: 1 }, 40).at).toBe(100);
    expect(state.lastAt).toBe(100);
    expect(step(law, state, { type: 'jump' }, 40).at).toBe(100);
  });

  test(`stops at ${MAX_EVENTS_PER_STEP} events and owes itself a continue`, () => {
    const state = newCountdown();
    expect(step(law, state, { type: 'begin', from: 2_500 }, 1).events).toHaveLength(1_000);
    expect(drainEffects(state)).toEqual([{ kind: 'continue' }]);
    expect(step(law, state, CONTINUE, 1).events).toHaveLength(1_000);
    expect(drainEffects(state)).toEqual([{ kind: 'continue' }]);
    expect(step(law, state, CONTINUE, 1).events).toHaveLength(501);
    expect(drainEffects(state)).toEqual([]);
    expect(state.left).toBe(0);
  });
});

describe('effects', () => {
  test('are handed over once', () => {
    const state = newCountdown();
    state.effects.push({ kind: 'continue' });
    expect(drainEffects(state)).toEqual([{ kind: 'continue' }]);
    expect(drainEffects(state)).toEqual([]);
  });

  test('that came after a drain are not in the list of the drain before', () => {
    const state = newCountdown();
    state.effects.push({ kind: 'continue' });
    const drained = drainEffects(state);
    state.effects.push({ kind: 'snapshot', checkpoint: 'c', occasion: 'routine' });
    expect(drained).toEqual([{ kind: 'continue' }]);
  });
});

describe('a timer', () => {
  test('is known by its kind, its task and its item', () => {
    expect(timerKey({ kind: 'execution_timeout' })).toBe('execution_timeout');
    expect(timerKey({ kind: 'retry_due', task: 'a' })).toBe('retry_due:a');
    expect(timerKey({ kind: 'retry_due', task: 'a', item: 0 })).toBe('retry_due:a[0]');
  });
});
