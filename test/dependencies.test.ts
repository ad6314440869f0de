// Compares docs/dependencies.md with the manifests: no dependency without a reason, no reason without a dependency.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

type Names = Readonly<Record<string, string>>;
interface Manifest {
  readonly dependencies?: Names;
  readonly devDependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
}

/** What the manifests ask for from outside the workspace. */
function required(): Set<string> {
  return new Set(
    globSync(['package.json', '{packages,apps,examples}/*/package.json'], { cwd: root })
      .map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest)
      .flatMap((manifest) => [
        manifest.dependencies,
        manifest.devDependencies,
        manifest.optionalDependencies,
        manifest.peerDependencies,
      ])
      .flatMap((names) => Object.keys(names ?? {}))
      .filter((name) => !name.startsWith('@cantata/')),
  );
}

/** What the page explains: the first cell of every row, when the row ends in a reason. */
function explained(): string[] {
  const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
  return [...page.matchAll(/^\| `(?<name>[^`]+)` \|[^|]+\| \S.+ \|$/gm)].map(
    (row) => row.groups?.['name'] ?? '',
  );
}

test('every direct dependency has its reason on the page, and the page names no other', () => {
  expect(explained().toSorted()).toEqual([...required()].toSorted());
});
