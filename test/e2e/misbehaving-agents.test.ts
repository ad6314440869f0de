// Agents that throw, hang, return too much or nothing: each fails its own run, with the reason, and no other.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createScratch, type Scratch } from '../../apps/cantata/test/scratch.ts';
import { single, threePhases, type Workflow } from '../../apps/cantata/test/workflows.ts';
import { jsonLines, run, start } from './process.ts';

let scratch: Scratch;
let cwd: string;
beforeAll(() => {
  scratch = createScratch();
  cwd = scratch.folder;
});
afterAll(() => scratch.remove());

interface Case {
  readonly what: string;
  readonly workflow: Workflow;
  readonly code: string;
  readonly message: RegExp;
  readonly attempts: string;
}

const cases: readonly Case[] = [
  {
    what: 'throws',
    workflow: single('thrower'),
    code: 'agent_error',
    message: /the disk is on fire/,
    attempts: 'attempt 1 of 1',
  },
  {
    what: 'never answers and has a timeout',
    workflow: single('hanger', { timeout: '300ms' }),
    code: 'task_timed_out',
    message: /no answer within the timeout/,
    attempts: 'attempt 1 of 1',
  },
  {
    what: 'returns 50 MB',
    workflow: single('giant'),
    code: 'output_too_large',
    message: /larger than 1 MiB/,
    attempts: 'attempt 1 of 1; the error says that no other can succeed',
  },
  {
    what: 'returns nothing',
    workflow: single('mute'),
    code: 'output_missing',
    message: /return null if there is nothing to say/,
    attempts: 'attempt 1 of 1; the error says that no other can succeed',
  },
  {
    what: 'says that nothing helps',
    workflow: single('quitter', { retry_policy: 'fixed' }),
    code: 'no_such_place',
    message: /there is no such place/,
    attempts: 'attempt 1 of 5; the error says that no other can succeed',
  },
];

describe('beside a run that goes well in the same data, an agent that', () => {
  test.each(cases)('$what fails its run with $code', async ({ workflow, code, message, attempts }) => {
    const good = start(['run', scratch.workflow(threePhases(`good_${code}`)), '--set', 'ms=400'], { cwd });
    await good.until(/assigned/);
    const file = scratch.workflow(workflow);
    const failed = await run(['run', file], { cwd });
    expect(failed.code).toBe(1);
    expect(failed.out).toContain(`work at someone, ${attempts}`);
    expect(failed.out).toMatch(new RegExp(`^${code}: .*${message.source}`, 'm'));
    expect(failed.out + failed.err).not.toMatch(/^ +at /m);

    const why = await run(['why', 'last'], { cwd });
    expect(why.out).toContain(`It failed in work: ${code}: `);
    expect(await good.ended).toMatchObject({
      code: 0,
      out: expect.stringContaining('end           completed'),
    });
  });
});

test('alone in its process, too, and the end does not wait for an agent that hangs', async () => {
  const { code, out } = await run(
    ['run', scratch.workflow(single('hanger', { timeout: '300ms' })), '--json'],
    { cwd },
  );
  expect(code).toBe(1);
  expect(jsonLines(out).at(-1)).toMatchObject({
    result: { status: 'failed', error: { code: 'task_timed_out', task: 'work' }, exit_code: 1 },
  });
});

test('every attempt is told when the last one failed as well', async () => {
  const file = scratch.workflow({ ...single('thrower', { retry_policy: 'fixed' }), name: 'tried_often' });
  const { code, out } = await run(['run', file, '--quiet'], { cwd });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  const status = await run(['status', 'last', '--json'], { cwd });
  expect(JSON.parse(status.out)).toMatchObject({ status: 'failed', performance_metrics: { retries: 4 } });
}, 15_000);

test('what an agent prints does not mix with JSON, and a promise it forgot does not end the run', async () => {
  const { code, out, err } = await run(['run', scratch.workflow(single('printer')), '--json'], { cwd });
  expect(code).toBe(0);
  expect(jsonLines(out).at(-1)).toMatchObject({ result: { status: 'completed' } });
  expect(err).toContain('printed by an agent');
  expect(err).toContain(
    'a promise of an agent failed and nobody waited for it: Error: nobody waited for this',
  );
});

test('nor does what is printed past the console, or while the configuration loads', async () => {
  const own = createScratch();
  own.file(
    'cantata.config.ts',
    `import { log } from 'node:console';
    import { defineAgent, defineConfig } from '@cantata/sdk';
    console.log('loading');
    const chatty = defineAgent(() => {
      log('past the console');
      process.stdout.write('straight to the stream\\n');
      return 'said';
    });
    export default defineConfig({ agents: { chatty } });`,
  );
  const file = own.workflow(single('chatty'));
  const asJson = await run(['run', file, '--json'], { cwd: own.folder });
  expect(jsonLines(asJson.out).at(-1)).toMatchObject({ result: { output: 'said' } });
  for (const said of ['loading', 'past the console', 'straight to the stream'])
    expect(asJson.err).toContain(`${said}\n`);
  expect((await run(['run', file, '--quiet'], { cwd: own.folder })).out).toBe('said\n');
  for (const args of [['validate', file], ['list'], ['doctor']]) {
    const { out, err } = await run([...args, '--json'], { cwd: own.folder });
    expect(JSON.parse(out)).toBeTypeOf('object');
    expect(err).toContain('loading\n');
  }
  own.remove();
});

test('an error that nothing catches ends the process in order: the run can be resumed', async () => {
  const { code, err } = await run(['run', scratch.workflow(single('bomb'))], { cwd });
  expect(code).toBe(1);
  expect(err).toContain(
    'error uncaught: an error that nothing caught ended this process: thrown in a callback',
  );
  expect(err).toMatch(/cantata resume [0-9a-f-]{36} goes on with it/);
  expect(err).not.toMatch(/^ +at /m);
  expect((await run(['cancel', 'last'], { cwd })).code).toBe(0);
});

test('an agent that ends the process does not do so in silence', async () => {
  const own = createScratch();
  own.file(
    'cantata.config.ts',
    `import { defineAgent, defineConfig } from '@cantata/sdk';
    const leaver = defineAgent(() => new Promise(() => setTimeout(() => process.exit(7), 100)));
    export default defineConfig({ agents: { leaver } });`,
  );
  const { code, err } = await run(['run', own.workflow(single('leaver'))], { cwd: own.folder });
  expect(code).toBe(7);
  expect(err).toMatch(
    /^error exited: something in this process called process\.exit\(7\) .*\n {2}cantata resume [0-9a-f-]{36}$/m,
  );
  own.remove();
});
