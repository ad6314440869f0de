// Proves that the walls of the house stand: each import rule, each ban on time, chance and environment, and the
// compiler's view of core is broken on purpose in a copy of the layout, and the real configuration must object.
// It never looks at the packages themselves; whether they keep the rules is what `npm run lint` says.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const packages = ['core', 'definition', 'engine', 'sqlite', 'agents', 'server', 'sdk', 'testing'];

interface Wall {
  readonly law: string;
  /** Where the snippets stand; `thing` in the path becomes a name of its own for each snippet. */
  readonly at: readonly string[];
  readonly rule: string;
  readonly refuses: readonly string[];
  readonly allows?: readonly string[];
}

const source = (...names: string[]): string[] => names.map((name) => `packages/${name}/src/thing.ts`);
const testOf = (...names: string[]): string[] =>
  names.flatMap((name) => [`packages/${name}/src/thing.test.ts`, `packages/${name}/test/thing.ts`]);
const app = 'apps/cantata/src/thing.ts';

const importing = (...names: string[]): string[] =>
  names.map((name) => `import * as all from '${name}';\nexport const seen: unknown = all;\n`);
const using = (...expressions: string[]): string[] =>
  expressions.map((expression) => `export const seen = (): unknown => ${expression};\n`);

const walls: readonly Wall[] = [
  {
    law: 'core imports nothing',
    at: source('core'),
    rule: 'eslint(no-restricted-imports)',
    refuses: [
      ...importing('node:fs', 'yaml', '@cantata/engine', '../../engine/src/index.ts', 'vitest', 'cantata'),
      "export * from 'node:path';\n",
      "import type { Stats } from 'node:fs';\nexport type Seen = Stats;\n",
      ...using("import('node:fs')"),
    ],
    allows: importing('./other.ts', '../other.ts'),
  },
  {
    law: 'definition, engine, sqlite, agents and sdk import core alone',
    at: source('definition', 'engine', 'sqlite', 'agents', 'sdk'),
    rule: 'eslint(no-restricted-imports)',
    refuses: [
      ...importing('@cantata/testing', '@cantata/new', '@cantata/core/kernel', '../../core/src/index.ts'),
      ...importing('cantata', 'vitest', 'fast-check'),
      "import type { Store } from '@cantata/new';\nexport type Seen = Store;\n",
    ],
    allows: importing('@cantata/core', 'node:path', 'yaml', './other.ts'),
  },
  {
    law: 'what the sdk gives to tests imports the workflows of testing, and no test runner',
    at: ['packages/sdk/src/testing/thing.ts'],
    rule: 'eslint(no-restricted-imports)',
    refuses: importing(
      '@cantata/engine',
      '@cantata/testing',
      '@cantata/testing/simulator',
      'vitest',
      'cantata',
    ),
    allows: importing('@cantata/core', '@cantata/testing/workflow', '../agent.ts'),
  },
  {
    law: 'the server imports core, definition and engine, and opens no store',
    at: source('server'),
    rule: 'eslint(no-restricted-imports)',
    refuses: importing('@cantata/sqlite', '@cantata/sdk', '@cantata/testing', 'cantata', 'vitest'),
    allows: importing('@cantata/core', '@cantata/definition', '@cantata/engine', 'fastify'),
  },
  {
    law: 'testing imports core, definition and engine',
    at: source('testing'),
    rule: 'eslint(no-restricted-imports)',
    refuses: importing('@cantata/sqlite', '@cantata/sdk', 'cantata', '../../engine/src/index.ts'),
    allows: importing('@cantata/core', '@cantata/definition', '@cantata/engine', 'vitest', 'fast-check'),
  },
  {
    law: 'the tests of a package import testing besides',
    at: testOf('core', 'definition', 'engine', 'sqlite', 'agents', 'sdk'),
    rule: 'eslint(no-restricted-imports)',
    refuses: importing('@cantata/new', 'cantata', '../../other/src/index.ts', '@cantata/core/dist/index.js'),
    allows: importing(
      '@cantata/testing',
      '@cantata/core',
      'vitest',
      'fast-check',
      'node:fs',
      '../src/index.ts',
    ),
  },
  {
    law: 'nobody imports the command',
    at: ['examples/thing/cantata.config.ts', 'test/thing.test.ts', 'bench/thing.ts', 'scripts/thing.ts'],
    rule: 'eslint(no-restricted-imports)',
    refuses: importing('cantata'),
    allows: importing('@cantata/sdk'),
  },
  {
    law: 'the command imports everything',
    at: [app],
    rule: 'eslint(no-restricted-imports)',
    refuses: [],
    allows: importing(
      '@cantata/core',
      '@cantata/definition',
      '@cantata/engine',
      '@cantata/sqlite',
      '@cantata/sdk',
    ),
  },
  {
    law: 'core sees no clock, no timer, no machine and no locale',
    at: source('core'),
    rule: 'eslint(no-restricted-globals)',
    refuses: using(
      'Date.now()',
      'new Date(0)',
      'performance.now()',
      'crypto.randomUUID()',
      'setTimeout(() => {}, 1)',
      'setInterval(() => {}, 1)',
      'setImmediate(() => {})',
      'queueMicrotask(() => {})',
      'process.pid',
      "console.log('hello')",
      'globalThis.Date',
      'new Intl.Collator()',
    ),
  },
  {
    law: 'core rolls no dice and sorts alike everywhere',
    at: source('core'),
    rule: 'eslint(no-restricted-properties)',
    refuses: [
      ...using('Math.random()', "'a'.localeCompare('b')", '(1).toLocaleString()'),
      'const { random } = Math;\nexport const seen = random();\n',
    ],
    allows: using('Math.max(1, 2)', "'a'.toUpperCase()"),
  },
  {
    law: 'the engine asks the clock port for time and timers',
    at: source('engine'),
    rule: 'eslint(no-restricted-globals)',
    refuses: using(
      'Date.now()',
      'new Date()',
      'performance.now()',
      'crypto.randomUUID()',
      'setTimeout(() => {}, 1)',
      'setInterval(() => {}, 1)',
      'setImmediate(() => {})',
      'globalThis.setTimeout(() => {}, 1)',
    ),
  },
  {
    law: 'the engine asks the clock port for chance and deadlines',
    at: source('engine'),
    rule: 'eslint(no-restricted-properties)',
    refuses: using(
      'Math.random()',
      'process.hrtime()',
      'process.nextTick(() => {})',
      'AbortSignal.timeout(1)',
    ),
  },
  {
    law: 'the engine finds no time or chance in the modules of Node',
    at: source('engine'),
    rule: 'eslint(no-restricted-imports)',
    refuses: [
      ...importing('node:timers', 'node:timers/promises', 'node:perf_hooks'),
      "export { randomUUID } from 'node:crypto';\n",
      "import { randomBytes } from 'node:crypto';\nexport const seen = randomBytes(1);\n",
    ],
    allows: ["export { createHash } from 'node:crypto';\n"],
  },
  {
    law: 'the one clock adapter looks at the wall',
    at: ['packages/engine/src/clock/system-clock.ts'],
    rule: 'eslint(no-restricted-globals)',
    refuses: [],
    allows: using(
      '[Date.now(), performance.now(), crypto.randomUUID(), Math.random(), setImmediate(() => {})]',
    ),
  },
  {
    law: 'the packages never read the environment',
    at: source('definition', 'engine', 'sqlite', 'agents', 'server', 'sdk', 'testing'),
    rule: 'eslint(no-restricted-properties)',
    refuses: [
      ...using('process.env'),
      "import process from 'node:process';\nexport const seen = process.env;\n",
      'export const { env } = process;\n',
    ],
  },
  {
    law: 'the packages never import the environment by its name',
    at: source('core', 'definition', 'engine', 'sqlite', 'agents', 'sdk', 'testing'),
    rule: 'eslint(no-restricted-imports)',
    refuses: [
      "export { env } from 'node:process';\n",
      "import { env } from 'process';\nexport const seen = env;\n",
    ],
  },
  {
    law: 'the command reads it',
    at: [app],
    rule: 'eslint(no-restricted-properties)',
    refuses: [],
    allows: using('process.env'),
  },
  {
    law: 'the packages print nothing',
    at: source('definition', 'engine', 'sqlite', 'agents', 'sdk', 'testing'),
    rule: 'eslint(no-console)',
    refuses: using("console.log('hello')"),
  },
  {
    law: 'the command prints',
    at: [app],
    rule: 'eslint(no-console)',
    refuses: [],
    allows: using("console.log('hello')"),
  },
  {
    law: 'no promise is dropped, in a source or in a test',
    at: [...source('sdk'), ...testOf('sdk'), app, 'scripts/thing.ts'],
    rule: 'typescript(no-floating-promises)',
    refuses: ["import { setTimeout } from 'node:timers/promises';\n\nsetTimeout(1);\n"],
    allows: ["import { setTimeout } from 'node:timers/promises';\n\nawait setTimeout(1);\n"],
  },
  {
    law: 'a union is handled to its last arm',
    at: source('sdk'),
    rule: 'typescript(switch-exhaustiveness-check)',
    refuses: ["export function say(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n  }\n}\n"],
    allows: [
      "export function say(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n    case 'b':\n  }\n}\n",
    ],
  },
  {
    law: 'text is never run',
    at: [...source('sdk'), app],
    rule: 'eslint(no-eval)',
    refuses: using("eval('1')"),
  },
  {
    law: 'text is never made into a function',
    at: [...source('core', 'sdk'), app],
    rule: 'eslint(no-new-func)',
    refuses: using("new Function('return 1')"),
  },
];

