/** Matters that go with a question, each worth a sub-question of its own. */
import type { Hit } from '../search.ts';
import type { WeightedTerm } from '../shapes.ts';
import { withoutLinks } from '../text/plain.ts';
import { terms } from '../text/words.ts';
import type { Companion } from './feedback.ts';

export interface Matter {
  readonly question: string;
  readonly terms: readonly WeightedTerm[];
  /** The heading it is about. */
  readonly under?: string;
}

const GROUP_SIZE = 3;
const MAX_HEADING_WORDS = 8;

/**
 * The sections in which the relevant passages stand, by the headings their authors gave them; without the section of
 * the best passage, which the answer itself will quote, and without what the question names already.
 */
export function mattersByHeading(
  hits: readonly Hit[],
  asked: ReadonlySet<string>,
  companions: ReadonlySet<string>,
): Matter[] {
  const sections = new Map<string, number>();
  const answering = headingOf(hits[0]);
  for (const hit of hits) {
    const heading = headingOf(hit);
    if (heading === undefined || heading === answering || hit.passage.headings.length < 2) continue;
    sections.set(heading, (sections.get(heading) ?? 0) + hit.score);
  }
  return (
    [...sections]
      .sort(([, a], [, b]) => b - a)
      .map(([heading]) => ({ heading, found: [...new Set(terms(heading))] }))
      .filter(({ heading }) => heading.split(' ').length <= MAX_HEADING_WORDS && !/[()[\]]/.test(heading))
      // It must be about the question, and about more than the question.
      .filter(({ found }) => found.some((term) => asked.has(term) || companions.has(term)))
      .filter(({ found }) => found.some((term) => !asked.has(term)))
      .map(({ heading, found }) => ({
        question: `What does “${heading}” have to do with it?`,
        terms: found.map((term) => ({ term, weight: 0.5 })),
        under: heading,
      }))
  );
}

/** Terms that stand in the same passages, for texts without headings. */
export function mattersByTerms(companions: readonly Companion[]): Matter[] {
  const left = [...companions];
  const matters: Matter[] = [];
  while (left.length >= 2) {
    const seed = left.shift() as Companion;
    const near = left
      .map((other) => ({ other, bond: bond(seed, other) }))
      .filter(({ bond }) => bond > 0)
      .sort((a, b) => b.bond - a.bond || b.other.weight - a.other.weight)
      .slice(0, GROUP_SIZE - 1)
      .map(({ other }) => other);
    for (const other of near) left.splice(left.indexOf(other), 1);
    const group = [seed, ...near];
    matters.push({ question: `Where do ${listed(group.map(({ name }) => name))} come in?`, terms: group });
  }
  return matters;
}

function headingOf(hit: Hit | undefined): string | undefined {
  const heading = hit?.passage.headings.at(-1);
  return heading === undefined ? undefined : headingTitle(heading);
}

/** A heading without its number: "7. Durability and scale" is about durability and scale. */
export function headingTitle(heading: string): string {
  return withoutLinks(heading)
    .replace(/^[\d.]+\s+/, '')
    .replace(/[?:.]+$/, '');
}

/** How often two terms stand in the same passage, of how often either does (Jaccard). */
function bond(a: Companion, b: Companion): number {
  const both = [...a.passages].filter((passage) => b.passages.has(passage)).length;
  return both / (a.passages.size + b.passages.size - both);
}

function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `“${name}”`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}
