// `cantata plan` as it is typed: every format, files, questions, and what is typed wrong.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cantata, type Result } from '../in-process.ts';
import { createScratch, type Scratch } from '../scratch.ts';
import { threePhases } from '../workflows.ts';

let scratch: Scratch;
beforeAll(() => {
  scratch = createScratch();
  scratch.workflow(threePhases('right'));
  scratch.workflow({ ...threePhases('wrong'), tasks: [{ id: 'a', agent: 'nobody' }] });
});
afterAll(() => scratch.remove());
const call = (...args: readonly string[]): Promise<Result> =>
  cantata(['plan', ...args], { cwd: scratch.folder });
const written = (name: string): string => readFileSync(join(scratch.folder, name), 'utf8');

describe('plan as text', () => {
  test('shows who does what after what, seats over time, and how long it may take', async () => {
    const { code, out, err } = await call('right.yaml');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(
      'right 1.0\n3 tasks in 3 phases · 4 seats · pattern supervisor\nAbout 30 s (a guess)',
    );
    expect(out).toContain('  ◆ middle  hands × 3 · ≈10 s each · after begin · one attempt, no timeout\n');
    expect(out).toMatch(/ {2}hands-2 {2} +┣━ middle\[1\] ━*┫\n/);
    expect(out).toContain('begin → middle → end\n');
    expect(out).toContain(
      '\n`cantata run right.yaml` executes it, `cantata plan right.yaml --out plan.svg` draws it.\n',
    );
  });

  test('fits a narrow terminal and paints it', async () => {
    const { out } = await cantata(['plan', 'right.yaml'], {
      cwd: scratch.folder,
      terminal: { columns: 40, rows: 20 },
    });
    expect(out).toContain('\u001B[33m◆\u001B[39m');
    for (const line of out.replaceAll(/\u001B\[\d+m/g, '').split('\n'))
      expect(line.length).toBeLessThanOrEqual(40);
  });

  test('is ASCII where the locale knows no more', async () => {
    const { out } = await cantata(['plan', 'right.yaml'], {
      cwd: scratch.folder,
      variables: { LC_ALL: 'C' },
    });
    expect(out).not.toMatch(/[^\n -~]/);
  });
});

describe('plan as data', () => {
  test('gives tasks with their times, the schedule, totals and suggestions', async () => {
    const { out } = await call('right.yaml', '--json');
    expect(JSON.parse(out)).toMatchObject({
      name: 'right',
      version: '1.0',
      orchestration_pattern: 'supervisor',
      tags: [],
      inputs: null,
      outputs: null,
      phases: [
        { name: '1/3 begin', tasks: ['begin'] },
        { name: '2/3 middle', tasks: ['middle'] },
        { name: '3/3 end', tasks: ['end'] },
      ],
      tasks: [
        { id: 'begin', layer: 0, agent: 'lead', depends_on: [], turns: 1, earliest_start_ms: 0, slack_ms: 0 },
        {
          id: 'middle',
          layer: 1,
          depends_on: ['begin'],
          parallel: true,
          turns: 3,
          earliest_start_ms: 10_000,
          critical: true,
          estimate: { duration_ms: 10_000, cost: null, source: 'guess' },
        },
        { id: 'end', layer: 2, earliest_start_ms: 20_000 },
      ],
      seats: [{ agent_id: 'lead', group: 'lead', type: 'worker', busy_ms: 20_000 }, {}, {}, {}],
      schedule: [
        { task: 'begin', item: null, agent_id: 'lead', start_ms: 0, end_ms: 10_000 },
        { task: 'middle', item: 0, agent_id: 'hands-1', start_ms: 10_000, end_ms: 20_000 },
        { task: 'middle', item: 1 },
        { task: 'middle', item: 2 },
        { task: 'end', item: null, start_ms: 20_000, end_ms: 30_000 },
      ],
      critical_path: ['begin', 'middle', 'end'],
      totals: {
        duration_ms: 30_000,
        work_ms: 50_000,
        turns: 5,
        estimates: { declared: 0, history: 0, guess: 3 },
      },
      limits: { cpu_millis: null, memory_bytes: null },
      what_if: [],
      notices: [],
    });
  });

  test('is the same with --format json, and indented on a terminal', async () => {
    expect((await call('right.yaml', '--format', 'json')).out).toBe((await call('right.yaml', '--json')).out);
    const terminal = { columns: 80, rows: 20 };
    const { out } = await cantata(['plan', 'right.yaml', '--json'], { cwd: scratch.folder, terminal });
    expect(out).toMatch(/^\{\n {2}"name"/);
  });

  test('repeats what is declared as it is written', async () => {
    const file = scratch.file(
      'declared.yaml',
      [
        'name: declared',
        'version: "1"',
        'orchestration_pattern: supervisor',
        'tags: [nightly]',
        'inputs: {type: object, properties: {deep: {type: boolean}}, required: [deep]}',
        'agents: {someone: {type: worker}}',
        'tasks:',
        '  - {id: look, agent: someone, when: input.deep, input: {is: "${input.deep}"}, estimate: {duration: 2m, cost: 3}}',
        'outputs: {found: "${tasks.look.output}"}',
        'coordination: {type: graph_based}',
      ].join('\n'),
    );
    expect(JSON.parse((await call(file, '--json')).out)).toMatchObject({
      tags: ['nightly'],
      inputs: { type: 'object', required: ['deep'] },
      outputs: { found: '${tasks.look.output}' },
      tasks: [
        {
          when: 'input.deep',
          input: { is: '${input.deep}' },
          estimate: { duration_ms: 120_000, cost: 3, source: 'declared', samples: 0 },
        },
      ],
      totals: { cost: 3, estimates: { declared: 1, history: 0, guess: 0 } },
    });
    expect((await call(file)).out).toContain('only when input.deep\n');
  });

  test('names capabilities, timeouts and policies', async () => {
    const file = scratch.file(
      'dig.yaml',
      [
        'name: dig',
        'version: "1"',
        'orchestration_pattern: supervisor',
        'agents:',
        '  diggers: {type: worker, count: 2, capabilities: [dig, carry]}',
        'tasks:',
        '  - {id: hole, requires: [dig, carry], timeout: 5m, retry_policy: none}',
        'coordination: {type: graph_based}',
      ].join('\n'),
    );
    const { tasks } = JSON.parse((await call(file, '--json')).out) as { tasks: object[] };
    expect(tasks[0]).toMatchObject({ requires: ['dig', 'carry'], timeout_ms: 300_000, retry_policy: 'none' });
    expect((await call(file)).out).toContain(
      'hole  whoever can dig and carry · ≈10 s · one attempt, at most 5 min',
    );
  });
});

describe('plan --format', () => {
  test.each([
    ['mermaid', /^---\ntitle: "right 1\.0"\n---\nflowchart LR\n/],
    ['dot', /^digraph "right" \{\n/],
    ['svg', /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /],
    ['text', /^right 1\.0\n/],
  ])('%s prints that and nothing else', async (format, begins) => {
    const { code, out, err } = await call('right.yaml', '--format', format);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(begins);
    expect(out.endsWith('\n')).toBe(true);
  });

  test('of what there is not names what there is', async () => {
    const { code, err } = await call('right.yaml', '--format', 'png');
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are text, json, mermaid, dot, svg');
  });

  test('beside --json is refused', async () => {
    const { code, err } = await call('right.yaml', '--json', '--format', 'svg');
    expect(code).toBe(2);
    expect(err).toContain('--json is --format json, and --format svg is asked for as well');
  });

  test('mermaid says when there are more edges than Mermaid draws', async () => {
    const ids = Array.from({ length: 24 }, (_, i) => `a${i}`);
    const tasks = [
      ...ids.map((id) => ({ id, agent: 'lead' })),
      ...ids.map((_, i) => ({ id: `b${i}`, agent: 'lead', depends_on: ids })),
    ];
    const { err } = await call(scratch.workflow({ ...threePhases('dense'), tasks }), '--format', 'mermaid');
    expect(err).toContain('warn: the graph has 576 edges, and Mermaid draws 500');
  });
});

describe('plan --out', () => {
  test.each([
    ['plan.svg', '<svg '],
    ['plan.mmd', '---\n'],
    ['plan.GV', 'digraph '],
    ['plan.json', '{"name":'],
    ['plan.txt', 'right 1.0\n'],
  ])('%s is written in the format of its ending', async (name, begins) => {
    const { code, out, err } = await call('right.yaml', '--out', name);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toMatch(new RegExp(`^wrote ${name}, [\\d.]+ k?B\n$`));
    expect(written(name).startsWith(begins)).toBe(true);
  });

  test('of text has no paint and the width of a page, whatever the terminal', async () => {
    const terminal = { columns: 40, rows: 20 };
    await cantata(['plan', 'right.yaml', '--out', 'page.txt'], { cwd: scratch.folder, terminal });
    expect(written('page.txt')).toBe((await call('right.yaml')).out);
  });

  test('never replaces the workflow, and says what it cannot write', async () => {
    const before = written('right.yaml');
    expect((await call('right.yaml', '--out', './right.yaml')).err).toContain(
      'is the workflow itself; name another file',
    );
    expect(written('right.yaml')).toBe(before);
    expect((await call('right.yaml', '--out', '.')).err).toContain('. is a folder; name a file');
    expect((await call('right.yaml', '--out', 'no/such/plan.svg')).err).toMatch(
      /no\/such\/plan\.svg cannot be written: ENOENT/,
    );
    expect(existsSync(join(scratch.folder, 'no'))).toBe(false);
  });
});

describe('plan with other seats and limits', () => {
  test('answers what if, beside the plan as written', async () => {
    const { out } = await call(
      'right.yaml',
      '--seats',
      'hands=1',
      '--limit-cpu',
      '2 cores',
      '--limit-memory',
      '8GB',
    );
    expect(out).toContain('What if: hands with 1 seat instead of 3.\n');
    expect(out).toContain('duration       about 50 s, 20 s more than the 30 s of the plan as written;');
    expect(out).toContain('machines       nothing is declared, within the limit of 2 cores and 8 GB\n');
  });

  test('counts the last of two wishes, and one for what is written changes nothing', async () => {
    const asked = async (...seats: readonly string[]): Promise<unknown> => {
      const { out } = await call('right.yaml', '--json', ...seats.flatMap((wish) => ['--seats', wish]));
      return (JSON.parse(out) as { what_if: unknown }).what_if;
    };
    expect(await asked('hands=2', 'lead=2', 'hands=7')).toEqual([
      { group: 'lead', seats: 2, written_seats: 1 },
      { group: 'hands', seats: 7, written_seats: 3 },
    ]);
    expect(await asked('hands=3')).toEqual([]);
  });

  test('shows what a suggestion promises', async () => {
    const file = scratch.workflow({
      ...threePhases('promise'),
      tasks: [
        { id: 'a', agent: 'hands', parallel: true },
        { id: 'b', agent: 'hands' },
        { id: 'c', agent: 'hands', depends_on: ['a'], parallel: true },
        { id: 'd', agent: 'lead', depends_on: ['b'] },
        { id: 'e', agent: 'lead' },
      ],
    });
    interface Planned {
      readonly totals: { readonly duration_ms: number };
      readonly suggestions: readonly {
        kind: string;
        group: string;
        wanted_seats: number;
        makespan_ms: number;
      }[];
    }
    const planned = async (...args: readonly string[]): Promise<Planned> =>
      JSON.parse((await call(file, '--json', ...args)).out) as Planned;
    const promises = (await planned()).suggestions.filter(({ kind }) => kind === 'more_seats');
    expect(promises.length).toBeGreaterThan(0);
    for (const { group, wanted_seats: seats, makespan_ms: promised } of promises)
      expect((await planned('--seats', `${group}=${seats}`)).totals.duration_ms).toBe(promised);
  });

  test('has no effect where it is what is written', async () => {
    expect((await call('right.yaml', '--seats', 'hands=3')).out).toBe((await call('right.yaml')).out);
  });

  test('says when nothing is gained', async () => {
    expect((await call('right.yaml', '--seats', 'lead=2')).out).toContain(
      'about 30 s, as long as the plan as written\n',
    );
  });

  test('says how much shorter or longer that is', async () => {
    const tasks = ['a', 'b', 'c'].map((id) => ({ id, agent: 'lead' }));
    const file = scratch.workflow({ ...threePhases('queue'), tasks });
    expect((await call(file, '--seats', 'lead=3')).out).toContain(
      'about 10 s, 20 s less than the 30 s of the plan as written\n',
    );
    const wider = scratch.workflow({
      ...threePhases('wider'),
      agents: { lead: { type: 'worker', count: 3 } },
      tasks,
    });
    expect((await call(wider, '--seats', 'lead=1')).out).toContain(
      'about 30 s, 20 s more than the 10 s of the plan as written',
    );
  });

  test.each([
    [['--seats', 'hands'], '--seats hands says nothing; write GROUP=NUMBER, as in --seats lead=5'],
    [['--seats', 'hands=0'], '--seats hands=0 says nothing'],
    [['--seats', 'hand=2'], '--seats hand=2: there is no agent group hand\n  There are lead and hands.'],
    [['--seats', 'nobody=1'], 'there is no agent group nobody'],
    [['--seats', 'hands=999999999'], 'that makes 1000000000 seats; a workflow may have 100000'],
    [['--limit-cpu', 'lots'], 'a number of cores such as 2, 0.5, "2 cores" or "500m"'],
    [['--limit-memory', '4'], 'it may be 1 MB to 1 PiB'],
  ])('%j is refused with what to write', async (args, message) => {
    const { code, out, err } = await call('right.yaml', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('error usage: ');
    expect(err).toContain(message);
  });
});

describe('plan with something to be better', () => {
  test('says what, and what would be gained, to people and to programs', async () => {
    const tasks = ['a', 'b', 'c', 'd'].map((id) => ({ id, agent: 'hands' }));
    const file = scratch.workflow({ ...threePhases('better'), tasks });
    const sentence = 'hands with 4 seats instead of 3: 10 s in all, 10 s less; `--seats hands=4` shows that.';
    expect((await call(file)).out).toContain(`What could be better\n  - ${sentence}\n`);
    const { suggestions } = JSON.parse((await call(file, '--json')).out) as { suggestions: object[] };
    expect(suggestions[0]).toEqual({
      kind: 'more_seats',
      group: 'hands',
      seats: 3,
      wanted_seats: 4,
      makespan_ms: 10_000,
      saved_ms: 10_000,
      text: sentence,
    });
  });
});

describe('plan of what is wrong', () => {
  test('refuses what is invalid, with the problems', async () => {
    const { code, out, err } = await call('wrong.yaml');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/agent_unknown/);
    expect(err).toMatch(/error definition_invalid: wrong\.yaml has \d problem/);
  });

  test('refuses what is no workflow at all', async () => {
    const { code, err } = await call(scratch.file('notes.yaml', 'just: notes\n'));
    expect(code).toBe(2);
    expect(err).toContain('error definition_unreadable: notes.yaml has 1 problem');
  });
});
