/**
 * From a place in the value of a text to the place in the document where it is written: escapes are longer than what
 * they stand for, and lines are folded. Both are walked side by side, and where they do not fit nothing is claimed.
 */

/** What a backslash in double quotes is followed by, beside line ends; everything else stands for one character. */
const ESCAPES: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The offset in `text` at which `value[within]` is written, where `value` is the text that is written from `start` to
 * `end`; undefined if that is not certain. O(length).
 */
export function offsetWithin(
  text: string,
  start: number,
  end: number,
  value: string,
  within: number,
): number | undefined {
  const style = text[start];
  if (style === undefined || within > FARTHEST) return undefined;
  // The line of `|` or `>` is no part of the value; the end of that line begins it.
  const from = '|>'.includes(style) ? text.indexOf('\n', start) : start + ('"\''.includes(style) ? 1 : 0);
  const found = walk(text.slice(from, end), value, within, style);
  return found === undefined ? undefined : from + found;
}

function walk(raw: string, value: string, within: number, style: string): number | undefined {
  let at = 0;
  let done = 0;
  for (;;) {
    // Blanks around a line end are folded to something else, but to blanks.
    const blanks = BLANKS.exec(raw.slice(at, at + LONGEST))?.[0].length ?? 0;
    if (blanks > 0) {
      const folded = /^[ \t\r\n]*/.exec(value.slice(done, done + LONGEST))?.[0].length ?? 0;
      if (done + folded > within) return done === within ? at : at + blanks;
      at += blanks;
      done += folded;
    }
    if (done === within) return at;
    if (at >= raw.length) return undefined;
    const length = lengthAt(raw, at, style);
    if (length === 1 && raw[at] !== value[done]) return undefined;
    done += length === 10 && (value.codePointAt(done) ?? 0) > 0xffff ? 2 : 1;
    at += length;
  }
}

/** Blanks with a line end among them, or a line end that is escaped. */
const BLANKS = /^(?:[ \t]*\\?\r?\n[ \t\r\n]*)/;
const LONGEST = 4096;
/** Beyond it nobody counts; a thousand problems may each be looked up. */
const FARTHEST = 100_000;

/** How many characters the next one of the value is written with. */
function lengthAt(raw: string, at: number, style: string): number {
  if (style === "'") return raw[at] === "'" ? 2 : 1;
  if (style !== '"' || raw[at] !== '\\') return 1;
  return 2 + (ESCAPES[raw[at + 1] ?? ''] ?? 0);
}
