// An agent that gives no answer for long is seen wherever somebody looks.
import { expect, test } from 'vitest';
import { begin, cantata, type Result } from './in-process.ts';
import { createScratch } from './scratch.ts';
import { single } from './workflows.ts';

test('a run whose agent has given no answer for long is stalled, for whoever lists it or asks for its status', async () => {
  const scratch = createScratch();
  const cwd = scratch.folder;
  // What is long is for the one who looks to say: six milliseconds, or half an hour.
  const impatient = { STALL_TIMEOUT_MINUTES: '0.0001' };
  const look = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd, variables: impatient });
  const run = begin(['run', scratch.workflow(single('worker')), '--set', 'ms=600000'], { cwd });
  await run.until(/assigned/);
  await run.until(/step 1 of 4/);
  const { out } = await look('list');
  expect(out).toMatch(/only_worker +1\.0 +stalled +/);
  expect(out).toMatch(/cantata why ID names it\./);
  expect((await cantata(['list'], { cwd })).out).toMatch(/only_worker +1\.0 +running +/);
  const sentence = /someone has been at work on work for .* without an answer; nothing ends that by itself\./;
  expect((await look('status', 'last')).out).toMatch(sentence);
  expect((await cantata(['status', 'last'], { cwd })).out).not.toMatch(sentence);
  expect(JSON.parse((await look('status', 'last', '--json')).out)).toMatchObject({
    stalled: [expect.stringMatching(sentence)],
  });
  expect(JSON.parse((await look('list', '--json')).out)).toMatchObject([{ stalled: true }]);
  await cantata(['cancel', 'last'], { cwd });
  await run.ended;
  expect((await look('list')).out).toMatch(/only_worker +1\.0 +cancelled +/);
  scratch.remove();
});
