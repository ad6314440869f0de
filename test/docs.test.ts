// Holds the pages to the program: every command is run, every workflow is parsed, every piece of TypeScript is
// compiled, every link leads somewhere.
//
//   ```console            each `$ line` is run in a copy of the repository; the blocks of a page follow each other
//   ```console exits 2    the last command of the block ends with this code
//   ```console skip why   is not run
//   ```yaml, ```ts        is a whole workflow or module; `fragment` behind the word says that it is not

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseDefinition } from '@cantata/definition';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyRepository } from './copy-repository.ts';
import { type Block, blocksOf } from './page.ts';

const root = join(import.meta.dirname, '..');

const PAGES = globSync(['*.md', 'docs/**/*.md', 'examples/*/README.md', 'packages/*/README.md'], {
  cwd: root,
})
  .filter((page) => page !== 'report.md' && !page.includes('node_modules'))
  .toSorted();

const at = ({ page, line }: Block): string => `${page}:${line}`;

const blocks = PAGES.flatMap((page) => blocksOf(root, page));
const of = (language: string): readonly Block[] => blocks.filter((block) => block.language === language);

/** A folder inside the repository, where the packages of the workspace are found. */
function scratch(name: string): string {
  mkdirSync(join(root, '.cache/docs'), { recursive: true });
  return mkdtempSync(join(root, '.cache/docs', `${name}-`));
}

// ---------------------------------------------------------------- commands

const commandsOf = ({ text }: Block): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('$ '))
    .map((line) => line.slice(2));

const isSkipped = ({ note }: Block): boolean => note.startsWith('skip');

describe('the commands of', () => {
  const home = scratch('commands');
  const bin = join(home, 'bin');
  // With a service to ask, api-page.test.ts runs those of its page.
  const consoles = of('console').filter(({ page }) => page !== 'docs/api.md');
  const pages = [...new Set(consoles.filter((block) => !isSkipped(block)).map(({ page }) => page))];

  beforeAll(() => {
    mkdirSync(bin);
    // What `npm ci` links and `npx` finds, of this working copy.
    const script = `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(root, 'apps/cantata/bin/cantata.js'))} "$@"\n`;
    writeFileSync(join(bin, 'cantata'), script);
    writeFileSync(join(bin, 'npx'), '#!/bin/sh\nexec "$@"\n');
    for (const name of ['cantata', 'npx']) chmodSync(join(bin, name), 0o755);
  });
  // Copies of the repository, one a page.
  afterAll(() => rmSync(home, { recursive: true, force: true }), 180_000);

  const env = {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(npm_|CANTATA_|NODE_OPTIONS|VITEST)/.test(name)),
    ),
    PATH: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter),
  };

  /** Runs the commands of a block in `folder` and returns where they ended: `cd` counts for the blocks that follow. */
  function runBlock(block: Block, folder: string): { readonly complaint: string; readonly folder: string } {
    const where = join(home, 'where');
    const expected = Number(/^exits (\d+)/.exec(block.note)?.[1] ?? 0);
    const commands = commandsOf(block);
    const last = commands.at(-1) ?? '';
    const script = [
      'set -e',
      ...commands.slice(0, -1),
      'set +e',
      last,
      'code=$?',
      `pwd > '${where}'`,
      'exit $code',
    ].join('\n');
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      cwd: folder,
      env,
      encoding: 'utf8',
      timeout: 60_000,
    });
    const complaint =
      status === expected
        ? ''
        : `${at(block)} ends with ${status}\n${commands.join('\n')}\n${stdout}\n${stderr}`;
    return { complaint, folder: complaint === '' ? readFileSync(where, 'utf8').trim() : folder };
  }

  test.each(pages)('%s do what the page says', { timeout: 180_000 }, (page) => {
    let folder = mkdtempSync(join(home, 'copy-'));
    copyRepository(folder);
    for (const block of consoles.filter((each) => each.page === page && !isSkipped(each))) {
      const ran = runBlock(block, folder);
      expect(ran.complaint).toBe('');
      folder = ran.folder;
    }
  });

  test('every block has commands, and every one that is not run says why', () => {
    const wrong = consoles.filter((block) => commandsOf(block).length === 0 || block.note === 'skip').map(at);
    expect(wrong).toEqual([]);
  });

  test('no block of another kind hides a command', () => {
    expect(blocks.filter(({ language }) => ['bash', 'sh', 'shell', ''].includes(language)).map(at)).toEqual(
      [],
    );
  });
});

// ---------------------------------------------------------------- workflows and code

const wholes = (language: string): readonly Block[] =>
  of(language).filter(({ note }) => !note.startsWith('fragment'));

test.each(wholes('yaml').map((block) => [at(block), block] as const))(
  'the workflow at %s is valid',
  (_, { text }) => {
    const parsed = parseDefinition(text);
    const errors =
      parsed.kind === 'valid' ? [] : parsed.problems.filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([]);
  },
);

test.each(of('json').map((block) => [at(block), block] as const))('the JSON at %s is JSON', (_, { text }) => {
  expect(() => void JSON.parse(text)).not.toThrow();
});

test('the TypeScript of the pages compiles', { timeout: 60_000 }, () => {
  const folder = scratch('code');
  const files = wholes('ts').map((block, i) => {
    const name = `block-${i}.ts`;
    writeFileSync(join(folder, name), block.text);
    return [name, at(block)] as const;
  });
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      declaration: false,
      noEmit: true,
      allowImportingTsExtensions: true,
      rewriteRelativeImportExtensions: false,
      rootDir: root,
      tsBuildInfoFile: null,
    },
    files: files.map(([name]) => name),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
    cwd: folder,
  });
  // Of the pages alone: what else is wrong, the type check says.
  const errors = stdout.split('\n').filter((line) => line.startsWith('block-') || line.startsWith('error'));
  const named = errors.map((line) =>
    files.reduce((text, [name, place]) => text.replace(`${name}(`, `${place} (`), line),
  );
  rmSync(folder, { recursive: true });
  expect(named).toEqual([]);
});

// ---------------------------------------------------------------- links

/** As GitHub makes anchors of headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = readFileSync(page, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  );
}

test('the page of examples names each of them, with a page of its own', () => {
  const text = readFileSync(join(root, 'docs/examples.md'), 'utf8');
  const manifests = globSync('examples/*/package.json', { cwd: root });
  const wrong = manifests
    .map((manifest) => dirname(manifest))
    .filter((folder) => !text.includes(`](../${folder})`) || !existsSync(join(root, folder, 'README.md')));
  expect(manifests.length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
  const links = [...text.matchAll(/\]\((?<target>[^)\s]+)\)/g)].map(({ groups }) => groups?.['target'] ?? '');
  const broken = links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(root, page) : resolve(root, dirname(page), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
  expect(broken).toEqual([]);
});
