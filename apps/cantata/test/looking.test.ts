// Everything that looks at what was executed, on one small history of executions.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { documentOf, single, threePhases } from './workflows.ts';

let scratch: Scratch;
const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await call(...args, '--json')).out);

beforeAll(async () => {
  scratch = createScratch();
  const right = scratch.workflow(threePhases('right'));
  const quitter = scratch.workflow(single('quitter'));
  const printer = scratch.workflow(single('printer'));
  for (const file of [right, quitter, printer]) await call('run', file);
});
afterAll(() => scratch.remove());

test('a round of a loop is told with the time that it took', async () => {
  const tasks = [{ id: 'work', agent: 'someone', loop: { max_iterations: 2 } }];
  const rounds = documentOf({ name: 'rounds', agents: { someone: { type: 'worker' } }, tasks });
  await call('run', scratch.file('rounds.yaml', rounds), '--set', 'ms=30');
  const { out } = await call('events', 'last');
  expect(out.match(/completed +work in [1-9]\d* ms\n/g)).toHaveLength(2);
  await call('delete', 'last', '--yes');
});

test('what was completed before its time says why', async () => {
  const tasks = [
    { id: 'one', agent: 'someone' },
    { id: 'two', agent: 'someone', depends_on: ['one'] },
  ];
  const agents = { someone: { type: 'worker' } };
  await call('run', scratch.workflow({ name: 'capped', agents, tasks, budget: { turns: 1 } }));
  expect((await call('status', 'last')).out).toContain('It was stopped (budget: turns 1)');
  await call('delete', 'last', '--yes');
});

describe('what was executed', () => {
  test('is listed, the newest first', async () => {
    const { code, out } = await call('list', '--limit', '2');
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^ID +WORKFLOW +VERSION +STATUS +PHASE +STARTED +TOOK$/);
    expect(lines[1]).toMatch(/^[0-9a-f-]{13} +only_printer +1\.0 +completed +1\/1 work +.* +\d+ ms$/);
    expect(lines[3]).toBe('The newest 2; --limit shows more.');
    expect(await json('list', '--open')).toEqual([]);
    expect((await call('list', '--open')).out).toMatch(/^Nothing is open\./);
    const all = (await json('list')) as { status: string }[];
    expect(all[0]).toMatchObject({
      name: 'only_printer',
      status: 'completed',
      driven: true,
      parked: false,
      tasks_total: 1,
    });
  });

  test('has a status, for people and as the specification has it', async () => {
    const [id] = ((await json('list')) as { name: string; execution_id: string }[])
      .filter(({ name }) => name === 'right')
      .map((row) => row.execution_id);
    const { out } = await call('status', id as string);
    expect(out).toMatch(/^right 1\.0 · [0-9a-f-]{13} · completed · 0\.\d s\n\n {2}✔ begin /);
    expect(out).toMatch(
      /\n {2}id +[0-9a-f-]{36}\n {2}started +\d{4}-\d\d-\d\d .*\n {2}ended .*\n {2}turns +5, 0 retries, at most 3 at once\n/,
    );
    expect(await json('status', (id as string).slice(0, 13))).toMatchObject({
      execution_id: id,
      status: 'completed',
      current_phase: '3/3 end',
      performance_metrics: { turns: 5 },
    });
  });

  test('has no output unless it completed', async () => {
    const failed = ((await json('list')) as { status: string; execution_id: string }[]).find(
      ({ status }) => status === 'failed',
    );
    const { code, err } = await call('status', failed?.execution_id as string, '--output');
    expect({ code, err }).toEqual({ code: 5, err: expect.stringContaining('error not_completed: ') });
    const status = await call('status', failed?.execution_id as string);
    expect(status.out).toContain('It failed in work: no_such_place: there is no such place');
  });

  test('says why it is as it is', async () => {
    expect((await call('why', 'last')).out).toBe('It is completed; nothing is left to do.\n');
    expect(await json('why', 'last')).toMatchObject({
      causes: [{ subject: 'execution', code: 'completed' }],
    });
  });

  test('has events, from the first or after one', async () => {
    const { out } = await call('events', 'last');
    const lines = out.trim().split('\n');
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\S+Z {2}requested +only_printer 1\.0 with \{\}$/);
    expect(lines.at(-1)).toMatch(/ {2}end +completed in \d+ ms$/);
    const after = await call('events', 'last', '--after', String(lines.length - 1), '--json', '--follow');
    expect(JSON.parse(after.out)).toMatchObject({ event: 'workflow.completed', sequence: lines.length });
  });

  test.each([
    ['resume', 'already_ended'],
    ['pause', 'already_ended'],
    ['cancel', 'already_ended'],
  ])('cannot be told to %s', async (command, error) => {
    const { code, err } = await call(command, 'last');
    expect({ code, err }).toEqual({ code: 5, err: expect.stringContaining(`error ${error}: `) });
  });
});

