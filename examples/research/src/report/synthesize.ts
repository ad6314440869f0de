/** From findings to a report. */
import type { Finding } from '../shapes.ts';
import { bare } from '../text/plain.ts';
import { briefOf } from './brief.ts';
import { chooseSections } from './choose.ts';
import { page } from './page.ts';
import { Sources } from './sources.ts';

export interface Report {
  readonly text: string;
  readonly brief: readonly string[];
  readonly words: number;
  readonly sections: number;
  readonly citations: number;
  readonly filesCited: number;
}

/** Pure: the same findings give the same report. `path` is where it will stand, for the links. */
export function synthesize(
  question: string,
  folder: string,
  path: string,
  findings: readonly Finding[],
): Report {
  const sections = chooseSections(findings);
  const brief = briefOf(sections);
  const sources = new Sources(path);
  const text = page({ question, folder, findings, sections, brief, sources });
  return {
    text,
    brief: brief.map((quote) => bare(quote.text)),
    words: text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length,
    sections: sections.filter(({ quotes }) => quotes.length > 0).length,
    citations: sources.all().length,
    filesCited: new Set(sources.all().map(({ file }) => file)).size,
  };
}
