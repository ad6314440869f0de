import { createPlan, type Definition, type JsonObject } from '@cantata/core';
import { aDefinition } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../memory/memory-store.ts';
import { Plans } from './plans.ts';

const document = aDefinition() as unknown as JsonObject;

describe('plans', () => {
  it('are compiled once for each digest, and the least recently used goes first', () => {
    let compiled = 0;
    const plans = new Plans(createMemoryStore().workflows, (given) => {
      compiled += 1;
      return createPlan(given as unknown as Definition);
    });
    const first = plans.add('d0', document);
    expect(plans.add('d0', document)).toBe(first);
    for (let n = 1; n < 1_000; n++) plans.add(`d${n}`, document);
    expect(plans.cached('d0')).toBe(first);
    plans.add('one more', document);
    expect(plans.cached('d0')).toBe(first);
    expect(plans.cached('d1')).toBeUndefined();
    expect(compiled).toBe(1_001);
  });
});
