import { type Pattern, type Suggestion, supervisor } from '@cantata/core';
import { aPlan } from '@cantata/testing';
import { expect, test } from 'vitest';
import { suggestionWords } from './suggestion-words.ts';

const plan = aPlan({ agents: { lead: 1, hands: 5 }, tasks: { a: [], b: ['a'], c: ['a', 'b'] } });

test.each<[Suggestion, string]>([
  [
    { kind: 'redundant_dependency', task: 2, dependency: 0, through: 1, edgesRemoved: 1 },
    'c need not name a in `depends_on`: it comes after b, which comes after a.',
  ],
  [
    { kind: 'needless_dependency', task: 1, dependency: 0, makespanMs: 20_000, savedMs: 10_000 },
    'b waits for a and reads nothing of it. Without that wait: 20 s in all, 10 s less.',
  ],
  [
    { kind: 'more_seats', group: 0, seats: 1, wantedSeats: 3, makespanMs: 20_000, savedMs: 70_000 },
    'lead with 3 seats instead of 1: 20 s in all, 1 min 10 s less; `--seats lead=3` shows that.',
  ],
  [
    {
      kind: 'idle_seats',
      group: 1,
      seats: 5,
      neededSeats: 3,
      seatsFreed: 2,
      cpuMillisFreed: 3_000,
      memoryBytesFreed: 4_000_000_000,
    },
    'hands has 5 seats and never needs more than 3 at once: fewer would free 3 cores and 4 GB.',
  ],
  [
    {
      kind: 'idle_seats',
      group: 0,
      seats: 1,
      neededSeats: 0,
      seatsFreed: 1,
      cpuMillisFreed: 0,
      memoryBytesFreed: 0,
    },
    'lead has 1 seat, which no task needs.',
  ],
])('%j is said in a sentence', (suggestion, sentence) => {
  expect(suggestionWords(suggestion, plan)).toBe(sentence);
});

test('of a group that may be asked for help by an agent it is said that one may', () => {
  const use = { pattern: supervisor as unknown as Pattern, options: {} };
  const idle: Suggestion = {
    kind: 'idle_seats',
    group: 1,
    seats: 5,
    neededSeats: 0,
    seatsFreed: 5,
    cpuMillisFreed: 0,
    memoryBytesFreed: 0,
  };
  const asked = (members?: readonly string[]): string => {
    const team = members === undefined ? use : { ...use, members };
    return suggestionWords(idle, { ...plan, definition: { ...plan.definition, team } });
  };
  expect(asked()).toBe('hands has 5 seats, and no task needs them, unless an agent asks for one.');
  expect(asked(['hands'])).toBe(asked());
  expect(asked(['lead'])).toBe('hands has 5 seats, and no task needs them.');
});
