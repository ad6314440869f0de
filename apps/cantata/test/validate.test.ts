// What is wrong with workflows, for people and for programs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { noticed, single, threePhases } from './workflows.ts';

let scratch: Scratch;
const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await call(...args, '--json')).out);

beforeAll(() => {
  scratch = createScratch();
});
afterAll(() => scratch.remove());

describe('validate', () => {
  test('accepts what is right, with its notices', async () => {
    const { code, out } = await call('validate', scratch.workflow(noticed('right')));
    expect(code).toBe(0);
    expect(out).toMatch(/^right\.yaml:\d+:\d+ {2}notice {2}signal_unused /);
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

  test('reads UTF-16 where a byte order mark says so', async () => {
    const text = readFileSync(join(scratch.folder, 'right.yaml'), 'utf8');
    const little = Buffer.from(`\ufeff${text}`, 'utf16le');
    writeFileSync(join(scratch.folder, 'little.yaml'), little);
    writeFileSync(join(scratch.folder, 'big.yaml'), Buffer.from(little).swap16());
    expect((await call('validate', 'little.yaml', 'big.yaml')).code).toBe(0);
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
