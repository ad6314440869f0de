/** Finds the files of a folder that people wrote to be read. Never follows links, never reads without a bound. */
import { lstat, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { TerminalError } from '@cantata/sdk';

export interface TextFile {
  readonly absolute: string;
  /** The path from the folder, with `/`. */
  readonly path: string;
  readonly size: number;
  readonly changedMs: number;
}

export interface Listing {
  readonly files: readonly TextFile[];
  /** Files of text that were left out because of a limit below. */
  readonly leftOut: number;
}

const MAX_FILES = 2_000;
export const MAX_FILE_BYTES = 1_048_576;
const MAX_TOTAL_BYTES = 32 * 1_048_576;
const MAX_DEPTH = 16;

const TEXT = /\.(?:md|mdx|markdown|txt|text|rst|adoc|asciidoc|org)$|^readme$/i;
/** Says the same in every project. */
const BOILERPLATE = /^(?:licen[cs]e|copying|notice)\b/i;

/**
 * All files of text below a folder, in the order of their paths.
 * @throws TerminalError `folder_missing`, `folder_unreadable`, or `folder_empty` when there is nothing to read
 */
export async function listTexts(folder: string, signal: AbortSignal): Promise<Listing> {
  const found: TextFile[] = [];
  await walk(folder, '', 0, found, signal);
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  const files: TextFile[] = [];
  let total = 0;
  for (const file of found) {
    if (files.length >= MAX_FILES || file.size > MAX_FILE_BYTES || total + file.size > MAX_TOTAL_BYTES)
      continue;
    total += file.size;
    files.push(file);
  }
  if (files.length === 0) {
    throw new TerminalError(`there is no text or Markdown file in the folder ${folder}`, {
      code: 'folder_empty',
    });
  }
  return { files, leftOut: found.length - files.length };
}

async function walk(
  folder: string,
  path: string,
  depth: number,
  found: TextFile[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  for (const entry of await entriesOf(join(folder, path), depth)) {
    // Ten times the limit is enough to say how many were left out.
    if (found.length >= MAX_FILES * 10) return;
    const { name } = entry;
    if (name.startsWith('.') || name === 'node_modules') continue;
    const below = posix.join(path, name);
    if (entry.isDirectory() && depth < MAX_DEPTH) await walk(folder, below, depth + 1, found, signal);
    if (!entry.isFile() || !TEXT.test(name) || BOILERPLATE.test(name)) continue;
    const absolute = join(folder, below);
    const stat = await lstat(absolute).catch(() => undefined); // It may have gone away meanwhile.
    if (stat) found.push({ absolute, path: below, size: stat.size, changedMs: stat.mtimeMs });
  }
}

async function entriesOf(folder: string, depth: number) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    // A folder inside that we may not read is left out; the one that was asked for is not.
    if (depth > 0) return [];
    const missing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw new TerminalError(
      missing ? `there is no folder ${folder}` : `the folder ${folder} cannot be read`,
      {
        code: missing ? 'folder_missing' : 'folder_unreadable',
        cause: error,
      },
    );
  }
}
