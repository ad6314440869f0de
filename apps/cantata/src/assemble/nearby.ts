/** Data of other projects below a folder: for people who look for a run from one folder too high. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_DIR, DATABASE } from './project.ts';

const MAX_DEPTH = 3;
/** So that a home folder costs no more than a moment. */
const MAX_FOLDERS = 500;

/** Data folders below `folder`, the nearest first. */
export function dataBelow(folder: string): readonly string[] {
  const found: string[] = [];
  let level = [folder];
  let looked = 0;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const next: string[] = [];
    for (const parent of level) {
      for (const child of foldersIn(parent)) {
        if (++looked > MAX_FOLDERS) return found;
        next.push(child);
        const dataDir = join(child, DATA_DIR);
        if (existsSync(join(dataDir, DATABASE))) found.push(dataDir);
      }
    }
    level = next;
  }
  return found;
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map(({ name }) => join(folder, name));
  } catch {
    // Not ours to look into.
    return [];
  }
}
