/** Everything that could be quoted for a sub-question, each with how well it answers. */
import { showsSide } from '../question/facets.ts';
import type { Finding, Passage, SubQuestion } from '../shapes.ts';
import { bare } from '../text/plain.ts';
import { terms } from '../text/words.ts';
import { type Piece, piecesOf, quotability } from './pieces.ts';

/** The part of a finding that counts here. */
export type Found = Pick<Finding, 'asked' | 'passages'>;

/** A piece of a passage, and how well it answers. */
export interface Candidate extends Piece {
  readonly passage: Passage;
  readonly terms: ReadonlySet<string>;
  readonly score: number;
}

/** How much a term counts that is not in the piece itself. */
const NEARBY = { lead: 0.8, neighbour: 0.6, heading: 0.5, passage: 0.3 };
/** What a piece counts that lacks the signs of its side and only keeps the company of one that has them. */
const SIGNLESS = 0.5;

export function candidates({ asked: part, passages }: Found): Candidate[] {
  const best = Math.max(...passages.map(({ score }) => score));
  return passages.flatMap((passage) => {
    const standing = 0.6 + 0.4 * Math.sqrt(passage.score / best);
    const pieces = piecesOf(passage).map((piece) => ({ ...piece, terms: termsIn(bare(piece.text)) }));
    const around = surroundings(passage);
    const looksFor = new Set([...part.asked, ...part.beside].map(({ term }) => term));
    return pieces.map((piece, place): Candidate => {
      const beside = [pieces[place - 1], pieces[place + 1]];
      const presence = (term: string): number => {
        if (piece.terms.has(term)) return 1;
        return beside.some((other) => other?.terms.has(term)) ? NEARBY.neighbour : around(term);
      };
      const sign = showsSide(part, piece.text) ? 1 : SIGNLESS;
      // Where nothing of it is in the piece itself, what stands around it does not help.
      const speaks = passage.kind === 'code' || [...piece.terms].some((term) => looksFor.has(term));
      const score = speaks
        ? standing * coverage(part, presence) * sign * quotability(passage, piece.text)
        : 0;
      return { ...piece, passage, score };
    });
  });
}

/** How much a term counts for every piece of a passage, because of where the passage stands. */
function surroundings({ headings, lead = '', quote }: Passage): (term: string) => number {
  const places = [
    { terms: termsIn(lead), counts: NEARBY.lead },
    { terms: termsIn(headings.slice(-2).join('\n')), counts: NEARBY.heading },
    { terms: termsIn(quote), counts: NEARBY.passage },
  ];
  return (term) => places.find((place) => place.terms.has(term))?.counts ?? 0;
}

/** The share of what was looked for that is there, 0 to 1. */
function coverage(part: SubQuestion, presence: (term: string) => number): number {
  let all = 0;
  let covered = 0;
  for (const { term, weight } of [...part.asked, ...part.beside]) {
    all += weight;
    covered += weight * presence(term);
  }
  return all === 0 ? 0 : covered / all;
}

function termsIn(text: string): ReadonlySet<string> {
  return new Set(terms(text));
}
