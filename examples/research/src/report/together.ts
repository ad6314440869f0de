/** Puts neighbours together: what follows each other in a file is one quotation. */
import type { Candidate } from './candidates.ts';
import { pieceBetween } from './pieces.ts';

/** What the report shows of a place in a file. */
export interface Quote {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly headings: readonly string[];
  readonly kind: Candidate['passage']['kind'];
  /** See `Passage.head`. */
  readonly head: string | undefined;
  readonly text: string;
  readonly terms: ReadonlySet<string>;
  readonly score: number;
}

/** Quotations in the order of their best candidates. */
export function together(chosen: readonly Candidate[]): Quote[] {
  const runs: Candidate[][] = [];
  for (const candidate of chosen) {
    // One candidate may close the gap between two runs.
    const [first, ...others] = runs.filter((run) => run.some((other) => touches(candidate, other)));
    if (first === undefined) runs.push([candidate]);
    else first.push(candidate, ...others.flatMap((run) => runs.splice(runs.indexOf(run), 1).flat()));
  }
  return runs.map(quote);
}

function touches(a: Candidate, b: Candidate): boolean {
  const { file, kind, start, head } = a.passage;
  if (file !== b.passage.file || kind !== b.passage.kind || kind === 'code') return false;
  const isSameText = kind === 'row' ? head === b.passage.head : start === b.passage.start;
  return isSameText && a.from <= b.to + 1 && b.from <= a.to + 1;
}

function quote(run: readonly Candidate[]): Quote {
  const [first] = run as [Candidate];
  const { file, headings, kind, head } = first.passage;
  const from = Math.min(...run.map((candidate) => candidate.from));
  const to = Math.max(...run.map((candidate) => candidate.to));
  const rows = [...run].sort((a, b) => a.from - b.from).map(({ text }) => text);
  const { text, start, end } =
    kind === 'text' ? pieceBetween(first.passage, from, to) : { text: rows.join('\n'), start: from, end: to };
  const terms = new Set(run.flatMap((candidate) => [...candidate.terms]));
  return {
    file,
    headings,
    kind,
    head,
    text,
    start,
    end,
    terms,
    score: Math.max(...run.map(({ score }) => score)),
  };
}
