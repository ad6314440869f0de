/** The golden logs of all releases, as they lie in this folder: `<release>/<name>.jsonl`. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '@cantata/core';
import { type GoldenLog, logOf, textOf } from './log.ts';

const HERE = import.meta.dirname;
const FIELDS = join(HERE, 'fields-read.txt');

export interface GoldenFile {
  readonly release: string;
  readonly name: string;
  readonly log: ReturnType<typeof logOf>;
}

export function goldenFiles(): readonly GoldenFile[] {
  const releases = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return releases.flatMap(({ name: release }) =>
    readdirSync(join(HERE, release)).map((file) => ({
      release,
      name: file.replace(/\.jsonl$/, ''),
      log: logOf(readFileSync(join(HERE, release, file), 'utf8')),
    })),
  );
}

/** What the fold of any release read of its events, as `type.field`, sorted. */
export function recordedFields(): readonly string[] {
  return readFileSync(FIELDS, 'utf8').trimEnd().split('\n');
}

/** Only adds: what was read once is read for ever. */
export function recordFields(fields: readonly string[]): void {
  const all = new Set([...recordedFields(), ...fields]);
  writeFileSync(FIELDS, `${[...all].sort().join('\n')}\n`);
}

/** Never rewrites: what was recorded stays. @throws where there is one of that name */
export function record(release: string, name: string, log: GoldenLog, expected: Json): void {
  mkdirSync(join(HERE, release), { recursive: true });
  writeFileSync(join(HERE, release, `${name}.jsonl`), textOf(log, expected), { flag: 'wx' });
}
