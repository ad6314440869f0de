/** Sentences of the engine name the command plainly; here it is written as it can be typed. */
import type { Hint } from '../assemble/hint.ts';

export function asTyped(sentence: string, hint: Hint): string {
  return sentence.replaceAll(/\bcantata (resume [0-9a-f-]{36})/g, (_, rest: string) => hint.drive(rest));
}
