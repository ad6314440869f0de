/** The report as Markdown. The same findings give the same text, so that writing it twice changes nothing. */
import { REPORT_MARK } from '../library/own-report.ts';
import type { Facet, Finding } from '../shapes.ts';
import { withoutLinks } from '../text/plain.ts';
import { termsOf, words } from '../text/words.ts';
import type { Section } from './choose.ts';
import type { Sources } from './sources.ts';
import type { Quote } from './together.ts';

export interface PageParts {
  readonly question: string;
  readonly folder: string;
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
  readonly brief: readonly Quote[];
  readonly sources: Sources;
}

export function page(parts: PageParts): string {
  const { question, brief, sections, sources } = parts;
  const answered = sections.filter(({ quotes }) => quotes.length > 0);
  const blocks = [REPORT_MARK, `# ${question}`];
  if (answered.length === 0) return finish([...blocks, nothing(parts), method(parts)]);
  blocks.push(
    '## In brief',
    brief.map((quote) => `- ${quote.text} ${cite(quote, sources)}`).join('\n'),
    ...answered.flatMap(({ asked, quotes }) => [
      `## ${headingOf(asked.facet, asked.question)}`,
      ...quotes.map((quote) => quoted(quote, sources)),
    ]),
    ...silences(sections),
    '## Sources',
    sources
      .all()
      .map(
        ({ number, file, line, link, headings }) => `${number}. [${file}:${line}](${link})${under(headings)}`,
      )
      .join('\n'),
    method(parts),
  );
  return finish(blocks);
}

function headingOf(facet: Facet, question: string): string {
  // The question itself is the title of the report already.
  return facet === 'answer' ? 'What is said about it' : question;
}

function quoted(quote: Quote, sources: Sources): string {
  const citation = cite(quote, sources);
  if (quote.kind === 'code') return `${fenced(quote)}\n\n${citation}`;
  if (quote.kind === 'row') return `${table(quote)}\n\n${citation}`;
  return `> ${quote.text} ${citation}`;
}

function fenced({ text, head }: Quote): string {
  const fence = text.includes('```') ? '````' : '```';
  return `${fence}${head ?? ''}\n${text}\n${fence}`;
}

/** A row under the head of its table. */
function table({ text, head }: Quote): string {
  const columns = (head ?? '').replace(/^\s*\||\|\s*$/g, '').split('|').length;
  return [head ?? '', `|${' --- |'.repeat(columns)}`, ...text.split('\n')].map(withoutLinks).join('\n');
}

function cite(quote: Quote, sources: Sources): string {
  const { number, link } = sources.of(quote);
  return `[[${number}]](${link})`;
}

function under(headings: readonly string[]): string {
  const path = headings.slice(-2).map(withoutLinks).join(' › ');
  return path === '' ? '' : `, under *${path.replace(/[*_]/g, '')}*`;
}

function silences(sections: readonly Section[]): string[] {
  const silent = sections.filter(({ quotes }) => quotes.length === 0);
  if (silent.length === 0) return [];
  const questions = silent.map(({ asked }) =>
    asked.facet === 'answer' ? 'a direct answer.' : asked.question,
  );
  return [`*Looked for, but nothing found that fits: ${questions.join(' ')}*`];
}

function nothing({ folder }: PageParts): string {
  return `Nothing in \`${folder}\` answers this. The question was looked for by its words; others may find more.`;
}

/** How the report came about, and what it therefore is not. */
function method({ findings, folder, question, sources }: PageParts): string {
  const { files = 0, leftOut = 0, missing = [], asked } = findings[0] ?? {};
  const wordOf = (term: string): string =>
    words(question).find((word) => termsOf(word).includes(term)) ?? term;
  const taken = (asked?.asked ?? []).flatMap(({ term, insteadOf }) =>
    insteadOf === undefined ? [] : [{ term, insteadOf }],
  );
  const said = [
    `Read ${files} ${files === 1 ? 'file' : 'files'} in \`${folder}\`.`,
    leftOut > 0 && `${leftOut} more were left out: too large or too many.`,
    missing.length > 0 && `Nowhere in them: ${missing.map((term) => `“${wordOf(term)}”`).join(', ')}.`,
    // What is looked for is the stem of a word.
    ...taken.map(
      ({ term, insteadOf }) => `“${wordOf(insteadOf)}” is nowhere in them and was taken for “${term}…”.`,
    ),
    sources.all().length > 0 &&
      'Every sentence is quoted; it was chosen by counting words, and no language model was asked.',
  ];
  return `---\n\n${said.filter((sentence) => sentence !== false).join(' ')}`;
}

function finish(blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}
