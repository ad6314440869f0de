/** Sentences of the engine name the command plainly; here it is written as it can be typed. */
import type { Hint } from '../assemble/hint.ts';

export function asTyped(sentence: string, hint: Hint): string {
  return sentence
    .replaceAll(DRIVES, (_, rest: string) => hint.drive(rest))
    .replaceAll(TELLS, (_, rest: string) => hint.look(rest));
}

const ID = '[0-9a-f-]{36}';
/** `charge`, `"charge[2]"`; no full stop at the end of it. */
const PLACE = '(?: "[^"]+"| [\\w-]+)';
/** Needs the agents. */
const DRIVES = new RegExp(
  `\\bcantata (resume ${ID}|compensation (?:retry|skip) ${ID}${PLACE}?(?= (?:tries|leaves|goes)))`,
  'g',
);
/** Needs the data alone. */
const TELLS = new RegExp(`\\bcantata (cancel ${ID}|(?:signal|publish|approve) ${ID}${PLACE})`, 'g');
