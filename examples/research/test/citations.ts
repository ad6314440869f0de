/** Reads a report as a sceptic would: follows every link and compares what is quoted with what stands there. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bare, withoutMarker } from '../src/text/plain.ts';

export interface Citation {
  readonly quoted: string;
  /** The text from the cited line on, as far as the quotation may reach. */
  readonly found: string;
  /** The cited line itself. */
  readonly line: string;
  /** Whether it is quoted in a section, and so must begin on that line; the brief may take a sentence from further down. */
  readonly isWhole: boolean;
}

const LONGEST_QUOTATION_LINES = 30;
const CITATION = /\[\[(\d+)\]\]\(([^)#]+)#L(\d+)\)/;

/** Every quotation of a report with what stands at the line its link leads to. */
export function citationsOf(report: string): Citation[] {
  const text = readFileSync(report, 'utf8');
  return text.split('\n\n').flatMap((block, n, blocks) =>
    block.split('\n').flatMap((line) => {
      const link = CITATION.exec(line);
      if (link === null || /^\d+\. /.test(line)) return [];
      const [whole, , path = '', at = ''] = link;
      // Code and tables stand in the block before their citation.
      const isAlone = line.trim() === whole;
      const quoted = isAlone
        ? rowsOf(blocks[n - 1] ?? '')
        : [line.replace(whole, '').replace(/^(?:> |- )/, '')];
      const found = linesAt(join(dirname(report), decodeURIComponent(path)), Number(at), isAlone);
      const first = linesAt(join(dirname(report), decodeURIComponent(path)), Number(at), isAlone, 1);
      return quoted.map((one) => ({ quoted: bare(one), found, line: first, isWhole: line.startsWith('> ') }));
    }),
  );
}

function rowsOf(block: string): string[] {
  const lines = block.split('\n');
  // Without the fences of code, or the head and the rule of a table.
  return block.startsWith('|') ? lines.slice(2) : lines.slice(1, -1);
}

function linesAt(file: string, line: number, isVerbatim: boolean, count = LONGEST_QUOTATION_LINES): string {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  const reached = lines.slice(line - 1, line - 1 + count);
  return bare(reached.map((one) => (isVerbatim ? one : withoutMarker(one))).join(' '));
}
