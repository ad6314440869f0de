import { canonicalJson, createPlan, type Definition, type JsonObject } from '@cantata/core';
import { aDefinition } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../digest.ts';
import { createMemoryStore } from '../memory/memory-store.ts';
import { Plans } from './plans.ts';

const document = JSON.stringify(aDefinition());

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

  it('are of the stored text: added at registration or read later, keys stand in the same order', async () => {
    const orders: string[] = [];
    const compile = (given: JsonObject) => {
      orders.push(Object.keys(given).join(' '));
      return createPlan(aDefinition());
    };
    const text = canonicalJson({ zebra: 1, ant: 2 });
    const digest = sha256(text);
    const { workflows } = createMemoryStore();
    const version = { tenant: 'default', name: 'n', version: '1', pattern: 'supervisor', createdAt: 0 };
    await workflows.put({ ...version, workflowId: 'w', digest, document: text });
    new Plans(workflows, compile).add(digest, text);
    await new Plans(workflows, compile).get(digest);
    expect(orders).toEqual(['ant zebra', 'ant zebra']);
  });

  it('of new executions know what past runs took, read once for each digest while its plan is kept', async () => {
    const asked: string[] = [];
    const pastRuns = async (workflowId: string) => {
      asked.push(workflowId);
      return new Map([['a', { medianMs: 7, samples: 1 }]]);
    };
    const plans = new Plans(createMemoryStore().workflows, () => createPlan(aDefinition()), pastRuns);
    expect(plans.add('d0', document).plannedMs).toBe(10_000);
    const [one, other] = await Promise.all([plans.timed('d0', 'w'), plans.timed('d0', 'w')]);
    expect(one.plannedMs).toBe(7);
    expect(other).toBe(one);
    expect(plans.cached('d0')).toBe(one);
    expect(asked).toEqual(['w']);
    for (let n = 1; n <= 1_000; n++) plans.add(`d${n}`, document);
    plans.add('d0', document);
    await plans.timed('d0', 'w');
    expect(asked).toEqual(['w', 'w']);
  });
});