interface Placed {
  readonly wall: Wall;
  readonly file: string;
  readonly code: string;
  readonly allowed: boolean;
}

/** Every snippet at every place of its wall, in a file of its own, so that one run of the linter judges all. */
function placeAll(): Placed[] {
  return walls
    .flatMap((wall) =>
      wall.at.flatMap((at) => [
        ...wall.refuses.map((code) => ({ wall, at, code, allowed: false })),
        ...(wall.allows ?? []).map((code) => ({ wall, at, code, allowed: true })),
      ]),
    )
    .map(({ at, ...rest }, index) => ({ ...rest, file: at.replace('thing', `thing-${index}`) }));
}

/** An empty copy of the repository's layout with its real configuration and its installed tools. */
function layOut(home: string): void {
  for (const file of [
    '.oxlintrc.json',
    'tsconfig.base.json',
    'tsconfig.json',
    'tsconfig.check.json',
    ...['apps/cantata', ...packages.map((name) => `packages/${name}`)].flatMap((folder) => [
      `${folder}/package.json`,
      `${folder}/tsconfig.json`,
    ]),
  ]) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    copyFileSync(join(root, file), join(home, file));
  }
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'), 'dir');
}

function write(home: string, file: string, code: string): void {
  mkdirSync(dirname(join(home, file)), { recursive: true });
  writeFileSync(join(home, file), code);
}

