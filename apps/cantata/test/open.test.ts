// Executions that have not ended: driven here, driven by nobody, paused, parked. One process plays all parts.
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { createSystemClock } from '@cantata/engine';
import { openSqliteStore } from '@cantata/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { begin, type Call, type CallOptions, cantata, type Result } from './in-process.ts';
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

/** A run of three phases whose agents take so long, up to its first assignment. */
async function running(
  name: string,
  ms: number,
  args: readonly string[] = [],
  options: Partial<CallOptions> = {},
): Promise<Call> {
  const file = scratch.workflow(threePhases(name));
  const run = begin(['run', file, '--set', `ms=${ms}`, ...args], { cwd: scratch.folder, ...options });
  await run.until(/assigned|lead/);
  return run;
}

/** Who was interrupted swallows the same press for a moment longer. */
async function nobodyListens(): Promise<void> {
  await expect.poll(() => process.listenerCount('SIGHUP'), { timeout: 5_000, interval: 5 }).toBe(0);
}

async function interrupted(name: string): Promise<Result> {
  const run = await running(name, 30_000);
  process.emit('SIGINT');
  return run.ended;
}

describe('an execution that is driven', () => {
  test('is expected to take as long as the last one', async () => {
    const file = scratch.workflow(threePhases('again'));
    expect(await call('run', file, '--set', 'ms=700')).toMatchObject({ code: 0 });
    const run = await running('again', 60_000);
    const { out } = await call('status', 'last');
    expect(out).toMatch(/ {2}expected +about \d+ s left, until /);
    expect(out).toContain('  critical path  begin → middle → end\n');
    const { performance_metrics: metrics } = (await json('status', 'last')) as {
      performance_metrics: { planned_ms: number; expected_finish: string; critical_path: readonly string[] };
    };
    expect(metrics).toMatchObject({ critical_path: ['begin', 'middle', 'end'] });
    expect(metrics.planned_ms).toBeLessThan(30_000);
    await call('cancel', 'last');
    await run.ended;
  });

  test('is shown as such by everything that looks at it, and can be paused, resumed and cancelled', async () => {
    const run = await running('seen', 60_000, ['--json']);
    expect((await call('list')).out).toMatch(/ seen +1\.0 +running +1\/3 begin/);
    expect((await call('doctor')).out).toMatch(
      new RegExp(`^ok {4}owner +process ${process.pid} on ${hostname()}, for \\S+ s at a time$`, 'm'),
    );
    expect((await call('why', 'last')).out).toMatch(
      /^It is running: agents work on begin\.\n {2}middle waits for begin \(begin is running\)\./,
    );
    const { out: shown } = await call('status', 'last');
    expect(shown).toMatch(/● begin +lead/);
    expect(shown).toMatch(/ {2}expected +about \d+ s left \(a guess\), until \d{4}-/);
    expect(shown).toContain('  critical path  begin → middle → end\n');

    const paused = await call('pause', 'last', '--reason', 'lunch');
    expect(paused).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^paused {2}seen [0-9a-f-]{13}; what runs may finish, nothing new starts\n {2}cantata resume [0-9a-f-]{13}\n$/,
      ),
    });
    expect((await call('status', 'last')).out).toMatch(
      /paused by .* ago: lunch|paused by .* just now: lunch/,
    );
    expect(await call('pause', 'last')).toMatchObject({
      code: 5,
      err: expect.stringContaining('error not_running: '),
    });
    expect((await call('list')).out).toMatch(/ paused /);

    const resumed = begin(['resume', 'last'], { cwd: scratch.folder });
    await resumed.until(/resumed/);
    const cancelled = await json('cancel', 'last', '--reason', 'enough');
    expect(cancelled).toMatchObject({ status: 'cancelled' });
    expect(await resumed.ended).toMatchObject({
      code: 3,
      err: expect.stringContaining('owns the data and drives'),
    });
    const { code, out } = await run.ended;
    expect(code).toBe(3);
    expect(JSON.parse(out.trim().split('\n').at(-1) as string)).toMatchObject({
      result: { status: 'cancelled', output: null, exit_code: 3 },
    });
    expect((await call('status', 'last')).out).toContain('It was cancelled: enough.');
  });

  test('paused on a terminal says so, and cancelled says why', async () => {
    const run = await running('watched', 60_000, [], { terminal: { columns: 100, rows: 30 } });
    await call('pause', 'last', '--reason', 'lunch');
    await run.until(/paused by/);
    expect(await json('pause', 'last').catch(() => 'refused')).toBe('refused');
    await call('cancel', 'last', '--reason', 'enough');
    const { code, out } = await run.ended;
    expect(code).toBe(3);
    expect(out).toContain('cancelled after ');
    expect(out).toContain(': enough');
  });

  test('keeps a second one of its workflow out, and says what helps', async () => {
    const run = await running('lonely', 3_000);
    const { code, err } = await call('run', 'lonely.yaml');
    expect(code).toBe(5);
    expect(err).toMatch(
      /error workflow_already_executing: lonely is being executed since \d{4}-.* \(.*\): [0-9a-f-]{13}, running, \d\/3 \w+\n {2}cantata resume .*\n {2}cantata cancel /,
    );
    process.emit('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 130 });
  });

  test('keeps a third one out where two are admitted', async () => {
    const two = { ...threePhases('pair'), max_concurrent_executions: 2 };
    const file = scratch.workflow(two);
    const runs = [1, 2].map(() => begin(['run', file, '--set', 'ms=60000'], { cwd: scratch.folder }));
    await Promise.all(runs.map((run) => run.until(/assigned/)));
    const { code, err } = await call('run', file);
    expect(code).toBe(5);
    expect(err).toContain('pair has 2 open executions, and 2 are allowed; one of them is ');
    process.emit('SIGINT');
    for (const run of runs) expect((await run.ended).code).toBe(130);
  });

  test('is left by who follows it', async () => {
    const run = await running('followed', 60_000);
    const follower = begin(['resume', 'last'], { cwd: scratch.folder });
    await follower.until(/owns the data/);
    await follower.until(/assigned/);
    // Both are of this process: both hear it.
    process.emit('SIGINT');
    expect(await follower.ended).toMatchObject({
      code: 130,
      err: expect.stringMatching(/left; the run goes on in the other process\n {2}cantata resume /),
    });
    expect(await run.ended).toMatchObject({ code: 130 });
  });
});

