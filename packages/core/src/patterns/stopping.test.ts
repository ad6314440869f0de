import { describe, expect, test } from 'vitest';
import { CantataError } from '../errors.ts';
import { newFigures, type TeamFigures } from './figures.ts';
import { type Stop, type StopSeen, stopped, timesOf } from './stopping.ts';

const seen = (figures: Partial<TeamFigures> = {}, more: Partial<StopSeen> = {}): StopSeen => ({
  figures: { ...newFigures(), ...figures },
  elapsedMs: 0,
  stalled: 0,
  votes: new Map(),
  handedTo: new Set(),
  scope: {
    input: null,
    output: 'done',
    turn: null,
    figures: {} as StopSeen['scope']['figures'],
  },
  ...more,
});
const turns: Stop = { kind: 'turns', least: 3 };
const tokens: Stop = { kind: 'tokens', least: 10 };
const when = (evaluate: () => boolean): Stop => ({ kind: 'when', condition: { source: 'x', evaluate } });

describe('a condition of the end', () => {
  test.each<[Stop, StopSeen, StopSeen, string]>([
    [turns, seen({ turns: 2 }), seen({ turns: 3 }), '3 turns'],
    [tokens, seen({ tokens: 9 }), seen({ tokens: 11 }), '10 tokens'],
    [{ kind: 'cost', least: 1.5 }, seen({ cost: 1.4 }), seen({ cost: 1.5 }), 'a cost of 1.5'],
    [{ kind: 'time', ms: 60_000 }, seen(), seen({}, { elapsedMs: 60_000 }), '1 min'],
    [{ kind: 'stall', steps: 2 }, seen(), seen({}, { stalled: 2 }), '2 steps without progress'],
    [
      { kind: 'hand_off_to', to: 'a' },
      seen({}, { handedTo: new Set(['b']) }),
      seen({}, { handedTo: new Set(['a']) }),
      'a hand-off to a',
    ],
    [
      { kind: 'quorum', votes: 2 },
      seen({}, { votes: new Map(Object.entries({ a: 'x', b: 'y' })) }),
      seen({}, { votes: new Map(Object.entries({ a: 'x', b: 'y', c: 'x' })) }),
      '2 votes for x',
    ],
  ])('%o holds when there is enough, and says so', (stop, before, after, words) => {
    expect(stopped(stop, before)).toBeUndefined();
    expect(stopped(stop, after)).toBe(words);
  });

  test('composes: any of several, or all of them', () => {
    const any: Stop = { kind: 'any', of: [turns, { kind: 'all', of: [tokens, when(() => true)] }] };
    expect(stopped(any, seen())).toBeUndefined();
    expect(stopped(any, seen({ turns: 3 }))).toBe('3 turns');
    expect(stopped(any, seen({ tokens: 10 }))).toBe('10 tokens and `x`');
  });

  test('that is an expression does not hold where it has no value, and an error of ours is none of it', () => {
    const failing = (error: Error) =>
      when(() => {
        throw error;
      });
    expect(
      stopped(
        when(() => false),
        seen(),
      ),
    ).toBeUndefined();
    expect(stopped(failing(new CantataError('expression_failed', 'no field')), seen())).toBeUndefined();
    expect(() => stopped(failing(new Error('broken')), seen())).toThrow('broken');
  });

  test('says after what times it may hold by itself', () => {
    const time = (ms: number): Stop => ({ kind: 'time', ms });
    expect(timesOf({ kind: 'any', of: [time(5), turns, { kind: 'all', of: [time(5), time(9)] }] })).toEqual([
      5, 9,
    ]);
  });
});
