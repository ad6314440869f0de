// What has ended is deleted when that is confirmed, and nothing else is.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { begin, cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { threePhases } from './workflows.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });

test('what has ended is deleted with --yes, and only spoken of without', async () => {
  const run = await call('run', scratch.workflow(threePhases('brief')));
  expect(run.code).toBe(0);
  expect(await call('delete', 'last')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^brief [0-9a-f-]{13} is completed; with --yes .* deleted for good\n$/),
  });
  expect((await call('list')).out).toContain('brief');
  expect(
    JSON.parse((await call('delete', 'last', '--json', '--yes', '--reason', 'asked for')).out),
  ).toMatchObject({
    status: 'completed',
    deleted: true,
  });
  expect((await call('list')).out).not.toContain('brief');
  expect((await call('doctor')).out).toMatch(/ok/);
});

test('what is open is not', async () => {
  const run = begin(['run', scratch.workflow(threePhases('stuck')), '--set', 'ms=600000'], {
    cwd: scratch.folder,
  });
  await run.until(/assigned/);
  expect(await call('delete', 'last', '--yes')).toMatchObject({
    code: 5,
    err: expect.stringContaining('only what has ended is deleted'),
  });
  await call('cancel', 'last');
  await run.ended;
  expect(await call('delete', 'last', '--yes')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^deleted {2}stuck [0-9a-f-]{13}\n$/),
  });
});
