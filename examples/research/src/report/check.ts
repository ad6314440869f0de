/**
 * Looks once more whether every passage stands where the researchers found it. Between search and report there may be
 * minutes, or a kill and a resume a day later; a citation that leads nowhere is worse than none.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Finding, Passage } from '../shapes.ts';

/** The same findings without the passages that are gone, and with new line numbers for those that have moved. */
export async function checkFindings(findings: readonly Finding[]): Promise<Finding[]> {
  const files = new Map<string, Promise<readonly string[]>>();
  const linesOf = (file: string): Promise<readonly string[]> => {
    const lines = files.get(file) ?? readLines(file);
    files.set(file, lines);
    return lines;
  };
  return await Promise.all(
    findings.map(async (finding) => {
      const checked = await Promise.all(
        finding.passages.map(async (passage) => standing(passage, await linesOf(passage.file))),
      );
      return { ...finding, passages: checked.filter((passage) => passage !== undefined) };
    }),
  );
}

function standing(passage: Passage, lines: readonly string[]): Passage | undefined {
  const quoted = passage.quote.split('\n');
  const standsAt = (first: number): boolean => quoted.every((line, n) => lines[first + n] === line);
  if (standsAt(passage.start - 1)) return passage;
  const moved = lines.findIndex((_, first) => standsAt(first));
  return moved < 0 ? undefined : { ...passage, start: moved + 1, end: moved + quoted.length };
}

async function readLines(file: string): Promise<readonly string[]> {
  try {
    return (await readFile(resolve(file), 'utf8')).replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  } catch {
    // The file is gone, so nothing in it can be cited.
    return [];
  }
}
