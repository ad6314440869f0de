/** Tasks that wait for each other across executions: what is found, what it is called, and who fails. */
import { type Claim, newResource, resourceLaw } from '@cantata/core';
import { aComputed, answersLate, aPlan, DocumentWorld, given, starts } from '@cantata/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { Entity } from '../shell/entity.ts';
import { circleAt } from './circle.ts';

const SETTINGS = { inboxPollMs: 60_000, reconcileMs: 60_000, leaseMs: 36_000_000 };
/** Whoever waits is looked after when so much time has passed at the latest, once the holder is an old one. */
const SOON_MS = 61_000;
/** Whatever closed the circle, and however long others have waited before. */
const AT_LATEST_MS = 301_000;

const HEAD = `
version: "1"
orchestration_pattern: custom
agents: { clerk: { type: clerk, count: 9 } }
coordination: { type: graph_based }
`;

/** A sub-workflow with a task that needs what its input says. */
const PART = `name: part
max_concurrent_executions: 10
tasks:
  - { id: open, agent: clerk }
  - { id: count, agent: clerk, lock: "\${input.needs}", depends_on: [open] }
  - { id: look, agent: clerk, when: input.looks == true }
${HEAD}`;

/** One that has a lock and waits for a part. */
const whole = (keys = ''): string => `name: whole
max_concurrent_executions: 10
tasks:
  - { id: take, workflow: part, lock: "\${input.has}", input: "\${input}"${keys} }
${HEAD}`;

let opened: DocumentWorld | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(document: string = whole(), part: string = PART): Promise<DocumentWorld> {
  opened = await DocumentWorld.of(document, SETTINGS, part);
  opened.agents.on('open', answersLate(500));
  return opened;
}

const takes = (has: string, needs: string, looks = false) => ({ has, needs, looks });

async function childOf(world: DocumentWorld, execution: string): Promise<string> {
  return (await world.status(execution)).tasks[0]?.child_execution_id ?? '';
}

async function wordsOf(world: DocumentWorld, execution: string): Promise<string> {
  return (await world.why(execution)).map(({ sentence }) => sentence).join('\n');
}

const circleOf = (lock: string, parent: string, child: string): string =>
  `the lock ${lock} is held by take of execution ${parent}, which waits for execution ${child}, in which count waits for the lock ${lock}`;

describe('a lock for which a task of a sub-workflow waits under that very lock', () => {
  it('is told as a circle, of both executions', async () => {
    const world = await open();
    const parent = await world.start(takes('stock', 'stock'));
    await world.clock.advance(1_000);
    const child = await childOf(world, parent);
    const circle = `That is a circle: ${circleOf('stock', parent, child)}. Nobody in it can go on: count of execution ${child} fails as deadlocked when it is noticed.`;
    expect(await wordsOf(world, parent)).toContain(circle);
    expect(await wordsOf(world, child)).toContain(circle);
  });

  it('is a deadlock, with which the task that waits fails', async () => {
    const world = await open();
    const parent = await world.start(takes('stock', 'stock'));
    const row = await world.ended(parent, SOON_MS);
    const child = await childOf(world, parent);
    const explanation = circleOf('stock', parent, child);
    expect(row.reason).toBe(`deadlocked: execution ${child} failed: ${explanation}`);
    const log = await world.log(child);
    expect(log.find(({ event }) => event === 'deadlock.detected')).toMatchObject({
      explanation,
      tasks: ['count'],
    });
    // Nobody has the lock any more.
    expect((await world.ended(await world.start(takes('desk', 'stock')))).status).toBe('completed');
  });

  it('leaves it to the document how to go on', async () => {
    const world = await open(whole(', on_failure: continue'));
    const parent = await world.start(takes('stock', 'stock'));
    expect((await world.ended(parent, SOON_MS)).status).toBe('completed');
    expect((await world.status(parent)).tasks[0]?.status).toBe('failed');
  });

  it('goes to whoever stood in the line when the circle is broken', async () => {
    const world = await open();
    const parent = await world.start(takes('stock', 'desk'));
    const other = await world.start(takes('stock', 'shelf'));
    await world.clock.advance(100);
    const closing = await world.start(takes('desk', 'stock'));
    expect((await world.ended(closing, SOON_MS)).status).toBe('failed');
    for (const id of [parent, other]) expect((await world.ended(id, SOON_MS)).status).toBe('completed');
  });

  it('is found soon, however long others have waited for it', async () => {
    const world = await open();
    world.agents.on('count', answersLate(7_200_000));
    await world.start(takes('stock', 'desk'));
    await world.start(takes('stock', 'shelf'));
    await world.clock.advance(7_100_000);
    const circle = await world.start(takes('shelf', 'shelf'));
    expect((await world.ended(circle, SOON_MS)).reason).toMatch(/^deadlocked/);
  });
});