describe('an interrupted execution', () => {
  test('says how to go on, is undriven, and goes on', async () => {
    const { code, err } = await interrupted('stopped');
    expect((await call('status', 'last')).out).not.toContain('expected');
    expect(code).toBe(130);
    expect(err).toMatch(
      /\ninterrupted; what had finished is kept\. To go on:\n {2}cantata resume [0-9a-f-]{36}\n$/,
    );
    expect((await call('list')).out).toMatch(
      / undriven +1\/3 begin.*\nNobody drives what is marked undriven; cantata resume ID goes on with it\.\n$/,
    );
    expect(await json('list', '--open')).toMatchObject([{ status: 'running', driven: false }]);
    expect((await call('why', 'last')).out).toMatch(
      /^Nobody drives it: no engine is running, .* cantata resume [0-9a-f-]{36} continues it\. Agents worked on begin; that is handed out again then\.\n {2}middle waits/,
    );
    // Two days later nobody has worked at it for two days.
    const database = new DatabaseSync(scratch.database);
    database.exec('update events set at = at - 172800000');
    database.close();
    const { out: shown } = await call('status', 'last');
    expect(shown).toMatch(/^stopped 1\.0 .* \d+\.\d s\n/);
    expect(shown).toMatch(/ begin +lead +\d+\.\d s/);
    expect(shown).toMatch(/ started .* 48 h|2 d/);
    expect((await call('status', 'last')).out).toMatch(/checkpoint +[0-9a-f-]{13}, /);
    expect((await call('doctor')).out).toMatch(
      /^warn {2}executions +1 open, 0 paused, 0 parked, 1 undriven\n +cantata resume [0-9a-f-]{13} goes on with the newest of them\.$/m,
    );
    expect((await call('run', 'stopped.yaml')).err).toContain('and nobody drives it');
    expect(await call('cancel', 'last')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^cancelled {2}[0-9a-f-]{13}\n$/),
    });
  });

  test('can be paused by a command that does not drive it, and resumed to its end', async () => {
    const run = await running('again', 300);
    process.emit('SIGHUP');
    await run.ended;
    expect(await json('pause', 'last')).toMatchObject({
      status: 'paused',
      checkpoint_id: expect.any(String),
      resume: expect.stringMatching(/^cantata resume /),
    });
    const { code, out, err } = await call('resume', 'last', '--json');
    expect({
      code,
      err,
      why: code === 0 ? '' : (await call('why', 'last')).out + (await call('events', 'last')).out,
    }).toEqual({ code: 0, err: '', why: '' });
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { event?: string }).event),
    ).toContain('agent.lost');
  });

  test('with --json is told as JSON', async () => {
    const run = await running('told', 30_000, ['--json']);
    process.emit('SIGINT');
    const { code, out } = await run.ended;
    expect(code).toBe(130);
    expect(JSON.parse(out.trim().split('\n').at(-1) as string)).toEqual({
      result: {
        execution_id: expect.any(String),
        status: 'interrupted',
        driven_elsewhere: false,
        resume: expect.any(String),
        exit_code: 130,
      },
    });
  });

  test('before it began has no id', async () => {
    const file = scratch.workflow(threePhases('early'));
    await nobodyListens();
    const run = begin(['run', file, '--json'], { cwd: scratch.folder });
    while (process.listenerCount('SIGHUP') === 0) await new Promise(setImmediate);
    process.emit('SIGINT');
    const { code, out } = await run.ended;
    expect(code).toBe(130);
    expect(JSON.parse(out)).toMatchObject({ result: { execution_id: null, resume: null } });
    await nobodyListens();
    const plain = begin(['run', scratch.workflow(threePhases('earlier'))], { cwd: scratch.folder });
    while (process.listenerCount('SIGHUP') === 0) await new Promise(setImmediate);
    process.emit('SIGINT');
    expect((await plain.ended).err).toContain('interrupted before the run began');
  });

  test('in a folder of its own is resumed from above with the options it needs', async () => {
    const run = begin(
      ['run', scratch.workflow(threePhases('deep')), '--set', 'ms=30000', '--data', 'kept data'],
      { cwd: scratch.folder },
    );
    await run.until(/assigned/);
    process.emit('SIGINT');
    expect((await run.ended).err).toMatch(/cantata resume [0-9a-f-]{36} --data 'kept data'\n$/);
    const above = await cantata(['why', 'last', '--data', `${scratch.folder}/kept data`], {
      cwd: `${scratch.folder}/..`,
    });
    expect(above.out).toMatch(/cantata resume [0-9a-f-]{36} --data '\S+\/kept data' continues it/);
    const away = await cantata(
      ['why', 'last', '--data', `${scratch.folder}/kept data`, '--config', `${scratch.folder}/../none.ts`],
      { cwd: '/' },
    );
    expect(away.code).toBe(2);
  });
});

