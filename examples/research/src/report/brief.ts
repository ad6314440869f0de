/** The report in a few sentences: those that most of the others agree with (LexRank's idea, Erkan and Radev 2004). */
import { balanced, bare } from '../text/plain.ts';
import { sentences } from '../text/sentences.ts';
import { terms } from '../text/words.ts';
import type { Section } from './choose.ts';
import { pointsBack } from './pieces.ts';
import type { Quote } from './together.ts';

const QUOTES = 3;
/** Of a longer quotation only the sentences around its best one are taken. */
const LENGTH = 260;
/** With so many quotations that answer the question itself, the others stay out of the brief. */
const DIRECT_ENOUGH = 2;
/** What is worth less than this share of the best would only water it down. */
const LEAST_OF_BEST = 0.55;

/** The most central of the quotations, shortened, in the order in which the report has them. */
export function briefOf(sections: readonly Section[]): Quote[] {
  const prose = sections.flatMap(({ asked, quotes }) =>
    quotes.filter(({ kind }) => kind === 'text').map((quote) => ({ asked, quote })),
  );
  const direct = prose.filter(({ asked }) => asked.facet === 'answer');
  const all = direct.length >= DIRECT_ENOUGH ? direct : prose;
  const ranked = all
    .map((one) => {
      const agreement = all.reduce(
        (sum, other) => sum + (other === one ? 0 : likeness(one.quote, other.quote)),
        0,
      );
      return { one, worth: one.quote.score * (1 + agreement / Math.max(1, all.length - 1)) };
    })
    .sort((a, b) => b.worth - a.worth)
    .filter(({ worth }, _, [best]) => worth >= (best?.worth ?? 0) * LEAST_OF_BEST)
    .slice(0, QUOTES);
  return all
    .filter((one) => ranked.some((central) => central.one === one))
    .map(({ asked, quote }) =>
      shortened(quote, new Map(asked.asked.map(({ term, weight }) => [term, weight]))),
    );
}

/** The best sentence of a quotation and what follows it, as long as it stays short. */
function shortened(quote: Quote, weights: ReadonlyMap<string, number>): Quote {
  const parts = sentences([quote.text], 1).map(({ text }) => text);
  const worth = (text: string): number =>
    [...new Set(terms(bare(text)))].reduce((sum, term) => sum + (weights.get(term) ?? 0), 0);
  let best = 0;
  for (let n = 1; n < parts.length; n++) if (worth(parts[n] ?? '') > worth(parts[best] ?? '')) best = n;
  if (pointsBack(parts[best] ?? '')) best = Math.max(0, best - 1);
  let text = parts[best] ?? quote.text;
  for (const next of parts.slice(best + 1)) {
    if (text.length + next.length > LENGTH) break;
    text += ` ${next}`;
  }
  return { ...quote, text: balanced(text) };
}

/** Cosine of the two sets of terms. */
function likeness(a: Quote, b: Quote): number {
  const both = [...a.terms].filter((term) => b.terms.has(term)).length;
  return both === 0 ? 0 : both / Math.sqrt(a.terms.size * b.terms.size);
}
