// Ctrl-C and its kin, an old Node, a terminal and a reader that goes away: what only a process of its own can show.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createScratch, type Scratch } from '../../apps/cantata/test/scratch.ts';
import { single, threePhases } from '../../apps/cantata/test/workflows.ts';
import { bin, jsonLines, run, start } from './process.ts';

let scratch: Scratch;
let cwd: string;
beforeAll(() => {
  scratch = createScratch();
  cwd = scratch.folder;
});
afterAll(() => scratch.remove());

describe('Ctrl-C', () => {
  test('once writes a checkpoint, stops the run and says how to go on', async () => {
    const running = start(['run', scratch.workflow(threePhases('stopped')), '--set', 'ms=900'], { cwd });
    await running.until(/completed +begin/);
    running.child.kill('SIGINT');
    const { code, out, err } = await running.ended;
    expect(code).toBe(130);
    expect(out).not.toContain('completed     middle');
    const [, id] =
      /\ninterrupted; what had finished is kept\. To go on:\n {2}cantata resume ([0-9a-f-]{36})\n$/.exec(
        err,
      ) ?? [];
    expect(id).toBeDefined();

    const events = jsonLines((await run(['events', id as string, '--json'], { cwd })).out);
    expect(events.at(-1)).toMatchObject({
      event: 'workflow.checkpoint_created',
      cause: 'interrupt',
      recovery_instructions: { redispatch: 3 },
    });
    expect((await run(['list'], { cwd })).out).toMatch(
      / undriven .*\nNobody drives what is marked undriven; cantata resume ID goes on with it\./,
    );
    expect((await run(['why', id as string], { cwd })).out).toMatch(
      /^Nobody drives it: no engine is running/,
    );
    expect((await run(['doctor'], { cwd })).out).toMatch(
      /^warn {2}executions +1 open, 0 paused, 0 parked, 1 undriven$/m,
    );

    const resumed = await run(['resume', id as string], { cwd });
    expect(resumed.code).toBe(0);
    expect(resumed.out).toContain('handed out again');
    expect(resumed.out.match(/completed +begin/g)).toHaveLength(1);
  });

  test('arrives twice from a terminal and npm, and still counts once', async () => {
    const running = start(['run', scratch.workflow(threePhases('doubled')), '--set', 'ms=5000', '--json'], {
      cwd,
    });
    await running.until(/task_assigned/);
    running.child.kill('SIGINT');
    // Far enough apart for the system not to make one of them.
    await sleep(20);
    running.child.kill('SIGINT');
    const { code, out } = await running.ended;
    expect(code).toBe(130);
    expect(jsonLines(out).at(-1)).toEqual({
      result: {
        execution_id: expect.any(String),
        status: 'interrupted',
        driven_elsewhere: false,
        resume: expect.stringMatching(/^cantata resume /),
        exit_code: 130,
      },
    });
  });

  test('twice leaves at once, also while the store keeps the first waiting', async () => {
    const { DatabaseSync } = await import('node:sqlite');
    const running = start(['run', scratch.workflow(threePhases('twice')), '--set', 'ms=5000'], { cwd });
    await running.until(/assigned/);
    const other = new DatabaseSync(scratch.database);
    other.exec('begin immediate');
    running.child.kill('SIGINT');
    await sleep(400);
    running.child.kill('SIGINT');
    const { code } = await running.ended;
    other.exec('rollback');
    other.close();
    expect(code).toBe(130);
    expect((await run(['cancel', 'last'], { cwd })).code).toBe(0);
  });

  test('on one that follows leaves the run to its driver', async () => {
    const driver = start(['run', scratch.workflow(threePhases('driver')), '--set', 'ms=60000'], { cwd });
    await driver.until(/assigned/);
    const follower = start(['resume', 'last'], { cwd });
    await follower.until(/assigned/);
    follower.child.kill('SIGINT');
    const { code, err } = await follower.ended;
    expect(code).toBe(130);
    expect(err).toContain('left; the run goes on in the other process');
    driver.child.kill('SIGINT');
    expect(await driver.ended).toMatchObject({ code: 130 });
  });

  test('on events --follow just ends it', async () => {
    const driver = start(['run', scratch.workflow(threePhases('watched')), '--set', 'ms=60000'], { cwd });
    await driver.until(/assigned/);
    const events = start(['events', 'last', '--follow'], { cwd });
    const whole = start(['events', 'last', '--follow', '--json'], { cwd });
    await events.until(/assigned/);
    events.child.kill('SIGINT');
    expect(await events.ended).toMatchObject({ code: 130, err: '' });
    await whole.until(/task_assigned/);
    await run(['cancel', 'last'], { cwd });
    const { code, out } = await whole.ended;
    expect(code).toBe(0);
    expect(jsonLines(out).at(-1)).toMatchObject({ event: 'workflow.cancelled' });
    expect((await driver.ended).code).toBe(3);
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)('and %s are the same', async (signal) => {
    const running = start(['run', scratch.workflow(threePhases(`ended_${signal}`)), '--set', 'ms=5000'], {
      cwd,
    });
    await running.until(/assigned/);
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ code: 130, err: expect.stringContaining('cantata resume ') });
  });
});

