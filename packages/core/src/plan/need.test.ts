import { aPlan } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { needing, needOf } from './need.ts';

describe('what an execution needs', () => {
  const small = { count: 3, resources: { cpuMillis: 500 } };
  const large = { resources: { cpuMillis: 2_000, memoryBytes: 1_024 } };

  test('is what all seats of its groups ask for together', () => {
    const plan = aPlan({ agents: { small, large, modest: 7 } });
    expect(needOf(plan)).toEqual({ cpuMillis: 3_500, memoryBytes: 1_024 });
    expect(needing(plan)).toEqual({ need: { cpuMillis: 3_500, memoryBytes: 1_024 } });
  });

  test('is no more than it may use at once', () => {
    const plan = aPlan({ agents: { small, large } });
    expect(needing(plan, { cpuMillis: 1_000 })).toEqual({ need: { cpuMillis: 1_000, memoryBytes: 1_024 } });
    expect(needing(plan, { memoryBytes: 10 })).toEqual({ need: { cpuMillis: 3_500, memoryBytes: 10 } });
  });

  test('is not spoken of where nothing is declared', () => {
    expect(needing(aPlan({ agents: { modest: 7 } }))).toEqual({});
  });
});
