/** Decides by what each of them said last: nobody who has read the paper objects, and two at least have read it. */
import { defineAgent } from '@cantata/sdk';
import type { Paper } from './paper.ts';
import type { Opinion } from './post.ts';

type LastWords = {
  readonly author: Paper;
  /** Those who failed have said nothing. */
  readonly [reviewer: string]: Opinion | Paper;
};

const FEWEST_REVIEWS = 2;

export const editor = defineAgent({
  description: 'Accepts a paper or rejects it.',
  perform({ author, ...reviewers }: LastWords) {
    const opinions = Object.entries(reviewers as Readonly<Record<string, Opinion>>);
    const against = opinions.filter(([, { accepts }]) => !accepts).map(([name]) => name);
    return {
      accepted: against.length === 0 && opinions.length >= FEWEST_REVIEWS,
      revision: author.revision,
      reviewed_by: opinions.map(([name]) => name),
      against,
      claims: author.claims,
      text: author.text,
    };
  },
});
