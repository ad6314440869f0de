// What an operator does to tasks by hand, from another terminal than the one that runs them.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { begin, type Call, cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { single, threePhases } from './workflows.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await call(...args, '--json')).out);

/** A run whose first task takes for ever. */
async function stuck(): Promise<Call> {
  const file = scratch.workflow(threePhases('stuck'));
  const run = begin(['run', file, '--set', 'ms=600000'], { cwd: scratch.folder });
  await run.until(/assigned/);
  return run;
}

describe('a task', () => {
  test('is completed, skipped and failed by hand while its agent works', async () => {
    const run = await stuck();
    const done = await call('task', 'complete', 'last', 'begin', '--output', '[1, 2]', '--reason', 'I know');
    expect(done).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^completed {2}begin of [0-9a-f-]{13}\n$/),
    });
    await run.until(/completed by hand +begin by .*: I know; it gives \[1,2\]/);
    await run.until(/middle\[1\]/);
    expect(await json('task', 'complete', 'last', 'middle[0]')).toMatchObject({
      task_id: 'middle[0]',
      status: 'completed',
    });
    expect(await json('task', 'skip', 'last', 'middle')).toMatchObject({
      task_id: 'middle',
      status: 'skipped',
    });
    expect(await run.ended).toMatchObject({ code: 0 });
    expect((await call('why', 'last')).out).toContain('It is completed');
    expect((await call('events', 'last')).out).toMatch(/skipped by hand +middle by /);
  });

  test('is failed by hand, and the run with it', async () => {
    const run = await stuck();
    expect(await call('task', 'fail', 'last', 'begin', '--reason', 'nonsense')).toMatchObject({ code: 0 });
    expect(await run.ended).toMatchObject({ code: 1 });
    expect((await call('why', 'last')).out).toMatch(
      /^It failed in begin: failed_by_operator: .*: nonsense\n/,
    );
  });

  test('is given to another seat', async () => {
    const run = await stuck();
    await call('task', 'complete', 'last', 'begin', '--output', '[1]');
    await run.until(/middle\[0\]/);
    expect(await call('task', 'reassign', 'last', 'middle[0]', '--to', 'hands-3')).toMatchObject({ code: 0 });
    await run.until(/reassigned +middle\[0\] to hands-3/);
    expect((await call('task', 'reassign', 'last', 'middle', '--to', 'lead')).code).toBe(0);
    expect(await call('task', 'reassign', 'last', 'middle', '--to', 'nobody')).toMatchObject({
      code: 2,
      err: expect.stringContaining('error agent_unable: nobody is neither a group nor a seat; these may: '),
    });
    await call('cancel', 'last');
    expect((await run.ended).code).toBe(3);
  });

  test('is cancelled alone, with its region, or as one of many items', async () => {
    const run = await stuck();
    await call('task', 'complete', 'last', 'begin', '--output', '[1, 2]');
    await run.until(/middle\[1\]/);
    expect(await json('cancel', 'last', '--task', 'middle[1]', '--reason', 'enough')).toMatchObject({
      task_id: 'middle[1]',
      status: 'cancelling',
    });
    await run.until(/cancelled +middle\[1\]: its agent stopped/);
    expect((await call('cancel', 'last', '--task', 'begin', '--region')).code).toBe(0);
    expect((await run.ended).code).toBe(0);
    expect((await json('status', 'last')) as object).toMatchObject({
      tasks: [{ status: 'completed' }, { status: 'cancelled' }, { status: 'cancelled' }],
    });
  });

  test('must exist and be open, and what is typed must mean something', async () => {
    const file = scratch.workflow(single('worker'));
    expect((await call('run', file, '--quiet')).code).toBe(0);
    expect((await call('task', 'skip', 'last', 'work')).err).toContain('error already_ended: ');
    expect(await call('cancel', 'last', '--region')).toMatchObject({ code: 2 });
    expect(await call('task', 'skip', 'last', 'work[1]')).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'only a whole task is skipped; cantata cancel --task "work[1]" ends one item',
      ),
    });
    expect((await call('task', 'complete', 'last', 'work', '--output', '{')).err).toMatch(
      /input_invalid: --output is not JSON: .*\n {2}For example: --output /,
    );
    expect((await call('task', 'add', 'last', 'work', '--items', '[1]')).err).toContain('already_ended');
    expect(await call('task', 'add', 'last', 'work', '--items', '1')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--items is a list'),
    });
    expect((await call('task', 'reassign', 'last', 'work')).code).toBe(2);
    expect((await call('task', '--help')).out).toContain('reassign [options] <id> <task>');
  });
});

