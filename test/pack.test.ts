// What a user gets: the packages are packed, installed into an empty project and used there as the README says.
// Slow on purpose; it uses nothing of this repository but the tarballs and the Node that runs the tests.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pack, publishable, publishedManifest } from '../scripts/pack.ts';

const root = join(import.meta.dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'cantata-user-'));
const project = join(home, 'project');

/** The user's environment: this Node first, and nothing of the npm that may be running the tests. */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package|lifecycle|config_local_prefix)|^INIT_CWD$/.test(name),
    ),
  ),
  PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
  NODE_OPTIONS: '',
};

function run(command: string, args: readonly string[], cwd = project) {
  const done = spawnSync(command, args, { cwd, env: environment, encoding: 'utf8', timeout: 60_000 });
  if (done.error !== undefined) throw done.error;
  return { status: done.status, out: done.stdout, err: done.stderr };
}

let tarballs: string[] = [];

beforeAll(async () => {
  tarballs = await pack(join(home, 'packed'));
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "somebody", "private": true, "type": "module" }\n');
  const installed = run('npm', ['install', '--prefer-offline', ...tarballs]);
  if (installed.status !== 0) throw new Error(installed.err);
}, 180_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('a packed package', () => {
  const listing = (tarball: string): string[] =>
    execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');

  test('exists for every workspace that is not private', () => {
    const expected = publishable().map(
      ({ manifest: { name, version } }) => `${name.replace('@', '').replace('/', '-')}-${version}.tgz`,
    );
    expect(tarballs.map((tarball) => basename(tarball)).toSorted()).toEqual(expected.toSorted());
  });

  test('holds what was built, its types, the licence, and nothing of the workshop', () => {
    for (const tarball of tarballs) {
      const files = listing(tarball);
      expect(files).toContain('package/LICENSE');
      expect(files.some((file) => /^package\/dist\/.*\.js$/.test(file))).toBe(true);
      expect(files.some((file) => /^package\/dist\/.*\.d\.ts$/.test(file))).toBe(true);
      expect(files.filter((file) => /\.test\.|tsbuildinfo|tsconfig|^package\/src\//.test(file))).toEqual([]);
    }
  });

  test('holds the schema of the language where editors are told to look', () => {
    const tarball = tarballs.find((file) => basename(file).startsWith('cantata-definition-')) ?? '';
    expect(listing(tarball)).toContain('package/schema/workflow.schema.json');
  });

  test('names what was built, and keeps no trace of development', () => {
    const source = {
      name: '@cantata/any',
      version: '1.2.3',
      exports: { '.': './src/index.ts', './deep': './src/deep/door.ts' },
      imports: { '#main': './src/main.ts' },
      scripts: { test: 'vitest' },
      devDependencies: { vitest: '5' },
    };
    expect(publishedManifest(source)).toEqual({
      name: '@cantata/any',
      version: '1.2.3',
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './deep': { types: './dist/deep/door.d.ts', default: './dist/deep/door.js' },
      },
      imports: { '#main': './dist/main.js' },
    });
  });
});

describe('in an empty project with the tarballs installed', () => {
  test('every package can be imported through each of its doors', () => {
    const doors = publishable()
      .filter(({ manifest }) => manifest.name !== '@cantata/testing')
      .flatMap(({ manifest: { name, exports = {} } }) =>
        Object.entries(exports)
          .filter(([, target]) => target.endsWith('.ts'))
          .map(([door]) => `${name}${door.slice(1)}`),
      );
    expect(doors).toContain('@cantata/agents/process');
    const code = doors.map((door) => `await import('${door}');`).join('\n');
    expect(run(process.execPath, ['--input-type=module', '--eval', code])).toMatchObject({
      status: 0,
      err: '',
    });
  });

  test('cantata says its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'apps/cantata/package.json'), 'utf8')) as {
      version: string;
    };
    expect(run('npx', ['--no-install', 'cantata', '--version'])).toMatchObject({
      status: 0,
      out: `${version}\n`,
    });
  });

  test('cantata init writes a workflow that cantata run brings to its end', () => {
    const written = run('npx', ['--no-install', 'cantata', 'init']);
    expect(written, written.err).toMatchObject({ status: 0 });
    expect(existsSync(join(project, 'workflow.yaml'))).toBe(true);
    expect(existsSync(join(project, 'cantata.config.ts'))).toBe(true);

    const ran = run('npx', ['--no-install', 'cantata', 'run', 'workflow.yaml']);
    expect(ran, `${ran.out}\n${ran.err}`).toMatchObject({ status: 0 });
  });

  test('cantata init takes a folder too', () => {
    const written = run('npx', ['--no-install', 'cantata', 'init', 'elsewhere']);
    expect(written, written.err).toMatchObject({ status: 0 });
    expect(existsSync(join(project, 'elsewhere', 'workflow.yaml'))).toBe(true);
    expect(existsSync(join(project, 'elsewhere', 'cantata.config.ts'))).toBe(true);
  });

  test('cantata init writes the examples of this repository, and they run', () => {
    const listed = run('npx', ['--no-install', 'cantata', 'init', '--examples', '--json']);
    const names = (JSON.parse(listed.out) as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(
      globSync('examples/*/package.json', { cwd: root })
        .map((file) => basename(dirname(file)))
        .toSorted(),
    );
    expect(run('npx', ['--no-install', 'cantata', 'init', '--example', 'retries', 'tries'])).toMatchObject({
      status: 0,
    });
    const ran = run('npx', ['--no-install', 'cantata', 'run', 'workflow.yaml'], join(project, 'tries'));
    expect(ran, `${ran.out}\n${ran.err}`).toMatchObject({ status: 0 });
  });

  test('the configuration that init writes type checks against the published types', () => {
    run('npx', ['--no-install', 'cantata', 'init', 'typed']);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024'];
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
    const checked = run(join(root, 'node_modules/.bin/tsc'), [
      ...options,
      ...types,
      'typed/cantata.config.ts',
    ]);
    expect(checked).toMatchObject({ status: 0, out: '' });
  });
});
