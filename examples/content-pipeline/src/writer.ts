/** Writes a first draft from notes, and mends what the critic says is wrong with the last one. */
import { defineAgent } from '@cantata/sdk';
import type { Verdict } from './critic.ts';
import { FILLERS, wordsOf } from './words.ts';

export type Brief = {
  readonly notes: readonly string[];
  readonly words: number;
};

/** Where a sentence can be cut in two. */
const SEAMS = /; |, and (?=it |they )/;

export const writer = defineAgent({
  description: 'Writes sentences, and mends them.',
  perform({ notes, words }: Brief, { team }): readonly string[] {
    const [draft, verdict] = team.results.map(({ output }) => output);
    if (draft === undefined || verdict === undefined) return notes;
    return mended(draft as string[], verdict as Verdict, words);
  },
});

function mended(draft: readonly string[], { problems }: Verdict, words: number): readonly string[] {
  const sentences = draft.flatMap((sentence, n) => {
    const kinds = new Set(problems.filter((problem) => problem.sentence === n).map(({ kind }) => kind));
    const plain = kinds.has('filler') ? withoutFillers(sentence) : sentence;
    return kinds.has('long_sentence') ? cut(plain) : [plain];
  });
  return problems.some(({ kind }) => kind === 'long_text') ? shortened(sentences, words) : sentences;
}

function withoutFillers(sentence: string): string {
  const plain = [...FILLERS].reduce(
    (text, [filler, better]) => text.replaceAll(new RegExp(`\\b${filler}\\b`, 'gi'), better),
    sentence,
  );
  return asSentence(plain.replaceAll(/\s+/g, ' '));
}

function cut(sentence: string): readonly string[] {
  return sentence.split(SEAMS).map(asSentence);
}

function asSentence(text: string): string {
  const bare = text.trim().replace(/\.?$/, '.');
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}`;
}

/** What comes last goes first: notes are in the order of what matters. One sentence stays. */
function shortened(sentences: readonly string[], words: number): readonly string[] {
  const kept = [...sentences];
  while (kept.length > 1 && wordsOf(kept.join(' ')).length > words) kept.pop();
  return kept;
}
