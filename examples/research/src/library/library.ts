/** A folder as a library: every passage in a full-text index. Built once per process and folder, shared by all seats. */
import { readFile } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import MiniSearch from 'minisearch';
import { terms } from '../text/words.ts';
import { type Block, blocksOf } from './blocks.ts';
import { listTexts, type TextFile } from './folder.ts';
import { isOwnReport } from './own-report.ts';

export interface IndexedPassage extends Block {
  readonly id: number;
  /** The folder as it was given, and the path in it. */
  readonly file: string;
}

export interface Library {
  readonly passages: readonly IndexedPassage[];
  readonly index: MiniSearch<Indexed>;
  /** Number of passages that contain a term. */
  readonly frequency: ReadonlyMap<string, number>;
  readonly files: number;
  readonly leftOut: number;
}

interface Indexed {
  readonly id: number;
  readonly heading: string;
  readonly text: string;
}

/** A longer line was not written for people. */
const MAX_PASSAGE_CHARACTERS = 4_000;
const KEPT_LIBRARIES = 4;

const libraries = new Map<string, { readonly stamp: string; readonly library: Promise<Library> }>();

/**
 * Opens the library of a folder; what the first caller builds serves all later ones until a file changes.
 * @throws TerminalError when there is no such folder or nothing to read in it
 */
export async function openLibrary(folder: string, signal: AbortSignal): Promise<Library> {
  const root = resolve(folder);
  const { files, leftOut } = await listTexts(root, signal);
  const stamp = files.map(({ path, size, changedMs }) => `${path} ${size} ${changedMs}`).join('\n');
  const kept = libraries.get(folder);
  if (kept?.stamp === stamp) return await kept.library;
  const library = build(folder, files, leftOut);
  // A failure is not kept: whoever comes next tries again.
  library.catch(() => libraries.delete(folder));
  libraries.set(folder, { stamp, library });
  for (const oldest of [...libraries.keys()].slice(0, -KEPT_LIBRARIES)) libraries.delete(oldest);
  return await library;
}

async function build(folder: string, files: readonly TextFile[], leftOut: number): Promise<Library> {
  const passages: IndexedPassage[] = [];
  const frequency = new Map<string, number>();
  // The text arrives as terms already, so that the index and the questions agree on what a word is.
  const index = new MiniSearch<Indexed>({
    fields: ['heading', 'text'],
    tokenize: (text) => (text === '' ? [] : text.split(' ')),
    processTerm: (term) => term,
  });
  let read = 0;
  for (const file of files) {
    const text = await textOf(file);
    if (text === undefined || isOwnReport(text)) continue;
    read += 1;
    for (const block of blocksOf(text)) {
      const passage = { ...block, id: passages.length, file: posix.join(folder, file.path) };
      const content = passage.lines.join('\n');
      if (content.length > MAX_PASSAGE_CHARACTERS) continue;
      // Code says little about itself: the paragraph before it does.
      const found = terms(`${block.lead ?? ''}\n${content}`);
      passages.push(passage);
      index.add({ id: passage.id, heading: terms(headingText(passage)).join(' '), text: found.join(' ') });
      for (const term of new Set(found)) frequency.set(term, (frequency.get(term) ?? 0) + 1);
    }
    await yieldToOthers();
  }
  return { passages, index, frequency, files: read, leftOut };
}

/** The two innermost headings: the outermost is often the name of the project, and then it is on every page. */
function headingText(block: Block): string {
  return block.headings.slice(-2).join(' ');
}

async function textOf(file: TextFile): Promise<string | undefined> {
  try {
    const bytes = await readFile(file.absolute);
    return bytes.subarray(0, 8_192).includes(0) ? undefined : bytes.toString('utf8');
  } catch {
    // It went away, or may not be read: the other files still can.
    return undefined;
  }
}
