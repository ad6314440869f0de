// What an operator does where something could not be undone.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { begin, cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });

const trip = {
  name: 'trip',
  version: '1',
  orchestration_pattern: 'custom',
  agents: { agency: { type: 'booker', count: 2 }, post: { type: 'quitter' }, line: { type: 'worker' } },
  tasks: [
    { id: 'flight', agent: 'agency', compensate: { agent: 'agency' } },
    { id: 'hotel', agent: 'agency', depends_on: ['flight'], compensate: { agent: 'agency' } },
    { id: 'send', agent: 'post', depends_on: ['hotel'] },
  ],
  coordination: { type: 'graph_based' },
};

/** A trip whose sending fails while the office, which undoes, is closed. */
async function stands(): Promise<{ readonly ended: Result; readonly openOffice: () => void }> {
  const closed = join(scratch.folder, scratch.file('closed', ''));
  const file = scratch.file('trip.yaml', JSON.stringify(trip));
  const ended = await call('run', file, '--set', `closed=${closed}`);
  return { ended, openOffice: () => rmSync(closed) };
}

test('what could not be undone is tried again, and all before it is undone', async () => {
  const { ended, openOffice } = await stands();
  expect(ended.code).toBe(1);
  expect(ended.out).toMatch(/compensation failed after .*: hotel could not be undone/);
  expect(ended.out).toMatch(/ {2}cantata compensation retry [0-9a-f-]{13} +tries again to undo it\n/);
  const why = (await call('why', 'last')).out;
  expect(why).toMatch(/It waits for an operator: cantata compensation retry [0-9a-f-]{36} tries again\.\n/);
  expect(why).toMatch(/cantata compensation skip [0-9a-f-]{36} hotel leaves it as it is\.\n/);
  expect((await call('resume', 'last')).err).toMatch(/cantata compensation retry [0-9a-f-]{36} tries again/);

  const again = await call('compensation', 'retry', 'last', 'hotel');
  expect(again).toMatchObject({ code: 1, out: expect.stringContaining('hotel could not be undone') });
  openOffice();
  const undone = await call('compensation', 'retry', 'last', '--json');
  expect(undone.out).toContain('"event":"workflow.compensation_resumed"');
  expect(JSON.parse(undone.out.trim().split('\n').at(-1) as string)).toMatchObject({
    result: { status: 'compensated', error: { code: 'no_such_place', task: 'send' } },
  });
  expect((await call('compensation', 'retry', 'last')).err).toContain('error not_compensating: ');
});

test('attempts to undo are counted against the policy of undoing', async () => {
  // Who undoes succeeds at the third attempt; the policy has two.
  const compensate = { agent: 'phone', retry_policy: { attempts: 2, initial: '1ms', jitter: 0 } };
  const [, hotel, send] = trip.tasks;
  const called = {
    ...trip,
    agents: { ...trip.agents, phone: { type: 'flaky' } },
    tasks: [{ ...hotel, depends_on: [], compensate }, send],
  };
  const { out } = await call('run', scratch.file('called.yaml', JSON.stringify(called)));
  expect(out).toMatch(/retry +undoing hotel attempt 1 failed: .*; attempt 2 of 2 in/);
  expect(out).toMatch(/assigned +undoing hotel to phone, attempt 2 of 2\n/);
  const undone = (await call('compensation', 'retry', 'last')).out;
  expect(undone).toMatch(/assigned +undoing hotel to phone, attempt 3\n/);
});

test('of a task with items, those that are undone are counted', async () => {
  const [flight, , send] = trip.tasks;
  const tasks = [
    { ...flight, for_each: [1, 2, 3] },
    { ...send, depends_on: ['flight'] },
  ];
  await call('run', scratch.file('three.yaml', JSON.stringify({ ...trip, tasks })));
  expect((await call('status', 'last')).out).toMatch(/⤺ flight {2}3\/3/);
});

test('what could not be undone is left as it is, and all before it is undone', async () => {
  const { openOffice } = await stands();
  openOffice();
  expect(await call('compensation', 'skip', 'last', 'flight')).toMatchObject({
    code: 5,
    err: expect.stringContaining('error not_compensating: flight waits for no operator: '),
  });
  expect((await call('compensation', 'skip', 'last')).code).toBe(2);
  const skipped = await call('compensation', 'skip', 'last', 'hotel', '--reason', 'they were kind');
  expect(skipped.out).toMatch(/^.* compensated after /m);
  const { out } = await call('events', 'last');
  expect(out).toMatch(/not undone +hotel, skipped by .*: they were kind/);
  expect(out).toMatch(/Z {2}undone +flight/);
});

test('undoing needs no place, though another run has the only one by now', async () => {
  const { openOffice } = await stands();
  const { execution_id: stood } = (
    JSON.parse((await call('list', '--json')).out) as { execution_id: string }[]
  )[0] ?? {
    execution_id: '',
  };
  const { tasks, ...rest } = trip;
  const slow = { ...rest, version: '2', tasks: [...tasks, { id: 'wait', wait: { for: '1h' } }].slice(-1) };
  const other = begin(['run', scratch.file('slow.yaml', JSON.stringify(slow))], { cwd: scratch.folder });
  await other.until(/waiting +wait/);
  openOffice();
  expect((await call('compensation', 'retry', stood)).out).toMatch(/^.* compensated after /m);
  const third = await call('run', 'slow.yaml');
  expect(third).toMatchObject({ code: 5, err: expect.stringContaining('trip is being executed since') });
  await call('cancel', 'last');
  expect((await other.ended).code).toBe(3);
});
