// Two commands on one data folder: one drives, the other is its client, follows, and takes over.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createScratch, type Scratch } from '../../apps/cantata/test/scratch.ts';
import { single, threePhases } from '../../apps/cantata/test/workflows.ts';
import { jsonLines, type Running, run, start } from './process.ts';

let scratch: Scratch;
let cwd: string;
beforeAll(() => {
  scratch = createScratch();
  cwd = scratch.folder;
});
afterAll(() => scratch.remove());

const driving = (running: Running): Promise<void> => running.until(/assigned/);
const result = (out: string): Record<string, unknown> =>
  jsonLines(out).at(-1)?.['result'] as Record<string, unknown>;

describe('a second run', () => {
  test('is handed over to the process that owns the data, and followed', async () => {
    const first = start(['run', scratch.workflow(threePhases('first')), '--set', 'ms=60000'], { cwd });
    await driving(first);
    const second = start(['run', scratch.workflow(threePhases('second')), '--set', 'ms=300'], { cwd });
    const { code, out, err } = await second.ended;
    expect(err).toContain(`process ${first.child.pid} owns`);
    expect(err).toContain('owns the data and drives; this one follows');
    expect(out).toMatch(/completed +end in .*\n.*end +completed/);
    expect(code).toBe(0);
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('takes over when the owner ends by %s', async (signal) => {
    const owner = start(['run', scratch.workflow(threePhases(`owner_${signal}`)), '--set', 'ms=60000'], {
      cwd,
    });
    await driving(owner);
    const ledger = `${cwd}/ledger-${signal}`;
    const workflow = scratch.workflow(threePhases(`heir_${signal}`));
    const heir = start(['run', workflow, '--set', 'ms=800', '--set', `ledger=${ledger}`], { cwd });
    await heir.until(/completed +begin/);
    owner.child.kill(signal);
    const { code, out, err } = await heir.ended;
    expect(err).toContain('the process that drove the run ended; this one goes on with it');
    expect(out.match(/completed +begin/g)).toHaveLength(1);
    expect(out).toMatch(/end +completed/);
    expect(code).toBe(0);
  });
});

describe('while another process drives', () => {
  test('pause and cancel go through the inbox', async () => {
    const running = start(['run', scratch.workflow(threePhases('told')), '--set', 'ms=60000', '--json'], {
      cwd,
    });
    await running.until(/task_assigned/);
    const paused = await run(['pause', 'last', '--reason', 'lunch', '--json'], { cwd });
    expect(paused).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(paused.out)).toMatchObject({
      status: 'paused',
      resume: expect.stringMatching(/^cantata resume /),
    });
    await running.until(/workflow\.paused/);

    const twice = await run(['pause', 'last'], { cwd });
    expect(twice.code).toBe(5);
    expect(twice.err).toContain('error not_running: ');

    const why = await run(['why', 'last'], { cwd });
    expect(why.out).toMatch(/paused it .* ago \(lunch\); cantata resume .* continues it\./);

    const cancelled = await run(['cancel', 'last', '--reason', 'no more time'], { cwd });
    expect(cancelled).toMatchObject({ code: 0, out: expect.stringMatching(/^cancelled {2}/) });
    const { code, out } = await running.ended;
    expect(code).toBe(3);
    expect(result(out)).toMatchObject({ status: 'cancelled', exit_code: 3 });
  });

  test('resume of what it paused lets it go on there, and follows', async () => {
    const running = start(['run', scratch.workflow(threePhases('resumed')), '--set', 'ms=1500'], { cwd });
    await driving(running);
    await run(['pause', 'last'], { cwd });
    const resumed = await run(['resume', 'last'], { cwd });
    expect(resumed.code).toBe(0);
    expect(resumed.out).toMatch(/end +completed/);
    expect(await running.ended).toMatchObject({ code: 0 });
  });

  test('the same workflow is refused, with the run that is in the way', async () => {
    const file = scratch.workflow(threePhases('only_one'));
    const running = start(['run', file, '--set', 'ms=60000'], { cwd });
    await driving(running);
    const { code, err } = await run(['run', file], { cwd });
    expect(code).toBe(5);
    expect(err).toMatch(
      /error workflow_already_executing: only_one is being executed since .*, running, 1\/3 begin/,
    );
    expect(err).toMatch(
      / {2}cantata resume [0-9a-f-]{13} +goes on with it\n {2}cantata cancel [0-9a-f-]{13} +ends it\n/,
    );
    running.child.kill('SIGKILL');
    await running.ended;
    const after = await run(['run', file], { cwd });
    expect(after.code).toBe(5);
    expect(after.err).toContain('nobody drives it');
  });

  test('a run that fails leaves the others alone', async () => {
    const running = start(['run', scratch.workflow(threePhases('unharmed')), '--set', 'ms=700'], { cwd });
    await driving(running);
    const failed = await run(['run', scratch.workflow(single('thrower'))], { cwd });
    expect(failed.code).toBe(1);
    expect(failed.out).toContain('agent_error: the disk is on fire');
    expect(await running.ended).toMatchObject({ code: 0 });
  });
});
