// What a run shows and how it exits, and the configuration it needs.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { noticed, single, threePhases } from './workflows.ts';

let scratch: Scratch;
const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await call(...args, '--json')).out);
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

beforeAll(() => {
  scratch = createScratch();
  scratch.workflow(threePhases('right'));
  scratch.workflow(single('stranger'));
});
afterAll(() => scratch.remove());

describe('run', () => {
  test('on a pipe prints a line an event, then the output and where to look', async () => {
    const { code, out, err } = await call('run', 'right.yaml');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const words = out
      .split('\n\n')[0]
      ?.split('\n')
      .map((line) => line.replace(/^\S+ +(\S+) .*$/, '$1'));
    expect(words?.filter((word) => word !== 'progress')).toEqual(
      [
        ...['start', 'assigned', 'completed', 'assigned', 'assigned', 'assigned'],
        ...['completed', 'completed', 'completed', 'assigned', 'completed', 'end', ''],
      ].slice(0, -1),
    );
    expect(out).toMatch(/\n✔ completed in \d+ ms · 5 turns\n\n\{\n {2}"task": "end",/);
    expect(out).toMatch(/\n… cantata status [0-9a-f-]{13} --output shows all of it\n/);
    expect(out).toMatch(
      /\n {2}cantata status [0-9a-f-]{13} {2}each task and what it took\n {2}cantata events/,
    );
  });

  test('counts the notices with the first run of a version, and not with every one', async () => {
    const once = scratch.workflow(noticed('noticed'));
    expect((await call('run', once)).err).toBe(`1 notice: cantata validate ${once} shows it\n`);
    expect((await call('run', once)).err).toBe('');
    const { out } = await call('validate', once);
    expect(out).toContain('signal_unused');
  });

  test('on a terminal shows a tree that stays', async () => {
    const { code, out } = await cantata(['run', 'right.yaml'], {
      cwd: scratch.folder,
      terminal: { columns: 90, rows: 30 },
    });
    expect(code).toBe(0);
    const text = stripVTControlCharacters(out);
    expect(text).toMatch(
      /right 1\.0 · [0-9a-f-]{13} · completed · 0\.\d s\n\n {2}✔ begin +lead +0\.\d s\n {2}✔ middle {2}3\/3 +0\.\d s\n {4}✔ \[0\]/,
    );
    // Green, and the spinner on the way.
    expect(out).toContain('\u001B[32m✔\u001B[39m');
  });

  test('with --json prints the published events, then one line with the result', async () => {
    const { code, out } = await call(
      'run',
      'right.yaml',
      '--json',
      '--set',
      'ms=4',
      '--timeout',
      '10m',
      '--retry-policy',
      'none',
    );
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const started = lines.find(({ event }) => event === 'workflow.execution_started');
    expect(started).toMatchObject({
      orchestration_pattern: 'supervisor',
      allocated_agents: expect.any(Array),
    });
    expect(lines.map((line) => line['sequence']).slice(0, -1)).toEqual(
      lines.slice(0, -1).map((_, i) => i + 1),
    );
    expect(lines.at(-1)).toEqual({
      result: {
        execution_id: expect.stringMatching(ID),
        workflow_id: expect.stringMatching(ID),
        name: 'right',
        version: '1.0',
        status: 'completed',
        parked: null,
        output: expect.objectContaining({ task: 'end' }),
        error: null,
        elapsed_ms: expect.any(Number),
        exit_code: 0,
      },
    });
  });

  test('with --quiet prints the output and nothing else', async () => {
    const { code, out } = await call(
      'run',
      scratch.workflow(single('worker')),
      '--quiet',
      '--input',
      '{"topic": "rain"}',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ task: 'work', seat: 'someone', input: { topic: 'rain' } });
  });

  test('tells retries with their reason, and the attempts when all failed', async () => {
    const flaky = await call('run', scratch.workflow(single('flaky', { retry_policy: 'fixed' })));
    expect(flaky.code).toBe(0);
    expect(flaky.out).toMatch(
      /retry +work attempt 1 failed: line_busy: the line was busy; attempt 2 of 5 in 1 s/,
    );
    expect(flaky.out).toContain('· 3 turns · 2 retries');
  });

  test('that failed says where, why and what to do', async () => {
    const { code, out } = await call('run', scratch.workflow(single('quitter')));
    expect(code).toBe(1);
    expect(out).toMatch(
      /\n✖ failed after \d+ ms · 1 turn\n\nwork at someone, attempt 1 of 1; the error says that no other can succeed\nno_such_place: there is no such place\n/,
    );
    expect(out).toContain('what came of every task');
    expect(await json('status', 'last')).toMatchObject({
      status: 'failed',
      error_details: { code: 'no_such_place', task: 'work' },
    });
  });

  test('that failed prints its reason beside an empty output with --quiet', async () => {
    const { code, out, err } = await call('run', 'only_quitter.yaml', '--quiet');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('no_such_place: there is no such place');
  });

  test('shows what agents log when asked to, and long outputs cut', async () => {
    const { out, err } = await call('run', scratch.workflow(single('printer')), '--verbose');
    expect(err).toContain('printed by an agent');
    expect(err).toContain('info  work someone noted by an agent {"by":"someone"}');
    expect(err).toContain('info: this engine owns the shards');
    expect(out).toContain('line 23\n… cantata status');
    const whole = await call('status', 'last', '--output');
    expect(whole.out).toMatch(/line 59\n$/);
  });

  test('takes a folder for the workflow in it, with its configuration and its data', async () => {
    const other = createScratch();
    other.workflow(single('worker'), 'workflow.yaml');
    const name = other.folder.split('/').at(-1) as string;
    const { code, out } = await cantata(['run', name], { cwd: join(other.folder, '..') });
    expect(code).toBe(0);
    expect(out).toContain(
      `cantata status ${/status ([0-9a-f-]{13})/.exec(out)?.[1]} --data ${name}/.cantata`,
    );
    expect(existsSync(other.database)).toBe(true);
    other.remove();
  });

  test('keeps its data where it is told to', async () => {
    const { out } = await call('run', 'only_worker.yaml', '--data', 'elsewhere');
    expect(existsSync(join(scratch.folder, 'elsewhere/cantata.db'))).toBe(true);
    expect(out).toContain('--data elsewhere');
    const listed = await cantata(['list', '--json'], {
      cwd: scratch.folder,
      variables: { CANTATA_DATA: 'elsewhere' },
    });
    expect(JSON.parse(listed.out)).toHaveLength(1);
    const configured = createScratch();
    configured.file(
      'cantata.config.ts',
      `import { defineConfig } from '@cantata/sdk';\nexport default defineConfig({ dataDir: 'kept/here', agents: { worker: { perform: () => 1 } } });\n`,
    );
    await cantata(['run', configured.workflow(single('worker'))], { cwd: configured.folder });
    expect(existsSync(join(configured.folder, 'kept/here/cantata.db'))).toBe(true);
    configured.remove();
  });

  test('refuses agent types nobody is bound to, before it starts', async () => {
    const { code, err } = await call('run', 'only_stranger.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(
      /^only_stranger\.yaml:\d+:\d+ {2}error {3}agent_type_unbound {2}no agent is bound to the type `stranger` in cantata\.config\.ts\n.*bound are worker, /,
    );
    const asJson = await call('run', 'only_stranger.yaml', '--json');
    expect(JSON.parse(asJson.err)).toMatchObject({
      error: { code: 'agent_type_unbound', problems: [{ path: 'agents.someone.type' }] },
      exit_code: 2,
    });
  });

  test('refuses a changed document with the version of another', async () => {
    scratch.workflow({ ...single('worker'), tasks: [{ id: 'other', agent: 'someone' }] });
    const { code, err } = await call('run', 'only_worker.yaml');
    expect({ code, err }).toEqual({
      code: 5,
      err: expect.stringContaining(
        'error version_conflict: only_worker 1.0 was registered with other content\n  Raise `version` in only_worker.yaml.',
      ),
    });
  });

  test('refuses an input that is none', async () => {
    const { code, err } = await call('run', 'right.yaml', '--input', '{topic}');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('error input_invalid: --input is not JSON: '),
    });
  });
});