describe('events --follow', () => {
  test('ends with the execution, or with Ctrl-C', async () => {
    const run = await running('followed', 250);
    const events = begin(['events', 'last', '--follow', '--json'], { cwd: scratch.folder });
    await run.ended;
    const { code, out } = await events.ended;
    expect(code).toBe(0);
    expect(JSON.parse(out.trim().split('\n').at(-1) as string)).toMatchObject({
      event: 'workflow.completed',
    });

    await interrupted('stopped');
    const waiting = begin(['events', 'last', '--follow'], { cwd: scratch.folder });
    await waiting.until(/checkpoint/);
    process.emit('SIGINT');
    expect((await waiting.ended).code).toBe(130);
  });

  test('says that none will come where nobody drives the execution, and where it is paused', async () => {
    await interrupted('stopped');
    const undriven = begin(['events', 'last', '--follow', '--json'], { cwd: scratch.folder });
    await undriven.until(/Nobody drives it: .* cantata resume [0-9a-f-]{36} continues it\./);
    await call('pause', 'last');
    await undriven.until(/workflow\.paused/);
    process.emit('SIGINT');
    const { out } = await undriven.ended;
    for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');

    const paused = begin(['events', 'last', '--follow'], { cwd: scratch.folder });
    await paused.until(/paused it .* cantata resume [0-9a-f-]{36} continues it/);
    process.emit('SIGINT');
    expect((await paused.ended).code).toBe(130);
  });
});

