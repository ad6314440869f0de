/** Sets the page. */
import { defineAgent } from '@cantata/sdk';
import { wordsOf } from './words.ts';

interface Copy {
  readonly about: string;
  readonly sentences: string[];
}

export const printer = defineAgent({
  description: 'Sets a page.',
  perform({ about, sentences }: Copy) {
    const text = sentences.join(' ');
    return { page: `# The new ${about}\n\n${text}\n`, words: wordsOf(text).length };
  },
});
