/** Chooses what is quoted: the best candidates that do not repeat each other. */
import type { SubQuestion } from '../shapes.ts';
import { type Candidate, candidates, type Found } from './candidates.ts';
import { type Quote, together } from './together.ts';

export interface Section {
  readonly asked: SubQuestion;
  /** In the order of their worth; empty when nothing fits. */
  readonly quotes: readonly Quote[];
}

const QUOTES = { answer: 5, other: 3 };
/** Below this share of what was asked, or of the best candidate, it is silence rather than an answer. */
const LEAST_FIT = 0.25;
const LEAST_OF_BEST = 0.5;
/** A text of whose terms a larger share stands in another says nothing new. */
const SAME = 0.7;
/** Of what is not prose a section has little. */
const PER_SECTION = { text: Infinity, row: 2, code: 1 };

/** A section for every finding. What one section quotes, no later one quotes again. */
export function chooseSections(findings: readonly Found[]): Section[] {
  const taken: Candidate[] = [];
  return findings.map((finding) => {
    const chosen = choose(finding, taken);
    taken.push(...chosen);
    return { asked: finding.asked, quotes: together(chosen) };
  });
}

function choose(finding: Found, taken: readonly Candidate[]): Candidate[] {
  const most = finding.asked.facet === 'answer' ? QUOTES.answer : QUOTES.other;
  const fresh = candidates(finding).filter((candidate) => !taken.some((other) => repeats(candidate, other)));
  const ranked = fresh.sort((a, b) => b.score - a.score);
  const least = Math.max(LEAST_FIT, (ranked[0]?.score ?? 0) * LEAST_OF_BEST);
  const chosen: Candidate[] = [];
  for (const candidate of ranked) {
    if (chosen.length >= most || candidate.score < least) break;
    const { kind } = candidate.passage;
    if (chosen.filter((other) => other.passage.kind === kind).length >= PER_SECTION[kind]) continue;
    if (!chosen.some((other) => repeats(candidate, other))) chosen.push(candidate);
  }
  return chosen;
}

/** Whether a candidate adds nothing to another: its text is in it, or nearly all of its terms are. */
function repeats(candidate: Candidate, other: Candidate): boolean {
  if (other.text.includes(candidate.text) || candidate.text.includes(other.text)) return true;
  const known = [...candidate.terms].filter((term) => other.terms.has(term)).length;
  return known > candidate.terms.size * SAME;
}
