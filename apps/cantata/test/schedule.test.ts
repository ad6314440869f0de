// Workflows that start by themselves: what is said about their schedules, and a process that keeps to them.
import { mkdirSync } from 'node:fs';
import type { Clock } from '@cantata/core';
import { calendar, compile } from '@cantata/definition';
import { createSystemClock, Engine } from '@cantata/engine';
import { openSqliteStore } from '@cantata/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NOBODY } from '../src/assemble/directories.ts';
import { begin, cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { single } from './workflows.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await call(...args, '--json')).out);

const schedule = { cron: '0 8 * * *', time_zone: 'Europe/Berlin', catch_up: 'latest' };
const document = {
  version: '1',
  orchestration_pattern: 'custom',
  name: 'digest',
  agents: { someone: { type: 'worker' } },
  tasks: [{ id: 'work', agent: 'someone' }],
  coordination: { type: 'graph_based' },
};
const write = (more: object): string => scratch.file('digest.yaml', JSON.stringify({ ...document, ...more }));
const written = (): string => write({ schedule });

describe('a schedule', () => {
  test('is kept to, paused, resumed and left', async () => {
    expect((await call('schedule', 'list')).out).toContain(
      'No schedule is kept to. cantata schedule set FILE',
    );
    expect(await call('schedule', 'set', written())).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^kept {2}digest 1; the next one starts 20\d\d-\d\d-\d\d \d\d:\d\d:00\n$/),
    });
    expect(await json('schedule', 'list')).toMatchObject([
      {
        name: 'digest',
        version: '1',
        cron: '0 8 * * *',
        time_zone: 'Europe/Berlin',
        paused: null,
        last: null,
      },
    ]);
    expect((await call('schedule', 'pause', 'digest')).out).toBe('paused  digest 1\n');
    expect((await call('schedule', 'list')).out).toMatch(
      /digest +1 +0 8 \* \* \* +Europe\/Berlin +paused by /,
    );
    expect((await call('schedule', 'resume', 'digest')).out).toMatch(
      /^resumed {2}digest 1; the next one starts/,
    );
    expect((await call('schedule', 'resume', 'digest')).err).toBe(
      'error not_paused: the schedule is not paused\n  It is not paused, so there is nothing to resume.\n',
    );
    expect((await call('schedule', 'list')).out).toMatch(/Europe\/Berlin +20\d\d-/);
    expect((await call('schedule', 'clear', 'digest')).out).toBe('cleared  digest 1\n');
    expect(await call('schedule', 'clear', 'digest')).toMatchObject({
      code: 2,
      err: expect.stringContaining('error schedule_missing: digest is kept to no schedule\n  No schedule is'),
    });
  });

  test('says its next times, be it kept to or not', async () => {
    const file = written();
    const { next } = (await json('schedule', 'next', file, '--times', '3')) as { next: string[] };
    expect(next).toHaveLength(3);
    for (const time of next) expect(time).toMatch(/T0[67]:00:00\.000Z$/);
    await call('schedule', 'set', file);
    expect((await call('schedule', 'next', 'digest', '--times', '3')).out.match(/:00:00\n/g)).toHaveLength(3);
    expect((await call('schedule', 'next', 'nobody')).err).toContain('Kept to are those of digest.');
    expect((await call('schedule', 'next', write({}))).err).toContain('digest.yaml has no schedule');
    expect((await call('schedule', 'set', write({ version: '2' }))).err).toContain('schedule_missing');
  });
});

/** Told to keep to it three minutes ago, by a process that has ended since. */
async function setBefore(): Promise<void> {
  const system = createSystemClock();
  const late = 180_000;
  const clock: Clock = {
    ...system,
    now: () => system.now() - late,
    at: (at, work) => system.at(at + late, work),
  };
  mkdirSync(scratch.dataDir);
  const store = await openSqliteStore({ path: scratch.database });
  const owner = { id: clock.id(), host: 'here', pid: process.pid };
  const engine = await Engine.open({ store, agents: NOBODY, compile, calendar, clock, owner });
  const everyMinute = { ...document, schedule: { ...schedule, cron: '* * * * *' } };
  await engine.schedules.set(await engine.register(everyMinute), 'ann');
  await engine.close();
  await store.close();
}

describe('a process that stays', () => {
  test('starts what comes due, makes up for what was missed, and ends with Ctrl-C', async () => {
    await setBefore();
    const kept = begin(['schedule', 'keep'], { cwd: scratch.folder });
    await kept.until(/completed +digest 1 {2}[0-9a-f-]{13}\n/);
    process.emit('SIGINT', 'SIGINT');
    const { code, out, err } = await kept.ended;
    expect(code).toBe(0);
    expect(out).toMatch(/started +digest 1/);
    expect(err).toMatch(/stopped; what is open goes on/);
    expect((await call('schedule', 'list')).out).toMatch(
      / 20\d\d-.* 20\d\d-\d\d-\d\d \d\d:\d\d:00 {2}[0-9a-f-]{13}\n/,
    );
  });

  test('follows another one, and goes on with what that left open', async () => {
    const first = begin(['run', scratch.workflow(single('worker')), '--set', 'ms=600000'], {
      cwd: scratch.folder,
    });
    await first.until(/assigned/);
    await call('schedule', 'set', written());
    const kept = begin(['schedule', 'keep', '--json'], { cwd: scratch.folder });
    await kept.until(/another process owns the data/);
    await kept.until(/digest 1 starts next 20/);
    await call('cancel', 'last');
    await first.ended;
    process.emit('SIGINT', 'SIGINT');
    expect((await kept.ended).code).toBe(0);
  });
});