describe('a circle that closes late without anybody joining a line', () => {
  it('is found by the next look when somebody who was paused for long goes on', async () => {
    const world = await open();
    const parent = await world.start(takes('stock', 'stock'));
    await world.clock.advance(1_000);
    await world.clock.of(world.engine.pause(parent, 'ann'));
    await world.clock.advance(7_500_000);
    await world.clock.of(world.engine.resume(parent, 'ann'));
    expect((await world.ended(parent, AT_LATEST_MS)).reason).toMatch(/^deadlocked/);
  });

  it('is found by the next look when an agent has come to an end after hours', async () => {
    const world = await open();
    world.agents.on('look', answersLate(7_500_000));
    const parent = await world.start(takes('stock', 'stock', true));
    await world.clock.advance(7_500_000);
    expect((await world.ended(parent, AT_LATEST_MS)).reason).toMatch(/^deadlocked/);
  });
});

describe('two executions of which each has what the other one needs', () => {
  it('wait for each other until the one that joined last has failed', async () => {
    const world = await open();
    const first = await world.start(takes('stock', 'desk'));
    await world.clock.advance(100);
    const last = await world.start(takes('desk', 'stock'));
    expect((await world.ended(last, SOON_MS)).reason).toMatch(/^deadlocked/);
    expect((await world.ended(first)).status).toBe('completed');
  });

  it('are told with all that is between them', async () => {
    const world = await open();
    const [first, last] = [
      await world.start(takes('stock', 'desk')),
      await world.start(takes('desk', 'stock')),
    ];
    await world.clock.advance(1_000);
    const [one, other] = [await childOf(world, first), await childOf(world, last)];
    const between = `the lock stock is held by take of execution ${first}, which waits for execution ${one}, in which count waits for the lock desk, which is held by take of execution ${last}, which waits for execution ${other}, in which count waits for the lock stock.`;
    expect(await wordsOf(world, other)).toContain(between);
  });
});

it('is found where many items of one execution wait for what its parent has', async () => {
  const world = await open(whole(), PART.replace('id: count,', 'id: count, for_each: "${input.list}",'));
  const list = Array.from({ length: 600 }, (_, n) => n);
  const parent = await world.start({ ...takes('stock', 'stock'), list });
  expect((await world.ended(parent, SOON_MS)).reason).toMatch(/^deadlocked/);
});

describe('no deadlock', () => {
  it('is a grant of which the word is still on its way', async () => {
    const claim: Claim = { execution: 'execution', task: 'count', activation: 1 };
    const needs = { locks: [aComputed(() => 'stock')], quotas: [] };
    const waiting = given(aPlan({ agents: { clerk: 1 }, tasks: { count: { needs } } })).commands(starts());
    const lock = newResource('lock/default/stock');
    resourceLaw.evolve(lock, { type: 'semaphore.granted', claim, count: 1 }, 0);
    const entities: Record<string, Entity> = {
      execution: { state: waiting.state } as Entity,
      'lock/default/stock': { state: lock } as Entity,
    };
    expect(await circleAt('lock/default/stock', async (id) => entities[id])).toBeUndefined();
  });

  it('is what an agent is at work in: it may end the execution', async () => {
    const world = await open();
    world.agents.on('look', answersLate(300_000));
    const parent = await world.start(takes('stock', 'stock', true));
    await world.clock.advance(290_000);
    expect((await world.status(parent)).status).toBe('running');
    const child = await childOf(world, parent);
    expect(await wordsOf(world, child)).not.toContain('circle');
    await world.clock.advance(11_000 + 120_000);
    expect(await world.ended(parent)).toMatchObject({ reason: expect.stringMatching(/^deadlocked/) });
  });

  it('is what somebody has paused', async () => {
    const world = await open();
    const parent = await world.start(takes('stock', 'stock'));
    await world.clock.advance(1_000);
    await world.clock.of(world.engine.pause(parent, 'ann'));
    await world.clock.advance(120_000);
    expect((await world.status(parent)).status).toBe('paused');
    await world.clock.of(world.engine.resume(parent, 'ann'));
    expect((await world.ended(parent)).status).toBe('failed');
  });

  it('is a lock whose holder is only slow', async () => {
    const world = await open();
    world.agents.on('count', answersLate(300_000));
    const first = await world.start(takes('stock', 'desk'));
    const second = await world.start(takes('shelf', 'desk'));
    for (const id of [first, second]) expect((await world.ended(id)).status).toBe('completed');
  });
});

it('a place that is taken by whoever waits for the lock closes a circle, too', async () => {
  const world = await open(whole(), PART.replace('executions: 10', 'executions: 1'));
  // The part of the first has the only place, and waits for the lock of the other one, whose part has no place.
  const first = await world.start(takes('desk', 'stock'));
  const last = await world.start(takes('stock', 'shelf'));
  await world.clock.advance(1_000);
  const [one, other] = [await childOf(world, first), await childOf(world, last)];
  const circle = `the lock stock is held by take of execution ${last}, which waits for execution ${other}, whose place is taken by execution ${one}, in which count waits for the lock stock`;
  expect(await wordsOf(world, first)).toContain(circle);
  expect((await world.ended(first, SOON_MS)).reason).toContain(circle);
  expect((await world.ended(last)).status).toBe('completed');
});
