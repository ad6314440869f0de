/** The workflows that a workflow starts, as far as their files lie beside its own. */
import { dirname, join } from 'node:path';
import type { Wanted } from '@cantata/definition';
import type { Documents } from './documents.ts';

/** Whether it reads like a workflow of this name; only a parse can tell. */
function mayDeclare(text: string, name: string): boolean {
  const escaped = name.replaceAll(/[.+-]/g, String.raw`\$&`);
  return (
    new RegExp(`["']?name["']?\\s*:\\s*["']?${escaped}["']?\\s*(?:[,}#]|$)`, 'm').test(text) &&
    /["']?orchestration_pattern["']?\s*:/.test(text)
  );
}

/** The name and version a text gives itself first, where it cannot be parsed. */
export function declaredIn(text: string): Declared {
  const valueOf = (key: string): string | undefined =>
    new RegExp(`^\\s*["']?${key}["']?\\s*:\\s*["']?([^"'\\n#,]+?)["']?\\s*,?\\s*(?:#.*)?$`, 'm').exec(
      text,
    )?.[1];
  return { name: valueOf('name'), version: valueOf('version') };
}

export interface Declared {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

export function isWanted({ name, version }: Declared, wanted: Wanted): boolean {
  return (
    name === wanted.name &&
    (wanted.version === undefined || version === undefined || version === wanted.version)
  );
}

/** Paths of files beside `workflow` that may be the one that is wanted. */
export function candidates(workflow: string, { name }: Wanted, documents: Documents): readonly string[] {
  const folder = dirname(workflow);
  return documents
    .list(folder)
    .map((file) => join(folder, file))
    .filter((path) => path !== workflow && mayDeclare(documents.read(path), name));
}