describe('a parked execution', () => {
  test('is marked, explained and resumed when there is room again', async () => {
    await call('run', scratch.workflow(single('worker')));
    const text = 'x'.repeat(100_000);
    const file = scratch.workflow(threePhases('stored'));
    const full = await cantata(['run', file, '--set', `text=${text}`], {
      cwd: scratch.folder,
      variables: { CANTATA_MAX_PAGES: '78' },
    });
    expect(full.code).toBe(4);
    expect(full.err).toMatch(/error: a commit was refused \(store_full\)\n/);
    expect(full.out + full.err).toMatch(/(error|parked:) store_full: /);
    expect(full.out + full.err).toMatch(/ {2}cantata resume [0-9a-f-]{13}/);
    expect(await json('list', '--open')).toMatchObject([{ parked: true }]);
    expect((await call('list')).out).toMatch(/ stored +1\.0 +parked /);
    expect((await call('doctor')).out).toMatch(/^warn {2}executions +1 open, 0 paused, 1 parked/m);
    expect((await call('why', 'last')).out).toMatch(/^It is parked: store_full: /);
    expect((await call('run', file)).err).toContain(', parked');
    expect((await call('resume', 'last', '--quiet')).code).toBe(0);
  });
});

describe('an owner', () => {
  /** Data that a process of this number owns, as far as its lease says. */
  async function ownedBy(pid: number): Promise<void> {
    await call('run', scratch.workflow(single('worker')));
    const store = await openSqliteStore({ path: scratch.database });
    await store.leases.claim({ id: createSystemClock().id(), host: hostname(), pid }, Date.now(), 60_000);
    await store.close();
  }

  test('that is dead is found out, and nobody waits for its lease', async () => {
    await ownedBy(4_194_303);
    expect((await call('doctor')).out).toMatch(
      /^ok {4}owner +process 4194303 on \S+ did until it ended; the next command takes over$/m,
    );
    const again = await call('run', 'only_worker.yaml');
    expect(again).toMatchObject({ code: 0 });
    expect(again.err).not.toContain('owns the data');
  });

  test('that lives is asked, and does not answer here', async () => {
    await ownedBy(process.ppid);
    const run = begin(['run', 'only_worker.yaml'], { cwd: scratch.folder });
    await run.until(new RegExp(`process ${process.ppid} owns`));
    process.emit('SIGINT');
    expect((await run.ended).code).toBe(130);
  });
});

describe('an execution whose log is damaged', () => {
  /** In the middle, with no snapshot that would lead past it. */
  function tear(): void {
    const database = new DatabaseSync(scratch.database);
    database.exec(`delete from snapshots; update events set data = '{' where sequence = 3`);
    database.close();
  }

  test('keeps its workflow busy until it is cancelled; then everything says what happened', async () => {
    await interrupted('torn');
    tear();
    const file = 'torn.yaml';
    expect((await call('resume', 'last', '--quiet')).code).toBe(4);
    expect((await call('status', 'last')).out).toMatch(
      /^torn 1\.0 \S+ parked\n[^]*It cannot be read, .*: store_corrupt: .* cantata cancel \S+ ends it\.\n$/,
    );
    expect((await call('run', file)).err).toMatch(
      /workflow_already_executing: torn is being executed since .*, and cannot be read\n/,
    );

    const cancelled = await call('cancel', 'last', '--reason', 'its log is torn');
    expect(cancelled).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^cancelled {2}\S+ cancelled by \S+ \(its log is torn\) while parked \(store_corrupt: .*\); nothing of it was undone\n$/,
      ),
    });
    const [{ execution_id: id } = { execution_id: '' }] = (await json('list')) as { execution_id: string }[];
    expect((await call('list')).out).toMatch(/ torn +1\.0 +cancelled /);
    expect(await json('list', '--open')).toEqual([]);
    expect((await call('why', id)).out).toMatch(/^It was cancelled by \S+ \(its log is torn\) while parked/);
    expect((await call('status', id)).out).toMatch(/^torn 1\.0 \S+ cancelled\n[^]*It was cancelled by /);
    expect(await json('status', id)).toMatchObject({ status: 'cancelled', tasks: [] });
    expect(await call('status', id, '--output')).toMatchObject({ code: 5 });
    expect(await call('cancel', id)).toMatchObject({ code: 5 });
    expect(await call('resume', id)).toMatchObject({
      code: 5,
      err: expect.stringMatching(
        /already_ended: .* is cancelled: cancelled by .*; there is nothing to resume\n/,
      ),
    });
    expect(await call('run', file, '--quiet')).toMatchObject({ code: 0 });
  });

  test('is told as JSON when it is written off', async () => {
    await interrupted('torn');
    tear();
    expect(await json('cancel', 'last')).toMatchObject({
      status: 'cancelled',
      reason: expect.stringContaining('while parked'),
    });
  });
});
