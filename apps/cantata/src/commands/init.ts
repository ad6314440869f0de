/** `cantata init [DIR]`: a workflow that runs, small or one of the examples, to change it into one's own. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { closestTo } from '@cantata/definition';
import { type Example, filesOf, firstCommand, listExamples } from '../examples.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure, usage } from '../failure.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { typedPath } from '../paths.ts';
import { tableLines } from '../render/table.ts';
import { count } from '../render/text.ts';
import { VERSION } from '../version.ts';
import { schemaText } from './schema.ts';

const TEMPLATES = new URL('../../templates/', import.meta.url);
const COPIED = ['workflow.yaml', 'cantata.config.ts'] as const;
/** What the first line of the workflow names. Beside it, and not in a package, so that editors find it at once. */
const SCHEMA = 'workflow.schema.json';
/** More than so many files are counted. */
const MAX_NAMED = 10;
/** What the command lends to projects that have not installed it. */
const LENT = ['@cantata/sdk', 'cantata'];

export interface InitOptions extends CommonOptions {
  readonly force?: boolean;
  /** The name of an example. */
  readonly example?: string;
  /** Only say which there are. */
  readonly examples?: boolean;
}

/** What is written into the folder of somebody's project. */
interface Project {
  /** By path from the folder. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly dependencies: Readonly<Record<string, string>>;
  /** What to type first, behind the name of the command. */
  readonly run: string;
  readonly about: string;
  readonly page: string;
}

export function init(host: Host, named: string | undefined, options: InitOptions): ExitCode {
  if (options.examples === true) return printExamples(host, options);
  const project = options.example === undefined ? smallProject() : exampleProject(options.example);
  const folder = resolve(host.cwd, named ?? '.');
  refuseToOverwrite(folder, project, options);
  const written = writeAll(folder, project);
  if (options.json === true) printJson(host, { folder, written });
  else printNextSteps(host, folder, written, project);
  return EXIT.ok;
}

function printExamples(host: Host, { json }: InitOptions): ExitCode {
  const examples = listExamples().map(({ name, description }) => ({ name, description }));
  if (json === true) printJson(host, examples);
  else {
    const { out, environment } = host;
    const cells = examples.map(({ name, description }) => [name, description]);
    for (const line of tableLines(['EXAMPLE', 'WHAT IT SHOWS'], cells, out)) out.line(line);
    out.line(out.paint.dim(`${environment.command} init --example NAME [DIR] writes one.`));
  }
  return EXIT.ok;
}

function smallProject(): Project {
  const files = COPIED.map((path) => ({ path, text: readFileSync(new URL(path, TEMPLATES), 'utf8') }));
  return {
    files: [...files, { path: SCHEMA, text: schemaText() }],
    dependencies: { '@cantata/sdk': `^${VERSION}` },
    run: 'run workflow.yaml',
    about: 'two seconds, offline',
    page: 'workflow.yaml says what happens; cantata.config.ts holds the agents that do it.',
  };
}

/** @throws Failure for one there is not */
function exampleProject(name: string): Project {
  const example = requireExample(name);
  const files = filesOf(example);
  return {
    files: [...files, { path: SCHEMA, text: schemaText() }],
    dependencies: example.dependencies,
    run: firstCommand(files) ?? 'run workflow.yaml',
    about: '',
    page: 'README.md says what is seen; workflow.yaml what happens; cantata.config.ts names the agents that do it.',
  };
}

function requireExample(name: string): Example {
  const all = listExamples();
  const found = all.find((example) => example.name === name);
  if (found !== undefined) return found;
  const names = all.map((example) => example.name);
  const meant = closestTo(name, names);
  throw usage(
    `there is no example ${name}`,
    ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
    `There are ${names.join(', ')}; \`cantata init --examples\` says what each shows.`,
  );
}

/** @throws Failure `folder_unwritable`, where the folder cannot be made or written to. */
function writeAll(folder: string, { files, dependencies }: Project): readonly string[] {
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return [...files.map(({ path }) => path), ...writeManifest(folder, dependencies), ...ignoreData(folder)];
  } catch (error) {
    throw new Failure('folder_unwritable', `${folder} cannot be written to: ${(error as Error).message}`, {
      exit: EXIT.invalid,
      help: ['`cantata init DIR` writes to another folder.'],
      cause: error,
    });
  }
}

function refuseToOverwrite(folder: string, { files }: Project, { force }: InitOptions): void {
  if (force === true) return;
  const there = files.map(({ path }) => path).filter((path) => existsSync(join(folder, path)));
  if (there.length === 0) return;
  throw new Failure(
    'already_there',
    `${there.join(' and ')} ${there.length === 1 ? 'exists' : 'exist'} in ${folder}`,
    {
      exit: EXIT.conflict,
      help: ['Nothing was written. --force replaces what is there; `cantata init DIR` writes elsewhere.'],
    },
  );
}

/** A manifest that is there is its owner's: it is left as it is. */
function writeManifest(folder: string, dependencies: Project['dependencies']): readonly string[] {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return [];
  const manifest = {
    name:
      basename(folder)
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]+/g, '-')
        .replaceAll(/^-+|-+$/g, '') || 'workflows',
    private: true,
    type: 'module',
    scripts: { start: 'cantata run workflow.yaml' },
    dependencies: { ...dependencies, cantata: `^${VERSION}` },
  };
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  return ['package.json'];
}

function ignoreData(folder: string): readonly string[] {
  const file = join(folder, '.gitignore');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const wanted = ['node_modules/', '.cantata/'].filter((entry) => !before.split('\n').includes(entry));
  if (wanted.length === 0) return [];
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  appendFileSync(file, `${gap}${wanted.join('\n')}\n`);
  return ['.gitignore'];
}

function printNextSteps(
  { out, cwd, environment }: Host,
  folder: string,
  written: readonly string[],
  { dependencies, run, about, page }: Project,
): void {
  const { dim } = out.paint;
  const path = typedPath(cwd, folder);
  const missing = Object.keys(dependencies).filter((name) => !LENT.includes(name));
  const steps = [
    ...(path === '.' ? [] : [[`cd ${path}`, '']]),
    ...(missing.length === 0 ? [] : [['npm install', `it needs ${missing.join(' and ')}`]]),
    [`${environment.command} ${run}`, about],
    [`${environment.command} plan workflow.yaml`, 'what it does, without doing it'],
  ] as const;
  const widest = Math.max(...steps.map(([command]) => command.length));
  const names = written.length > MAX_NAMED ? count(written.length, 'file') : written.join(', ');
  out.line(`Wrote ${names}${path === '.' ? '' : ` in ${path}`}.`);
  out.line();
  for (const [command, what] of steps)
    out.line(`  ${what === '' ? command : `${command.padEnd(widest)}   ${dim(what)}`}`);
  out.line();
  out.line(dim(page));
}