describe('a team at work', () => {
  test('goes on by another pattern', async () => {
    const shared = { ...threePhases('shared'), tasks: [{ id: 'work', agent: 'lead', pattern: 'handoff' }] };
    const file = scratch.workflow(shared);
    const run = begin(['run', file, '--set', 'ms=600000'], { cwd: scratch.folder });
    await run.until(/assigned/);
    const because = ['--reason', 'all at once'];
    expect(await call('patterns', 'switch', 'last', 'work', '--to', 'debte', ...because)).toMatchObject({
      code: 5,
      err: expect.stringContaining('error switch_refused: there is no pattern debte; there are supervisor, '),
    });
    const all = ['patterns', 'switch', 'last', 'work', '--to', 'concurrent', '--options'];
    expect(await call(...all, '[]')).toMatchObject({ code: 2, err: expect.stringContaining('is a mapping') });
    expect(await call(...all, '{"merg": "all"}')).toMatchObject({
      code: 5,
      err: expect.stringContaining('these are no options of the pattern concurrent: '),
    });
    expect(await call(...all, '{"merge": "all"}', ...because)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^switched {2}work of [0-9a-f-]{13}\n$/),
    });
    await run.until(/team switched +work from handoff to concurrent by .*: all at once/);
    expect((await call('why', 'last')).out).toMatch(
      /by the pattern concurrent, to which it was switched from handoff \(all at once\), and waits for/,
    );
    await call('cancel', 'last');
    expect((await run.ended).code).toBe(3);
  });
});

describe('an execution that has failed', () => {
  test('is retried from there, and needs its place for it', async () => {
    const run = await stuck();
    await call('task', 'fail', 'last', 'begin', '--reason', 'nonsense');
    expect((await run.ended).code).toBe(1);
    const [{ execution_id: failed } = { execution_id: '' }] = (await json('list')) as {
      execution_id: string;
    }[];
    const other = await stuck();
    expect(await call('retry', failed)).toMatchObject({
      code: 5,
      err: expect.stringContaining('error workflow_already_executing: workflow stuck is executing already: '),
    });
    await call('cancel', 'last');
    await other.ended;
    const again = begin(['retry', failed, '--reason', 'it is not'], { cwd: scratch.folder });
    await again.until(/reopened +by .*: it is not, again: begin/);
    await again.until(/assigned +begin to lead, attempt 2/);
    expect(await call('retry', failed)).toMatchObject({
      code: 5,
      err: expect.stringContaining('error not_retryable: '),
    });
    await call('task', 'complete', failed, 'begin', '--output', '[]');
    await again.until(/assigned +end/);
    await call('task', 'complete', failed, 'end');
    expect((await again.ended).code).toBe(0);
  });

  test('is retried with a task that is named, under new keys', async () => {
    const file = scratch.workflow(single('thrower'));
    await call('run', file, '--quiet');
    const { code, out } = await call('retry', 'last', '--task', 'work', '--new-key', '--json');
    expect(code).toBe(1);
    expect(out).toContain('"event":"workflow.reopened"');
    expect((await call('retry', 'last', '--task', 'nobody')).code).toBe(2);
  });
});

describe('a fork', () => {
  test('of a run goes on from a task, with other inputs', async () => {
    const file = scratch.workflow(threePhases('forked'));
    expect((await call('run', file, '--quiet')).code).toBe(0);
    const fork = await call(
      'fork',
      'last',
      '--from',
      'end',
      '--task-input',
      '"shorter"',
      '--set',
      'ms=1',
      '--json',
    );
    expect(fork.code).toBe(0);
    const lines = fork.out.trim().split('\n');
    const { result } = JSON.parse(lines.at(-1) as string) as { result: { output: object } };
    expect(result.output).toMatchObject({ task: 'end', input: 'shorter' });
    expect(lines.filter((line) => line.includes('"event":"agent.task_assigned"'))).toHaveLength(1);
    expect(await json('status', 'last')).toMatchObject({ input: { ms: 1 }, forked_from: { task: 'end' } });
    expect((await call('events', 'last')).out).toMatch(
      /requested +forked 1\.0 with \{"ms":1\}, forked from [0-9a-f-]{13}/,
    );
  });

  test('of a checkpoint that does not exist is refused', async () => {
    const file = scratch.workflow(single('worker'));
    await call('run', file, '--quiet');
    expect(await call('fork', 'last', '--checkpoint', 'nowhere')).toMatchObject({
      code: 2,
      err: expect.stringContaining('error checkpoint_not_found: '),
    });
  });
});

