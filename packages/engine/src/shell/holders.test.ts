import { answersLate, DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../memory/memory-store.ts';
import { Holders } from './holders.ts';
import type { Input } from './input.ts';

const LOCK = 'lock/default/stock';
const load = async (): Promise<undefined> => undefined;

test('a resource is told of a holder that does not exist', async () => {
  const submitted: Input[] = [];
  const { executions } = createMemoryStore();
  const holders = new Holders({
    executions,
    load,
    log: () => undefined,
    submit: (input) => submitted.push(input),
  });
  await holders.ask(LOCK, 'nobody');
  expect(submitted).toEqual([
    {
      entity: LOCK,
      command: { type: 'holder.gone', execution: 'nobody' },
      causation: 'holder:nobody',
      actor: 'engine',
    },
  ]);
});

test('a store that cannot be read is asked again later, and nobody loses anything', async () => {
  const submitted: Input[] = [];
  const told: string[] = [];
  const { executions } = createMemoryStore();
  const failing = { ...executions, get: () => Promise.reject(new Error('the disk is gone')) };
  const holders = new Holders({
    executions: failing,
    load,
    log: (_, message) => told.push(message),
    submit: (input) => submitted.push(input),
  });
  await holders.ask(LOCK, 'somebody');
  expect(submitted).toEqual([]);
  expect(told).toEqual(['the holder of a resource could not be looked up']);
});

test('whoever holds a lock for long and is open keeps it, however often it is looked up', async () => {
  const document = new URL('../../../../examples/constructs/resources.yaml', import.meta.url);
  const world = await DocumentWorld.of(document, {
    inboxPollMs: 60_000,
    reconcileMs: 60_000,
    leaseMs: 3_600_000,
  });
  world.agents.on('pay', answersLate(600_000, 'paid'));
  const first = await world.start({ account: 1 });
  const second = await world.start({ account: 1 });
  const ends = await world.ended(first).then(({ completedAt }) => completedAt ?? 0);
  expect(await world.ended(second)).toMatchObject({ status: 'completed' });
  const begun = world.agents.at('pay', second)[0]?.at;
  expect(begun).toBe(ends);
  await world.close();
});
