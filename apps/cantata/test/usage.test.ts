// How the command is called, and what it says where there is nothing yet.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { single } from './workflows.ts';

let scratch: Scratch;
const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await call(...args, '--json')).out);

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
      'format',
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