test('an execution that nobody drives can be paused, cancelled and resumed', async () => {
  const running = start(['run', scratch.workflow(threePhases('alone')), '--set', 'ms=400'], { cwd });
  await running.until(/assigned/);
  running.child.kill('SIGKILL');
  await running.ended;
  const paused = await run(['pause', 'last'], { cwd });
  expect(paused).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/^paused {2}alone .*\n {2}cantata resume /),
  });
  expect((await run(['status', 'last'], { cwd })).out).toContain('paused by ');
  const resumed = await run(['resume', 'last', '--quiet'], { cwd });
  expect(resumed).toMatchObject({ code: 0 });
  expect(JSON.parse(resumed.out)).toMatchObject({ task: 'end' });
});

test('a reader that goes away ends the command without a word', async () => {
  const many = {
    ...single('worker'),
    name: 'many',
    tasks: Array.from({ length: 300 }, (_, i) => ({ id: `t${i}`, agent: 'someone' })),
  };
  await run(['run', scratch.workflow(many), '--quiet', '--set', 'ms=0'], { cwd });
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-c', `"${process.execPath}" "${bin}" events last | head -n 2`],
    { cwd, encoding: 'utf8' },
  );
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect(stderr).toBe('');
});

describe('under an old Node', () => {
  /** Makes this Node say that it is an old one. The one it starts instead does not. */
  const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}});Object.defineProperty(process,'version',{value:'v20.1.0'})`;
  const old = (args: readonly string[], folder: string, script = bin) =>
    spawnSync(process.execPath, ['--import', pretend, script, ...args], { cwd: folder, encoding: 'utf8' });
  const empty = realpathSync(mkdtempSync(join(tmpdir(), 'cantata-old-')));
  afterAll(() => rmSync(empty, { recursive: true }));

  test('the command runs itself with a Node that npm installed', () => {
    const { status, stdout, stderr } = old(['--version'], cwd);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(old(['status'], cwd).status).toBe(2);
  });

  test('it says in one line what it needs when there is none', () => {
    mkdirSync(join(empty, 'bin'));
    const script = join(empty, 'bin/cantata.mjs');
    symlinkSync(bin, join(empty, 'bin/linked.js'));
    writeFileSync(script, spawnSync('cat', [bin], { encoding: 'utf8' }).stdout);
    const { status, stdout, stderr } = old(['--version'], empty, script);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^cantata needs Node 24 or later and this is v20\.1\.0; install one, .*\n$/);
  });

  test('Ctrl-C goes through to the one that runs', async () => {
    const child = spawn(
      process.execPath,
      ['--import', pretend, bin, 'run', scratch.workflow(threePhases('under_old')), '--set', 'ms=5000'],
      { cwd },
    );
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (text.includes('assigned')) child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
  });
});

describe('on a terminal', () => {
  /** Gives a program a terminal of its own; part of util-linux, not of the project. */
  const terminal = 'script';
  const hasTerminal = spawnSync(terminal, ['--version']).status === 0;

  test.skipIf(!hasTerminal)(
    'a run shows its tree, gives the cursor back and exits with its code (needs script of util-linux)',
    async () => {
      const file = scratch.workflow(threePhases('shown'));
      const command = `"${process.execPath}" "${bin}" run ${file} --set ms=300`;
      const { status, stdout } = spawnSync(
        terminal,
        ['-qec', `stty cols 90 rows 30; ${command}`, '/dev/null'],
        {
          cwd,
          encoding: 'utf8',
          env: { ...process.env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', NO_COLOR: '' },
        },
      );
      expect(status).toBe(0);
      const text = stripVTControlCharacters(stdout).replaceAll('\r', '');
      expect(text).toMatch(/⠋|⠙|⠹|⠸|⠼/);
      expect(text).toMatch(/━+─+ \d+ % {2}step \d of 4/);
      expect(text).toMatch(/shown 1\.0 · .* · completed · .*\n\n {2}✔ begin/);
      expect(stdout).toContain('\u001B[32m');
      // Hidden while it was redrawn, shown at the end.
      expect(stdout.lastIndexOf('\u001B[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001B[?25l'));
    },
  );
});
