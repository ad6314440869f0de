/** `cantata init [DIR]`: a workflow that runs, to change it into one's own. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { typedPath } from '../paths.ts';
import { VERSION } from '../version.ts';
import { schemaText } from './schema.ts';

const TEMPLATES = new URL('../../templates/', import.meta.url);
const COPIED = ['workflow.yaml', 'cantata.config.ts'] as const;
/** What the first line of the workflow names. Beside it, and not in a package, so that editors find it at once. */
const SCHEMA = 'workflow.schema.json';
const FILES = [...COPIED, SCHEMA];

export interface InitOptions extends CommonOptions {
  readonly force?: boolean;
}

export function init(host: Host, named: string | undefined, options: InitOptions): ExitCode {
  const folder = resolve(host.cwd, named ?? '.');
  refuseToOverwrite(folder, options);
  const written = writeAll(folder);
  if (options.json === true) printJson(host, { folder, written });
  else printNextSteps(host, folder, written);
  return EXIT.ok;
}

/** @throws Failure `folder_unwritable`, where the folder cannot be made or written to. */
function writeAll(folder: string): readonly string[] {
  const templates = COPIED.map((file) => [file, readFileSync(new URL(file, TEMPLATES))] as const);
  try {
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of templates) writeFileSync(join(folder, file), text);
    writeFileSync(join(folder, SCHEMA), schemaText());
    return [...FILES, ...writeManifest(folder), ...ignoreData(folder)];
  } catch (error) {
    throw new Failure('folder_unwritable', `${folder} cannot be written to: ${(error as Error).message}`, {
      exit: EXIT.invalid,
      help: ['`cantata init DIR` writes to another folder.'],
      cause: error,
    });
  }
}

function refuseToOverwrite(folder: string, { force }: InitOptions): void {
  if (force === true) return;
  const there = FILES.filter((file) => existsSync(join(folder, file)));
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
function writeManifest(folder: string): readonly string[] {
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
    dependencies: { '@cantata/sdk': `^${VERSION}`, cantata: `^${VERSION}` },
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

function printNextSteps({ out, cwd, environment }: Host, folder: string, written: readonly string[]): void {
  const { dim } = out.paint;
  const path = typedPath(cwd, folder);
  out.line(`Wrote ${written.join(', ')}${path === '.' ? '' : ` in ${path}`}.`);
  out.line();
  if (path !== '.') out.line(`  cd ${path}`);
  out.line(`  ${environment.command} run workflow.yaml    ${dim('two seconds, offline')}`);
  out.line(`  ${environment.command} plan workflow.yaml   ${dim('what it does, without doing it')}`);
  out.line();
  out.line(dim('workflow.yaml says what happens; cantata.config.ts holds the agents that do it.'));
}
