// Builds every package that is published and packs it as a user will install it: `node scripts/pack.ts [folder]`.
// In development a package is its sources; Node strips no types below node_modules, so what is packed is built
// JavaScript, and the manifest that names the sources is rewritten in a staging folder, never in place.

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = join(import.meta.dirname, '..');

/** The fields of a package.json that packing reads or rewrites; all others pass through. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly workspaces?: readonly string[];
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
  readonly scripts?: unknown;
  readonly devDependencies?: unknown;
}

interface Workspace {
  readonly folder: string;
  readonly manifest: Manifest;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The workspaces that are published: those that are not private. */
export function publishable(): Workspace[] {
  const { workspaces = [] } = readManifest(root);
  return globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  )
    .map((file) => join(root, dirname(file)))
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => manifest.private !== true);
}

const built = (source: string, ending: string): string =>
  source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, ending);

/** The manifest as published: entry points name what was built, and nothing of development is left. */
export function publishedManifest({ scripts, devDependencies, ...manifest }: Manifest): object {
  const map = <T>(entries: Readonly<Record<string, string>> | undefined, to: (source: string) => T) =>
    entries && Object.fromEntries(Object.entries(entries).map(([name, source]) => [name, to(source)]));
  const exports = map(manifest.exports, (source) => ({
    types: built(source, '.d.ts'),
    default: built(source, '.js'),
  }));
  const imports = map(manifest.imports, (source) => built(source, '.js'));
  return { ...manifest, ...(exports && { exports }), ...(imports && { imports }) };
}

/** Whether a file of `dist` was built from a source that still exists: the folder may hold older output. */
function isCurrent(folder: string, file: string): boolean {
  const output = relative(join(folder, 'dist'), file);
  const source = output.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
  return source !== output && existsSync(join(folder, 'src', source));
}

/** The examples are of the repository, and go along with the command. */
const placeOf = (folder: string, entry: string): string =>
  entry === 'examples' ? join(root, entry) : join(folder, entry);

function isPacked(folder: string, entry: string, file: string): boolean {
  const name = basename(file);
  if (entry === 'dist') return !/\.\w+$/.test(name) || isCurrent(folder, file);
  if (entry !== 'examples') return true;
  const [example, ...below] = relative(placeOf(folder, entry), file).split('/');
  if (example === '' || example === undefined) return true;
  const isExample = existsSync(join(placeOf(folder, entry), example, 'package.json'));
  return (
    isExample &&
    ![...below, example].some((part) => /^(\..*|__.*|test|node_modules|.*\.test\.ts)$/.test(part))
  );
}

function stage({ folder, manifest }: Workspace, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const entry of manifest.files ?? []) {
    const from = placeOf(folder, entry);
    if (!existsSync(from)) continue;
    cpSync(from, join(target, entry), { recursive: true, filter: (file) => isPacked(folder, entry, file) });
  }
  for (const page of ['LICENSE', 'README.md']) {
    const from = [join(folder, page), join(root, page)].find((file) => existsSync(file));
    if (from !== undefined) cpSync(from, join(target, page));
  }
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
}

async function lint(tarball: string): Promise<string[]> {
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  return messages.map((message) => `${String(pkg['name'])}: ${formatMessage(message, pkg) ?? message.code}`);
}

/** Builds and packs into `out` and returns the tarballs. Throws with every complaint when one is not publishable. */
export async function pack(out: string): Promise<string[]> {
  const workspaces = publishable();
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-b', ...workspaces.map(({ folder }) => folder)], {
    cwd: root,
    stdio: 'inherit',
  });

  const staging = mkdtempSync(join(tmpdir(), 'cantata-pack-'));
  try {
    const folders = workspaces.map((workspace) => {
      const target = join(staging, relative(root, workspace.folder));
      stage(workspace, target);
      return `./${relative(staging, target)}`;
    });
    mkdirSync(out, { recursive: true });
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', resolve(out), ...folders], {
      cwd: staging,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const tarballs = (JSON.parse(packed) as { filename: string }[]).map(({ filename }) =>
      resolve(out, filename),
    );
    const complaints = (await Promise.all(tarballs.map((tarball) => lint(tarball)))).flat();
    if (complaints.length > 0) throw new Error(`Not fit to be published:\n${complaints.join('\n')}`);
    return tarballs;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  for (const tarball of await pack(process.argv[2] ?? 'packed')) console.log(tarball);
}