describe('an id', () => {
  test.each([
    ['last1', 'is not an id'],
    ['01a2', 'is too short: give at least 6 characters'],
  ])('%s is misuse', async (id, message) => {
    expect(await call('status', id)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });

  test('nobody has is not found', async () => {
    expect(await call('status', 'ffffffff')).toMatchObject({
      code: 2,
      err: expect.stringContaining('error execution_not_found: '),
    });
  });

  test('that several begin with is refused with all of them', async () => {
    const all = (await json('list')) as { execution_id: string }[];
    const { code, err } = await call('why', String(all[0]?.execution_id).slice(0, 6));
    expect(code).toBe(2);
    expect(err).toContain('is the beginning of several ids');
    expect(err).toContain(all[0]?.execution_id);
  });
});

describe('doctor', () => {
  test('finds all well', async () => {
    const { code, out } = await call('doctor');
    expect(code).toBe(0);
    expect(out).toMatch(/^ok {4}node +v\d+\.\d+\.\d+ at \//m);
    expect(out).toMatch(/^ok {4}config +cantata\.config\.ts binds worker, /m);
    expect(out).toMatch(/^ok {4}database +\.cantata\/cantata\.db, .* events, schema \d+, wal, sound$/m);
    expect(out).toMatch(/^ok {4}owner +nobody: no run is being driven$/m);
    expect(out).toMatch(/\nAll is well\.\n$/);
  });

  test('gives programs the same', async () => {
    expect(await json('doctor')).toMatchObject({
      state: 'ok',
      findings: expect.arrayContaining([expect.objectContaining({ subject: 'sqlite', state: 'ok' })]),
    });
  });

  test('looks at the terminal, and at a project that has nothing yet', async () => {
    const other = createScratch();
    rmSync(join(other.folder, 'cantata.config.ts'));
    const wide = await cantata(['doctor'], { cwd: other.folder, terminal: { columns: 100, rows: 30 } });
    const plain = stripVTControlCharacters(wide.out);
    expect(plain).toMatch(/^ok {4}terminal +100 by 30, colours, Unicode$/m);
    expect(plain).toMatch(/^warn {2}config +no cantata\.config\.ts here or above$/m);
    expect(plain).toMatch(/^ok {4}database +none yet; the first run makes \.cantata\/cantata\.db$/m);
    expect(plain).toMatch(/\n1 warning\n$/);
    const narrow = await cantata(['doctor'], { cwd: other.folder, terminal: { columns: 50, rows: 30 } });
    expect(stripVTControlCharacters(narrow.out)).toContain('The live tree needs 60 columns');
    other.file('cantata.config.ts', 'export default { agents: {} };');
    const dumb = await cantata(['doctor'], {
      cwd: other.folder,
      terminal: { columns: 100, rows: 30 },
      variables: { TERM: 'dumb' },
    });
    expect(dumb.out).toMatch(/TERM=dumb: runs show plain lines\./);
    expect(dumb.out).toMatch(/^warn {2}config +cantata\.config\.ts binds no agent type$/m);
    other.remove();
  });
});
