// What lies beside a workflow: patterns of its project, and workflows that it starts.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { begin, cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { threePhases } from './workflows.ts';

let scratch: Scratch;
const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });
beforeEach(() => {
  scratch = createScratch();
  mkdirSync(join(scratch.folder, 'patterns'));
});
afterEach(() => scratch.remove());

const pattern = (name: string, purpose = 'work'): string => `
name: ${name}
version: "1"
summary: One turn, and that is it.
roles: { only: { summary: works } }
rules:
  - { on: started, do: [{ turn: { to: "\${team[0].name}", purpose: work } }] }
  - { on: { completed: ${purpose} }, do: [{ finish: { output: "${name} is done" } }] }
`;

const team = (name: string, by: string): string => `
name: ${name}
version: "1"
orchestration_pattern: custom
pattern: { name: ${by} }
agents: { one: { type: worker } }
tasks: []
coordination: { type: hybrid }
`;

const parent = (name: string, child: string, rest = ''): string => `
name: ${name}
version: "1"
orchestration_pattern: custom
agents: { one: { type: worker } }
tasks:
  - { id: first, agent: one }
  - { id: part, workflow: ${child}, depends_on: [first], input: {}${rest} }
coordination: { type: hybrid }
`;

const child = (name: string, version = '1', type = 'worker'): string => `
name: ${name}
version: "${version}"
orchestration_pattern: custom
agents: { one: { type: ${type} } }
tasks:
  - { id: said, agent: one }
outputs: { from: "${name} ${version}" }
coordination: { type: hybrid }
`;

const inCode = (name: string, version = '1'): string => `
import { defineAgent, defineConfig, definePattern } from '@cantata/sdk';
export default defineConfig({
  agents: { worker: defineAgent((input) => input) },
  patterns: [
    definePattern({
      name: '${name}', version: '${version}', summary: 'One turn, in code.',
      roles: { only: { summary: 'works', least: 1 } }, options: { type: 'object' }, asks: [],
      validate: () => [], initial: () => ({}),
      react: ({ setup }, trigger) => trigger.kind === 'started'
        ? { reason: 'it begins', moves: [{ move: 'turn', to: setup.team.members[0].name, purpose: 'work' }] }
        : { reason: 'it has an answer', moves: [{ move: 'finish', output: 'done in code' }] },
    }),
  ],
});
`;

describe('a pattern document beside a workflow', () => {
  test('is named like any other by everything that reads workflows, and a half-written one of another is no matter', async () => {
    scratch.file('patterns/once.yaml', pattern('once'));
    scratch.file('patterns/draft.yaml', 'name: draft\nrules: 7\n');
    const file = scratch.file('work.yaml', team('work', 'once'));
    expect(await call('validate', file)).toMatchObject({ code: 0, out: 'valid  work 1, 1 task\n' });
    expect((await call('plan', file)).code).toBe(0);
    const ran = await call('run', file, '--quiet');
    expect(ran).toMatchObject({ code: 0, out: 'once is done\n' });
    expect((await call('patterns')).out).toMatch(/^once +only +One turn, and that is it\.$/m);
    expect((await call('patterns', 'once')).out).toMatch(/^once 1: One turn/);
  });

  test('is a part of the version that is stored: changing the file changes nothing of runs that began', async () => {
    scratch.file('patterns/once.yaml', pattern('once'));
    const file = scratch.file('work.yaml', team('work', 'once'));
    await call('run', file, '--quiet');
    scratch.file('patterns/once.yaml', pattern('once').replace('is done', 'is another'));
    expect((await call('status', 'last', '--output')).out).toBe('once is done\n');
    const again = await call('run', file, '--quiet');
    expect(again).toMatchObject({ code: 5, err: expect.stringContaining('Raise `version` in work.yaml') });
  });

  test('that is wrong gives all its problems with their places, and nothing runs', async () => {
    scratch.file(
      'patterns/once.yaml',
      pattern('once', 'werk').replace('summary: works', 'sumary: works').replace('version: "1"\n', ''),
    );
    const file = scratch.file('work.yaml', team('work', 'once'));
    const checked = await call('validate', file, '--json');
    expect(checked.code).toBe(2);
    const { files } = JSON.parse(checked.out) as { files: { file: string; problems: object[] }[] };
    expect(files).toEqual([
      { file: 'work.yaml', valid: false, problems: [] },
      {
        file: 'patterns/once.yaml',
        valid: false,
        problems: expect.arrayContaining([
          expect.objectContaining({ code: 'unknown_key', line: 4, hint: 'did you mean `summary`?' }),
          expect.objectContaining({ code: 'key_missing', line: 2 }),
        ]),
      },
    ]);
    const ran = await call('run', file);
    expect(ran).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^patterns\/once\.yaml:\d+:\d+ +error/m),
    });
    expect((await call('validate', 'patterns/once.yaml')).code).toBe(2);
    expect((await call('patterns', 'once')).err).toMatch(/^patterns\/once\.yaml:4:\d+ +error +unknown_key/m);
  });

  test('cannot be called like another one', async () => {
    scratch.file('patterns/a.yaml', pattern('once'));
    scratch.file('patterns/b.yaml', pattern('once'));
    scratch.file('patterns/debate.yaml', pattern('debate'));
    const twice = await call('validate', scratch.file('work.yaml', team('work', 'once')));
    expect(twice.code).toBe(2);
    expect(twice.out).toMatch(
      /^patterns\/b\.yaml:2:7 .* there is a pattern `once` already, in patterns\/a\.yaml/m,
    );
    const shipped = await call('validate', scratch.file('talk.yaml', team('talk', 'debate')));
    expect(shipped.out).toMatch(/^patterns\/debate\.yaml:2:7 .* already, among those that come with/m);
  });

  test('is no workflow to be run, and valid by itself', async () => {
    scratch.file('patterns/once.yaml', pattern('once'));
    expect(await call('validate', 'patterns/once.yaml')).toMatchObject({ code: 0 });
    expect((await call('run', 'patterns/once.yaml')).err).toContain('is a pattern, and no workflow');
  });
});

