/** Documents that lie beside a workflow: on the disk, or as they are staged in git. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Documents {
  /** Names of the YAML and JSON files in a folder, sorted; none where there is no such folder. */
  list(folder: string): readonly string[];
  /** @throws Error where it cannot be read */
  read(path: string): string;
}

export const ON_DISK: Documents = {
  list(folder) {
    try {
      return documentsOf(readdirSync(folder));
    } catch {
      // None, or not ours to look into.
      return [];
    }
  },
  read: (path) => decode(readFileSync(path)),
};

export function documentsOf(names: readonly string[]): readonly string[] {
  return names.filter(isDocument).toSorted();
}

export function isDocument(name: string): boolean {
  return /\.(ya?ml|json)$/i.test(name);
}

/** UTF-8, or UTF-16 where a byte order mark says so: what some shells write when output is sent to a file. */
export function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0)
    return bytes.swap16().toString('utf16le');
  return bytes.toString('utf8');
}
