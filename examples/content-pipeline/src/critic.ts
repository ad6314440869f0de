/** Judges a draft: first each sentence, and when those are good the length of the whole. It never says how to mend it. */
import { defineAgent } from '@cantata/sdk';
import { fillersIn, wordsOf } from './words.ts';
import type { Brief } from './writer.ts';

export type Problem = {
  readonly kind: 'filler' | 'long_sentence' | 'long_text';
  /** Which sentence, from 0; of the whole text none. */
  readonly sentence?: number;
  readonly text: string;
};

export type Verdict = {
  readonly good: boolean;
  readonly problems: readonly Problem[];
};

const MAX_WORDS_IN_SENTENCE = 16;

export const critic = defineAgent({
  description: 'Judges how a text reads.',
  perform({ words }: Brief, { team }): Verdict {
    const sentences = (team.results[0]?.output ?? []) as readonly string[];
    const problems = sentences.flatMap((sentence, n) => problemsOf(sentence, n));
    const length = wordsOf(sentences.join(' ')).length;
    if (problems.length === 0 && length > words)
      problems.push({ kind: 'long_text', text: `it has ${length} words, and ${words} are asked for` });
    return { good: problems.length === 0, problems };
  },
});

function problemsOf(sentence: string, n: number): Problem[] {
  const length = wordsOf(sentence).length;
  const fillers = fillersIn(sentence);
  return [
    ...fillers.map(
      (filler): Problem => ({
        kind: 'filler',
        sentence: n,
        text: `sentence ${n + 1} says "${filler}"`,
      }),
    ),
    ...(length > MAX_WORDS_IN_SENTENCE
      ? [{ kind: 'long_sentence', sentence: n, text: `sentence ${n + 1} has ${length} words` } as const]
      : []),
  ];
}
