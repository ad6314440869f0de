/** What a message is about, by the words it has: the place of a classifier, and of a language model in a real desk. */
export type Topic = 'money' | 'trouble';

const WORDS: Readonly<Record<Topic, RegExp>> = {
  money: /\b(charged|paid|pay|refund|invoice|bill|billed|money|price|subscription)\b/gi,
  trouble: /\b(crash(es|ed)?|error|broken|slow|log ?in|password|export|sync|update)\b/gi,
};

/** The topics of a message, what it says most of first; of equals money, which is dearer to get wrong. */
export function topicsOf(message: string): readonly Topic[] {
  const counted = (Object.keys(WORDS) as Topic[]).map((topic) => ({
    topic,
    hits: message.match(WORDS[topic])?.length ?? 0,
  }));
  return counted
    .filter(({ hits }) => hits > 0)
    .toSorted((a, b) => b.hits - a.hits)
    .map(({ topic }) => topic);
}