describe('an upgrade', () => {
  test('is looked at first, refused for what is at work, forced, and followed', async () => {
    const run = await stuck();
    const { tasks, ...rest } = threePhases('stuck');
    const [begins, ...others] = tasks;
    const file = scratch.workflow(
      { ...rest, version: '1.1', tasks: [...tasks, { id: 'more', agent: 'lead' }] },
      'more.yaml',
    );
    const other = scratch.workflow(
      {
        ...rest,
        version: '1.2',
        tasks: [{ ...(begins as { id: string; agent: string }), timeout: '1h' }, ...others],
      },
      'other.yaml',
    );
    const look = await call('upgrade', 'last', file, '--dry-run');
    expect(look).toMatchObject({
      code: 0,
      out: expect.stringMatching(/from 1\.0 to 1\.1\n[^]* more +added +comes with the rest\n/),
    });
    expect(await call('upgrade', 'last', other, '--dry-run')).toMatchObject({
      code: 5,
      out: expect.stringMatching(
        / begin +changed +open +is at work: with --force it is stopped\nneeds --force/,
      ),
    });
    expect((await call('upgrade', 'last', other)).err).toContain(
      'error upgrade_refused: begin is at work and would',
    );
    expect(await json('upgrade', 'last', file)).toMatchObject({ from: '1.0', to: '1.1' });
    await run.until(/upgraded +to 1\.1 by /);
    expect(await call('upgrade', 'last', '--to', '1.2', '--force', '--reason', 'late')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^upgraded {2}[0-9a-f-]{13} from 1\.1 to 1\.2\n$/),
    });
    await run.until(/upgraded +to 1\.2 by .*: late, stopped: begin and more/);
    expect(await json('status', 'last')).toMatchObject({ version: '1.2' });
    await call('cancel', 'last');
    expect((await run.ended).code).toBe(3);
    expect((await call('upgrade', 'last', '--to', '1.1', '--dry-run')).out).toContain('is at its end');
    expect((await call('events', 'last')).out).toMatch(
      / start +stuck 1\.0 [^]* upgraded +to 1\.1 [^]* upgraded +to 1\.2 /,
    );
  });

  test('must be told to which version', async () => {
    await call('run', scratch.workflow(single('worker')), '--quiet');
    expect((await call('upgrade', 'last')).code).toBe(2);
    expect((await call('upgrade', 'last', '--to', '9')).err).toContain('error workflow_not_found: ');
    const same = (await call('upgrade', 'last', 'only_worker.yaml', '--dry-run')).out;
    expect(same).toContain('No task comes, goes or changes.');
  });
});

describe('many at once', () => {
  test('are listed first, and told when that is confirmed', async () => {
    const two = { ...threePhases('many'), max_concurrent_executions: 2 };
    const file = scratch.workflow(two);
    const runs = [1, 2].map(() => begin(['run', file, '--set', 'ms=600000'], { cwd: scratch.folder }));
    await Promise.all(runs.map((run) => run.until(/assigned/)));
    const all = (...args: readonly string[]): Promise<Result> => call(...args, '--all', '--workflow', 'many');
    expect(await all('pause')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        / many +running [^]*\n2 executions; nothing was done\. --yes does it: pause\.\n$/,
      ),
    });
    expect(await json('pause', '--all', '--tag', 'none')).toEqual([]);
    expect((await all('pause', '--yes')).out).toBe('paused  2 executions of many\n');
    expect(await json('resume', '--all')).toMatchObject([{ status: 'paused' }, { status: 'paused' }]);
    expect((await all('resume', '--yes')).out).toBe('resumed  2 executions of many\n');
    expect(await all('resume', '--status', 'running', '--yes')).toMatchObject({
      code: 5,
      out: expect.stringMatching(
        /^refused {2}[0-9a-f-]{13} not_paused: [^]*resumed {2}0 executions of many\n$/,
      ),
    });
    expect(await json('cancel', '--all', '--yes', '--reason', 'enough')).toMatchObject([
      { done: true, error: null },
      { done: true, error: null },
    ]);
    for (const run of runs) expect((await run.ended).code).toBe(3);
    expect((await all('cancel')).out).toBe('Nothing matches.\n');
    expect((await all('retry', '--status', 'cancelled', '--yes', '--reason', 'not enough')).out).toBe(
      'reopened  2 executions of many\n',
    );
    await all('cancel', '--yes');
  });

  test('are chosen by a workflow that exists, and are not one', async () => {
    await call('run', scratch.workflow(single('worker')), '--quiet');
    expect((await call('cancel', '--all', '--workflow', 'nowhere')).err).toContain(
      'error workflow_not_found: ',
    );
    expect((await call('cancel', 'last', '--all')).err).toContain('an id or --all, not both');
    expect((await call('cancel', 'last', '--yes')).err).toContain('--yes go with --all');
    expect((await call('pause')).err).toContain('which execution? cantata pause ID');
  });

  test('are listed by tag', async () => {
    const tagged = scratch.file(
      'tagged.yaml',
      JSON.stringify({
        name: 'tagged',
        version: '1.0',
        orchestration_pattern: 'supervisor',
        tags: ['nightly'],
        agents: { one: { type: 'worker' } },
        coordination: { type: 'graph_based', graph_based: ['dependencies'] },
        tasks: [
          { id: 'a', agent: 'one' },
          { id: 'b', agent: 'one', depends_on: ['a'], when: 'false' },
        ],
      }),
    );
    await call('run', scratch.workflow(single('worker')), '--quiet');
    await call('run', tagged, '--quiet');
    await call('run', tagged, '--quiet');
    expect(await json('list', '--tag', 'nightly')).toMatchObject([{ name: 'tagged' }, { name: 'tagged' }]);
    expect(await json('list', '--tag', 'nightly', '--limit', '1')).toHaveLength(1);
    expect(await json('list', '--workflow', 'only_worker')).toMatchObject([{ name: 'only_worker' }]);
    expect(await json('status', 'last')).toMatchObject({
      tasks: [{ skip_reason: null }, { skip_reason: 'its condition is false: false' }],
    });
  });
});
