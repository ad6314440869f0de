// What every command prints and how it exits, for people and as JSON, on one small history of executions.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { single, threePhases } from './workflows.ts';

let scratch: Scratch;
const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await call(...args, '--json')).out);
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

beforeAll(() => {
  scratch = createScratch();
});
afterAll(() => scratch.remove());

describe('the command itself', () => {
  test('without arguments says what it can do', async () => {
    const { code, out, err } = await call();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const name of [
      'init',
      'validate',
      'plan',
      'schema',
      'run',
      'resume',
      'list',
      'status',
      'why',
      'events',
      'pause',
      'cancel',
      'doctor',
    ]) {
      expect(out).toMatch(new RegExp(`^ {2}${name} .*\\w`, 'm'));
    }
  });

  test('says its version and the help of a command', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
      version: string;
    };
    expect(await call('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const help = await call('run', '--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toContain('--retry-policy <name>');
    expect(await call('help', 'run')).toEqual(help);
    expect(await call('help')).toEqual(await call());
  });

  test.each([
    [['rum'], "unknown command 'rum'", 'Did you mean run?'],
    [['run'], "missing required argument 'file'", ''],
    [['run', 'x.yaml', '--fast'], "unknown option '--fast'", ''],
    [['run', 'x.yaml', '--retry-policy', 'often'], 'is invalid', 'Allowed choices are none, fixed, linear'],
    [['run', 'x.yaml', '--timeout', 'soon'], '"soon" is no duration', ''],
    [
      ['list', '--limit', 'all'],
      "option '--limit <n>' argument 'all' is invalid. It is not a whole number.",
      '',
    ],
    [['list', '--limit', '0'], "option '--limit <n>' argument '0' is invalid. It is less than 1.", ''],
    [['run', 'nowhere.yaml'], 'there is no file nowhere.yaml', ''],
    [['plan', '.'], 'the folder . has no workflow.yaml', ''],
    [['list', '--config', 'nowhere.ts'], 'there is no configuration nowhere.ts', ''],
  ])('%j is misuse', async (args, message, hint) => {
    const { code, out, err } = await call(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error usage: /);
    expect(err).toContain(message);
    expect(err).toContain(hint);
  });

  test('an environment that cannot be is misuse, too', async () => {
    const { code, err } = await cantata(['list'], {
      cwd: scratch.folder,
      variables: { WORKFLOW_TIMEOUT_HOURS: 'x' },
    });
    expect(code).toBe(2);
    expect(err).toContain('WORKFLOW_TIMEOUT_HOURS is "x"');
  });
});

describe('before anything was executed', () => {
  test('list says so, and leaves no database behind', async () => {
    expect(await call('list')).toEqual({
      code: 0,
      out: 'Nothing was executed here yet. cantata run FILE executes a workflow.\n',
      err: '',
    });
    expect(await json('list')).toEqual([]);
    expect(existsSync(scratch.dataDir)).toBe(false);
  });

  test.each(['status', 'why', 'events', 'pause', 'cancel'])('%s finds nothing', async (command) => {
    const { code, err } = await call(command, 'last');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/^error execution_not_found: nothing was executed here yet/),
    });
  });

  test('who stands in a folder above is told where there is data', async () => {
    const other = createScratch();
    await cantata(['run', other.workflow(single('worker'))], { cwd: other.folder });
    const above = await cantata(['list'], { cwd: join(other.folder, '..') });
    expect(above.out).toContain(
      `There is data in ${other.folder.split('/').at(-1)}/.cantata: cantata list --data`,
    );
    other.remove();
  });
});