test('a new pattern is valid for a process that runs already', async () => {
  const busy = { input: JSON.stringify({ ms: 1_500 }) };
  const owner = begin(['run', scratch.workflow(threePhases('busy')), '--input', busy.input], {
    cwd: scratch.folder,
  });
  await owner.until(/assigned/);
  scratch.file('patterns/once.yaml', pattern('once'));
  const { code, out, err } = await call('run', scratch.file('work.yaml', team('work', 'once')));
  expect({ code, out: out.includes('once is done') }, err).toEqual({ code: 0, out: true });
  expect(err).toMatch(/owns the data and drives; this one follows/);
  expect((await owner.ended).code).toBe(0);
});

describe('a pattern in the configuration', () => {
  test('is named by workflows, and known to everything that reads their runs', async () => {
    scratch.file('cantata.config.ts', inCode('coded'));
    const file = scratch.file('work.yaml', team('work', 'coded'));
    expect((await call('validate', file)).code).toBe(0);
    expect((await call('plan', file)).code).toBe(0);
    expect(await call('run', file, '--quiet')).toMatchObject({ code: 0, out: 'done in code\n' });
    expect((await call('patterns', 'coded')).out).toMatch(/^coded 1: One turn, in code/);
    for (const command of ['status', 'why', 'events'])
      expect(await call(command, 'last'), command).toMatchObject({ code: 0 });
    expect((await call('events', 'last')).out).toContain('it has an answer');
  });

  test('is refused with all that is wrong with it', async () => {
    scratch.file(
      'cantata.config.ts',
      'export default { agents: {}, patterns: [{ name: "a b", asks: ["delgate"] }, 7] };',
    );
    const { code, err } = await call('patterns');
    expect(code).toBe(2);
    expect(err).toMatch(
      /config_invalid.*patterns\[0\].*name.*patterns\[0\].*version.*delgate.*patterns\[1\]/,
    );
    scratch.file('other.config.ts', inCode('debate'));
    expect((await call('patterns', '--config', 'other.config.ts')).err).toContain(
      'there is a pattern debate already, which comes with Cantata; choose another name',
    );
  });
});

describe('a workflow that another one starts', () => {
  test('is found beside it, checked with it and registered with it', async () => {
    scratch.file('piece.yaml', child('piece'));
    scratch.file('middle.yaml', parent('middle', 'piece'));
    const file = scratch.file('whole.yaml', parent('whole', 'middle'));
    expect(await call('validate', file)).toMatchObject({ code: 0, out: 'valid  whole 1, 2 tasks\n' });
    expect((await call('run', file, '--quiet')).out).toContain('piece 1');
    scratch.file('piece.yaml', child('piece', '1', 'nobody'));
    const unbound = await call('validate', file);
    expect(unbound.out).toMatch(/^piece\.yaml:5:\d+ +error +agent_type_unbound/m);
    expect((await call('run', file)).err).toMatch(/^piece\.yaml:5:/m);
    scratch.file('piece.yaml', child('piece').replace('said', 'told'));
    expect((await call('run', file)).err).toMatch(
      /piece 1 was registered.*\n.*Raise `version` in piece\.yaml/,
    );
  });

  test('that lies nowhere is a problem before anything runs, unless it was run here once', async () => {
    const file = scratch.file('whole.yaml', parent('whole', 'piece'));
    const missing =
      /^whole\.yaml:8:27 +error +workflow_missing +there is no workflow `piece` beside this one/m;
    expect(await call('validate', file)).toMatchObject({ code: 2, out: expect.stringMatching(missing) });
    expect(await call('run', file)).toMatchObject({ code: 2, err: expect.stringMatching(missing) });
    mkdirSync(join(scratch.folder, 'elsewhere'));
    await call('run', scratch.file('elsewhere/piece.yaml', child('piece')), '--quiet');
    expect((await call('validate', file)).code).toBe(0);
    expect((await call('run', file, '--quiet')).code).toBe(0);
  });

  test('of which there are two is a problem that a version may settle', async () => {
    scratch.file('old.yaml', child('piece', '1'));
    scratch.file('new.yaml', child('piece', '2'));
    const both = await call('validate', scratch.file('whole.yaml', parent('whole', 'piece')));
    expect(both).toMatchObject({ code: 2 });
    expect(both.out).toMatch(
      /^whole\.yaml:8:27 +error +workflow_ambiguous +`new\.yaml` and `old\.yaml` are both the workflow `piece`\n +say which/m,
    );
    const file = scratch.file('settled.yaml', parent('settled', 'piece', ', version: "1"'));
    expect((await call('run', file, '--quiet')).out).toContain('piece 1');
  });

  test('may start the first one again', async () => {
    scratch.file('piece.yaml', parent('piece', 'whole', ', when: false'));
    const file = scratch.file('whole.yaml', parent('whole', 'piece'));
    expect((await call('run', file, '--quiet')).code).toBe(0);
  });
});