/** What a tool of node_modules prints when it is run in `home`. */
function runTool(home: string, tool: string, ...args: string[]): string {
  const run = spawnSync(join(root, 'node_modules/.bin', tool), args, {
    cwd: home,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.error !== undefined) throw run.error;
  return run.stdout;
}

/** The rules that objected to each file. */
function lint(home: string): Map<string, Set<string>> {
  const { diagnostics } = JSON.parse(runTool(home, 'oxlint', '--format', 'json', '.')) as {
    diagnostics: { code: string; filename: string }[];
  };
  const byFile = new Map<string, Set<string>>();
  for (const { filename, code } of diagnostics) {
    byFile.set(filename, (byFile.get(filename) ?? new Set()).add(code));
  }
  return byFile;
}

describe('the linter', () => {
  const home = mkdtempSync(join(tmpdir(), 'cantata-walls-'));
  const placed = placeAll();
  let objections = new Map<string, Set<string>>();

  beforeAll(() => {
    layOut(home);
    for (const { file, code } of placed) write(home, file, code);
    objections = lint(home);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test.each(walls)('holds that $law', (wall) => {
    const misjudged = placed
      .filter((each) => each.wall === wall)
      .filter(({ file, allowed }) => allowed === (objections.get(file)?.has(wall.rule) ?? false))
      .map(({ file, code, allowed }) => `${file} ${allowed ? 'refused' : 'let through'}:\n${code}`);
    expect(misjudged).toEqual([]);
  });
});

describe('the compiler', () => {
  const homes: string[] = [];
  afterAll(() => {
    for (const home of homes) rmSync(home, { recursive: true, force: true });
  });

  /** What the compiler says of files in `src` of an otherwise empty package. */
  function compile(name: string, files: Record<string, string>): string {
    const home = mkdtempSync(join(tmpdir(), 'cantata-compile-'));
    homes.push(home);
    layOut(home);
    for (const [file, code] of Object.entries(files)) write(home, `packages/${name}/src/${file}`, code);
    return runTool(home, 'tsc', '-p', `packages/${name}`, '--noEmit', '--pretty', 'false');
  }

  test('knows nothing of Node and the browser in core', () => {
    const foreign = [
      'setTimeout(() => {}, 1)',
      'setImmediate(() => {})',
      "console.log('hello')",
      'process.env',
      'performance.now()',
      'crypto.randomUUID()',
      "fetch('/')",
      'new AbortController()',
      "import('node:fs')",
    ];
    const files = foreign.map((code, index) => [
      `thing-${index}.ts`,
      `export const seen = (): unknown => ${code};\n`,
    ]);
    const report = compile('core', Object.fromEntries(files) as Record<string, string>);
    const known = foreign.filter(
      (_, index) =>
        !new RegExp(`thing-${index}\\.ts\\(1,\\d+\\): error TS\\d+: Cannot find name`).test(report),
    );
    expect(known).toEqual([]);
  });

  test('asks core to write down the types of what it exports', () => {
    const report = compile('core', { 'untyped.ts': 'const one = 1;\nexport const two = one + one;\n' });
    expect(report).toMatch(/untyped\.ts\(2,14\): error TS90\d\d/);
  });

  test('refuses syntax that cannot be stripped', () => {
    expect(compile('sdk', { 'colour.ts': 'export enum Colour {\n  Red,\n}\n' })).toContain('error TS1294');
  });

  test('accepts what is plain', () => {
    expect(compile('core', { 'plain.ts': 'export const one: number = 1;\n' })).toBe('');
  });
});
