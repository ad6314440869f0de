/** Where the expressions of a text are: `${…}`, with texts and braces inside the expression. `$${` is `${` itself. */

export interface Found {
  readonly source: string;
  /** Where the expression begins in the text, after `${`. */
  readonly offset: number;
}

export type Split =
  | { readonly kind: 'split'; readonly parts: readonly (string | Found)[] }
  /** A `${` that nothing closes. */
  | { readonly kind: 'unclosed'; readonly offset: number };

const OPEN = '${';

/** O(length). */
export function split(text: string): Split {
  const parts: (string | Found)[] = [];
  let plain = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf(OPEN, at);
    if (open === -1) break;
    if (open > at && text[open - 1] === '$') {
      plain += text.slice(at, open - 1) + OPEN;
      at = open + OPEN.length;
      continue;
    }
    const offset = open + OPEN.length;
    const end = endOf(text, offset);
    if (end === undefined) return { kind: 'unclosed', offset: open };
    plain += text.slice(at, open);
    if (plain !== '') parts.push(plain);
    plain = '';
    parts.push({ source: text.slice(offset, end), offset });
    at = end + 1;
  }
  plain += text.slice(at);
  if (plain !== '' || parts.length === 0) parts.push(plain);
  return { kind: 'split', parts };
}

/** Where the brace is that closes the expression which begins at `from`. */
function endOf(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const one = text[at];
    if (one === '{') depth++;
    else if (one === '}' && depth-- === 0) return at;
    else if (one === '"' || one === "'") at = endOfQuoted(text, at) - 1;
    else if (text.startsWith('//', at)) at = indexOr(text, '\n', at);
  }
  return undefined;
}

/** The place after a text in quotes, one or three of them. */
function endOfQuoted(text: string, from: number): number {
  const one = text[from] as string;
  const quote = text.startsWith(one.repeat(3), from) ? one.repeat(3) : one;
  for (let at = from + quote.length; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(quote, at)) return at + quote.length;
  }
  return text.length;
}

function indexOr(text: string, what: string, from: number): number {
  const index = text.indexOf(what, from);
  return index === -1 ? text.length : index;
}