describe('a configuration', () => {
  const cases = [
    ['throws', 'throw new Error("no key");\nexport default {};', /cannot be loaded: no key/],
    ['does not parse', 'export default {{;', /cannot be loaded: /],
    [
      'needs a package that is not there',
      "import 'left-pad-of-nowhere';\nexport default {};",
      /left-pad-of-nowhere/,
    ],
    ['exports nothing', 'export const agents = {};', /has no default export/],
  ] as const;

  test.each(cases)('that %s is refused with its name and what to do', async (_, text, message) => {
    const other = createScratch();
    other.file('cantata.config.ts', text);
    const { code, err } = await cantata(['run', other.workflow(single('worker'))], { cwd: other.folder });
    expect(code).toBe(2);
    expect(err).toMatch(/^error config_invalid: .*cantata\.config\.ts/);
    expect(err).toMatch(message);
    const listed = await cantata(['list'], { cwd: other.folder });
    expect(listed).toMatchObject({ code: 0, err: expect.stringContaining('warn: config_invalid: ') });
    const doctor = await cantata(['doctor'], { cwd: other.folder });
    expect(doctor).toMatchObject({ code: 2, out: expect.stringMatching(/^fail {2}config /m) });
    other.remove();
  });

  test('that is missing is said, and how to get one', async () => {
    const other = createScratch();
    rmSync(join(other.folder, 'cantata.config.ts'));
    const { code, err } = await cantata(['run', other.workflow(single('worker'))], { cwd: other.folder });
    expect(code).toBe(2);
    expect(err).toContain('error config_invalid: there is no cantata.config.ts in . or above\n');
    expect(err).toContain('`cantata init` writes one');
    other.remove();
  });
});
