/** What both who write and who judge know of words. */

/** Words that say nothing, and what says the same. */
export const FILLERS: ReadonlyMap<string, string> = new Map([
  ['it is important to note that', ''],
  ['at this point in time', 'now'],
  ['in order to', 'to'],
  ['in fact', ''],
  ['really very', ''],
  ['basically', ''],
  ['each and every', 'every'],
  ['quite', ''],
]);

export function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

export function fillersIn(sentence: string): readonly string[] {
  const text = sentence.toLowerCase();
  return [...FILLERS.keys()].filter((filler) => new RegExp(`\\b${filler}\\b`).test(text));
}
