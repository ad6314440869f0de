/** Pages of the documentation as tests read them: their blocks of code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  /** What stands behind the language. */
  readonly note: string;
  readonly text: string;
}

export function blocksOf(root: string, page: string): readonly Block[] {
  const lines = readFileSync(join(root, page), 'utf8').split('\n');
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, fence, language = '', note = ''] = /^(`{3,})(\w*)\s*(.*)$/.exec(lines[i] as string) ?? [];
    if (fence === undefined) continue;
    const end = lines.indexOf(fence, i + 1);
    blocks.push({ page, line: i + 1, language, note, text: lines.slice(i + 1, end).join('\n') });
    i = end;
  }
  return blocks;
}
