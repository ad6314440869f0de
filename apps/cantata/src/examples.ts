/** The examples that come with the command: what there are, and the files of one, made to stand on their own. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside the command where it is installed, at the top of the repository where it is developed. */
const HOMES = ['../examples/', '../../../examples/'];
/** Of the workshop or of a run, and no part of what is copied. */
const LEFT_OUT = /^(\.|__|node_modules$|test$|package\.json$)|\.test\.ts$/;

export interface Example {
  readonly name: string;
  /** The `description` of its package.json, which makes a folder an example. */
  readonly description: string;
  /** Package name to version. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly folder: string;
}

export interface ExampleFile {
  /** From the folder of the example, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** By name. */
export function listExamples(): readonly Example[] {
  const home = HOMES.map((path) => fileURLToPath(new URL(path, import.meta.url))).find(existsSync);
  if (home === undefined) return [];
  return readdirSync(home)
    .toSorted()
    .flatMap((name) => readExample(name, join(home, name)));
}

function readExample(name: string, folder: string): readonly Example[] {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return [];
  const { description, dependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Example>;
  return description === undefined ? [] : [{ name, description, dependencies, folder }];
}

/** All but its manifest and its tests, which are of the workshop. */
export function filesOf({ name, folder }: Example): readonly ExampleFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(/[/\\]/),
    )
    .filter((path) => !path.some((part) => LEFT_OUT.test(part)))
    .map((path) => path.join('/'))
    .toSorted()
    .map((path) => ({ path, text: onItsOwn(readFileSync(join(folder, path), 'utf8'), name, path) }));
}

/** What it says to type, where its schema is and what it links to is meant from the top of the repository. */
function onItsOwn(text: string, name: string, path: string): string {
  const here = text.replaceAll(`examples/${name}/`, '').replaceAll(`examples/${name}`, '.');
  if (path.endsWith('.md'))
    return here
      .replaceAll(/\[([^\]]*)\]\(\.\.\/[^)]*\)/g, '$1')
      .replaceAll(/^```console .*$/gm, '```console');
  return here.replaceAll(/(\$schema=(?:\.\.\/)*)\.\.\/\.\.\/packages\/definition\/schema\//g, '$1');
}

/** What its page says to type first, without the package runner in front. */
export function firstCommand(files: readonly ExampleFile[]): string | undefined {
  const page = files.find(({ path }) => path === 'README.md')?.text ?? '';
  return /^\$ npx cantata (run .*)$/m.exec(page)?.[1];
}
