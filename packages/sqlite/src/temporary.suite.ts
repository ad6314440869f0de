/** A folder for the files of one test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'cantata-sqlite-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
