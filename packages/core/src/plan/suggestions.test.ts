import { aPlan, type DefinitionSketch } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { schedule } from './schedule.ts';
import { type Suggestion, suggest } from './suggestions.ts';

function suggestionsFor(sketch: DefinitionSketch): readonly Suggestion[] {
  const plan = aPlan(sketch);
  return suggest(plan, schedule(plan));
}

describe('seats that are idle', () => {
  test('are those beyond what is ever busy, with what they would give back, the most seats first', () => {
    const found = suggestionsFor({
      agents: {
        writers: { count: 3, resources: { cpuMillis: 500, memoryBytes: 1_000 } },
        readers: 4,
        editors: 1,
      },
      tasks: { a: [], b: [], c: { agent: 'editors', dependsOn: ['a', 'b'] } },
    });
    expect(found).toEqual([
      {
        kind: 'idle_seats',
        group: 1,
        seats: 4,
        neededSeats: 0,
        seatsFreed: 4,
        cpuMillisFreed: 0,
        memoryBytesFreed: 0,
      },
      {
        kind: 'idle_seats',
        group: 0,
        seats: 3,
        neededSeats: 2,
        seatsFreed: 1,
        cpuMillisFreed: 500,
        memoryBytesFreed: 1_000,
      },
    ]);
  });

  test('of groups with the same gain come in document order, and none is found where all are used', () => {
    const found = suggestionsFor({ agents: { a: 1, b: 2, c: 2 } });
    expect(found).toMatchObject([{ group: 1 }, { group: 2 }]);
    expect(suggestionsFor({})).toEqual([]);
  });
});
