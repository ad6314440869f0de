/** The sides from which a question is looked at, and the words by which a passage shows that it has that side. */
import type { Facet, SubQuestion } from '../shapes.ts';
import { terms } from '../text/words.ts';

interface Side {
  /** How the sub-question reads. */
  readonly question: string;
  /** What a sentence of this kind tends to contain. */
  readonly sign: RegExp;
  /** A question that asks for this side itself: then the answer is to show it, and no sub-question is needed. */
  readonly asks: RegExp;
}

/** `answer` and `related` are worded by what is asked. */
export const SIDES: Readonly<Record<Exclude<Facet, 'answer' | 'related'>, Side>> = {
  reasons: {
    question: 'Why is it so?',
    sign: /\b(?:because|so that|since|therefore|hence|reasons?|why|otherwise|in order to|to (?:ensure|avoid|prevent)|thus|purpose|instead of|rather than|means that|that is why)\b/i,
    asks: /^\W*why\b/i,
  },
  limits: {
    question: 'Where are the limits, and what if something fails?',
    sign: /\b(?:limit(?:s|ed)?|at most|never|cannot|can't|must not|unless|except|only (?:if|when|once)|fail(?:s|ed|ure|ures)?|errors?|refuses?|refused|exceeds?|too (?:large|many|long)|caution|beware|lost)\b/i,
    asks: /\b(?:limits?|fail(?:s|ed|ure)?|wrong|errors?|crash(?:es)?)\b/i,
  },
  practice: {
    question: 'What does it look like in practice?',
    sign: /`[^`]+`|\b(?:for example|e\.g\.|for instance|such as)/i,
    asks: /\bexamples?\b/i,
  },
};

/** "What is a seat?": an answer says what it is. */
const ASKS_WHAT_IT_IS = /^\W*(?:what (?:is|are)|what does .+ mean)\b/i;
const SAYS_WHAT_IT_IS =
  /^\W*(?:(?:an?|the)\s+)?(?!(?:because|when|if|since|while|as)\b)([^.,;:]{1,40}?)[*_`]*(?:\s(?:is|are|means?|stands? for|consists?|lets?|allows?)\b|\s?(?::|\())/i;

/** Whether a text has the signs of what a sub-question asks for; most questions for an answer need none. */
export function showsSide(part: Pick<SubQuestion, 'facet' | 'question' | 'asked'>, text: string): boolean {
  const { facet, question } = part;
  if (facet === 'related') return true;
  if (facet !== 'answer') return SIDES[facet].sign.test(text);
  if (ASKS_WHAT_IT_IS.test(question) && !defines(part.asked, text)) return false;
  return Object.values(SIDES).every(({ asks, sign }) => !asks.test(question) || sign.test(text));
}

/** Whether the text begins by saying what the very thing is that was asked for. */
function defines(asked: SubQuestion['asked'], text: string): boolean {
  const isAsked = (term: string): boolean => asked.some((one) => one.term === term);
  // A row of a table says it of whatever its first cell names.
  if (text.startsWith('|')) return terms(text.split('|')[1] ?? '').some(isAsked);
  const subject = terms(SAYS_WHAT_IT_IS.exec(text)?.[1] ?? '');
  return subject.length > 0 && subject.every(isAsked);
}
