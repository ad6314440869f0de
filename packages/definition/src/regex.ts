/**
 * Regular expressions in linear time: RE2 instead of the backtracking engine of JavaScript, for which `(a+)+$` and
 * thirty letters are a minute. Compiled ones are kept, up to a bound.
 */
import { RE2JS } from 're2js';
import { LIMITS } from './limits.ts';
import { printable } from './shape/words.ts';

/** Instructions of the programs that are kept, of about 200 bytes each. */
const MAX_KEPT = 200_000;
const compiled = new Map<string, RE2JS>();
let kept = 0;

/** What a search may take, in the steps that evaluations and checks count. @throws if it is no pattern. */
export function stepsToSearch(pattern: string, text: string): number {
  // A counted repetition is written out in the program: the pattern alone says little about its size.
  return Math.ceil((text.length * compile(pattern).programSize()) / 16);
}

/** Whether `pattern` is found anywhere in `text`. O(length * size of the program). @throws if it is no pattern. */
export function isFound(pattern: string, text: string): boolean {
  return compile(pattern).matcher(text).find();
}

/** Undefined if it is a pattern. */
export function whyNotRegex(
  pattern: string,
): { readonly message: string; readonly hint?: string } | undefined {
  try {
    compile(pattern);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace('error parsing regexp: ', '') : '';
    const hint = /\(\?|\\[1-9]/.test(pattern)
      ? 'patterns are RE2, which takes time in proportion to the text: no lookaround and no references back'
      : undefined;
    const message = `the pattern cannot be read: ${printable(why, 100)}`;
    return hint === undefined ? { message } : { message, hint };
  }
}

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > LIMITS.patternLength) {
    throw new Error(`it is longer than ${LIMITS.patternLength} characters`);
  }
  const fresh = RE2JS.compile(forRe2(pattern));
  kept += fresh.programSize();
  if (kept > MAX_KEPT) {
    compiled.clear();
    kept = fresh.programSize();
  }
  compiled.set(pattern, fresh);
  return fresh;
}

/** ECMAScript writes code points as `\u0041` and `\u{1f600}`, RE2 as `\x{…}`. */
function forRe2(pattern: string): string {
  return pattern.replace(
    /\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|[^])/g,
    (whole, braced: string | undefined, four: string | undefined) => {
      const code = braced ?? four;
      return code === undefined ? whole : `\\x{${code}}`;
    },
  );
}