describe('validate', () => {
  test('accepts what is right, with its notices', async () => {
    const { code, out } = await call('validate', scratch.workflow(threePhases('right')));
    expect(code).toBe(0);
    expect(out).toMatch(/^right\.yaml:\d+:\d+ {2}notice {2}declared_not_enforced /);
    expect(out).toMatch(/\nvalid {2}right 1\.0, 3 tasks, 1 notice\n$/);
  });

  test('reports every problem of every file with its place and hint', async () => {
    const wrong = scratch.workflow({
      ...threePhases('wrong'),
      tasks: [
        { id: 'begin', agent: 'lad' },
        { id: 'middle', agent: 'hands', depends_on: ['begn'] },
      ],
    });
    const unbound = scratch.workflow(single('stranger'));
    const { code, out } = await call('validate', wrong, unbound, 'right.yaml');
    expect(code).toBe(2);
    const line = (file: string, text: string): number =>
      readFileSync(join(scratch.folder, file), 'utf8')
        .split('\n')
        .findIndex((each) => each.includes(text)) + 1;
    expect(out).toMatch(
      new RegExp(
        `^wrong\\.yaml:${line(wrong, '"lad"')}:\\d+ +error +agent_unknown .*\n.*did you mean \`lead\``,
        'm',
      ),
    );
    expect(out).toMatch(new RegExp(`^wrong\\.yaml:${line(wrong, '"begn"')}:\\d+ +error +task_unknown `, 'm'));
    const type = line(unbound, '"stranger"');
    expect(out).toMatch(
      new RegExp(
        `^only_stranger\\.yaml:${type}:\\d+ +error +agent_type_unbound +no agent is bound to the type \`stranger\` in cantata\\.config\\.ts`,
        'm',
      ),
    );
    expect(out).toMatch(/\ninvalid {2}\d errors, \d notices? in 3 files, 1 valid\n$/);
  });

  test('gives programs the same', async () => {
    const report = (await json('validate', 'only_stranger.yaml')) as { files: { problems: object[] }[] };
    expect(report).toMatchObject({
      valid: false,
      files: [{ file: 'only_stranger.yaml', valid: false }],
      config: [],
    });
    expect(report.files[0]?.problems).toContainEqual(
      expect.objectContaining({
        code: 'agent_type_unbound',
        severity: 'error',
        path: 'agents.someone.type',
        line: expect.any(Number),
      }),
    );
  });

  test('says of a configuration that does not load that it does not', async () => {
    const other = createScratch();
    other.file('cantata.config.ts', 'export default { agents: { worker: 3 }, colour: "red" };');
    const file = other.workflow(single('worker'));
    const { code, out } = await cantata(['validate', file, file], { cwd: other.folder });
    expect(code).toBe(2);
    expect(out).toMatch(
      /error {2}config_invalid .*`colour` is not a setting.*`agents\.worker` is not an agent/,
    );
    expect(out.match(/config_invalid/g)).toHaveLength(1);
    other.remove();
  });
});

describe('run', () => {
  test('on a pipe prints a line an event, then the output and where to look', async () => {
    const { code, out, err } = await call('run', 'right.yaml');
    expect({ code, err }).toEqual({ code: 0, err: '1 notice: cantata validate right.yaml shows it\n' });
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
    const once = scratch.workflow(threePhases('noticed'));
    expect((await call('run', once)).err).toBe(`1 notice: cantata validate ${once} shows it\n`);
    expect((await call('run', once)).err).toBe('');
    const { out } = await call('validate', once);
    expect(out).toContain('declared_not_enforced');
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
    expect(flaky.out).toContain(
      'retry       work attempt 1 failed: line_busy: the line was busy; attempt 2 of 5 in 1 s',
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
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\S+Z {2}requested {3}only_printer 1\.0 with \{\}$/);
    expect(lines.at(-1)).toMatch(/ {2}end {9}completed in \d+ ms$/);
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

describe('init', () => {
  test('writes a workflow that runs, and never over what is there', async () => {
    const other = createScratch();
    const init = (...args: readonly string[]): Promise<Result> =>
      cantata(['init', ...args], { cwd: other.folder });
    other.file('.gitignore', 'dist');
    const refused = await init();
    expect(refused).toMatchObject({
      code: 5,
      err: expect.stringMatching(
        /^error already_there: cantata\.config\.ts exists in .*\n.*--force replaces/,
      ),
    });

    const { code, out } = await init('my project');
    expect(code).toBe(0);
    expect(out).toContain(
      "Wrote workflow.yaml, cantata.config.ts, workflow.schema.json, package.json, .gitignore in 'my project'.\n\n  cd 'my project'\n  cantata run workflow.yaml ",
    );
    const folder = join(other.folder, 'my project');
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'my-project',
      type: 'module',
      dependencies: { '@cantata/sdk': expect.any(String) },
    });
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('node_modules/\n.cantata/\n');

    writeFileSync(join(folder, 'workflow.yaml'), 'mine');
    expect((await init('my project')).code).toBe(5);
    expect(readFileSync(join(folder, 'workflow.yaml'), 'utf8')).toBe('mine');
    expect(JSON.parse((await init('my project', '--force', '--json')).out)).toEqual({
      folder,
      written: ['workflow.yaml', 'cantata.config.ts', 'workflow.schema.json'],
    });

    const forced = await init('--force');
    expect(forced.out).toMatch(
      /^Wrote workflow\.yaml, cantata\.config\.ts, workflow\.schema\.json, package\.json, \.gitignore\.\n/,
    );
    expect(readFileSync(join(other.folder, '.gitignore'), 'utf8')).toBe('dist\nnode_modules/\n.cantata/\n');
    const validated = await cantata(['validate', 'workflow.yaml'], { cwd: other.folder });
    expect(validated.code).toBe(0);
    other.remove();
  });
});
