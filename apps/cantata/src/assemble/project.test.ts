import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataBelow } from './nearby.ts';
import { findProject } from './project.ts';

let home: string;
beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'cantata-project-')));
  for (const folder of ['here/deep', 'there/flows', 'bare/.cantata', 'far/a/b/c/.cantata'])
    mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, 'here/cantata.config.ts'), '');
  writeFileSync(join(home, 'there/cantata.config.mjs'), 'export default { agents: {}, dataDir: "kept" };');
  for (const folder of ['bare', 'far/a/b/c']) writeFileSync(join(home, folder, '.cantata/cantata.db'), '');
});
afterAll(() => rmSync(home, { recursive: true }));

test('the project is that of the workflow, else of the data, else of the working folder', () => {
  const cwd = join(home, 'here/deep');
  const folderOf = (more: object): string => findProject({ cwd, ...more }).folder;
  expect(folderOf({})).toBe(join(home, 'here'));
  expect(folderOf({ workflow: '../../there/flows/w.yaml' })).toBe(join(home, 'there'));
  expect(folderOf({ dataDir: join(home, 'there/kept') })).toBe(join(home, 'there'));
  expect(folderOf({ dataDir: join(home, 'bare/.cantata') })).toBe(join(home, 'here'));
  expect(folderOf({ config: '../../there/cantata.config.mjs' })).toBe(join(home, 'there'));
  expect(() => folderOf({ config: '..' })).toThrow('there is no configuration ..');
});

test('the data lie where the option says, else where the configuration says, else in the project', async () => {
  const at = (cwd: string, more: object = {}): Promise<string> =>
    findProject({ cwd: join(home, cwd), ...more }).dataDir();
  expect(await at('there/flows')).toBe(join(home, 'there/kept'));
  expect(await at('there/flows', { dataDir: 'mine' })).toBe(join(home, 'there/flows/mine'));
  expect(await at('bare')).toBe(join(home, 'bare/.cantata'));
});

test('data of projects below are found, but not at any depth', () => {
  expect(dataBelow(home)).toEqual([join(home, 'bare/.cantata')]);
  expect(dataBelow(join(home, 'far/a'))).toEqual([join(home, 'far/a/b/c/.cantata')]);
  expect(dataBelow(join(home, 'nowhere'))).toEqual([]);
});

test('a folder with a thousand others costs no more than a moment', () => {
  const wide = join(home, 'wide');
  for (let i = 0; i < 600; i++) mkdirSync(join(wide, `f${String(i).padStart(3, '0')}`), { recursive: true });
  mkdirSync(join(wide, 'zz/.cantata'), { recursive: true });
  writeFileSync(join(wide, 'zz/.cantata/cantata.db'), '');
  expect(dataBelow(wide)).toEqual([]);
});
