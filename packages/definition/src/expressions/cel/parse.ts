/** The text of an expression to its syntax tree, or the reason why it has none, in plain words. */
import { type ASTNode, ParseError } from '@marcbachmann/cel-js';
import { LIMITS } from '../../limits.ts';
import { printable, quote } from '../../shape/words.ts';
import type { Issue } from '../issue.ts';
import { environment, type Node } from './library.ts';

export type Parsed =
  | { readonly kind: 'parsed'; readonly root: Node }
  | { readonly kind: 'failed'; readonly issue: Issue };

/** O(length), which is bounded. Never throws. */
export function parse(source: string): Parsed {
  if (source.length > LIMITS.expressionLength) {
    const message = `the expression is longer than ${LIMITS.expressionLength} characters`;
    return failed({ code: 'expression_too_large', message, offset: 0, hint: 'let an agent compute it' });
  }
  if (source.trim() === '') {
    const hint = 'write an expression such as `input.topic`';
    return failed({ code: 'expression_syntax', message: 'the expression is empty', hint, offset: 0 });
  }
  try {
    const root: ASTNode = environment.parse(source).ast;
    return { kind: 'parsed', root };
  } catch (error) {
    return failed(issueOf(error, source));
  }
}

function failed(issue: Issue): Parsed {
  return { kind: 'failed', issue };
}

function issueOf(error: unknown, source: string): Issue {
  if (!(error instanceof ParseError)) {
    const why = printable(error instanceof Error ? error.message : String(error), 100);
    return { code: 'expression_syntax', message: `${quote(source)} cannot be read: ${why}`, offset: 0 };
  }
  const offset = error.range?.start ?? 0;
  if (error.code === 'limit_exceeded') {
    const message = `the expression has more than ${LIMITS.expressionNodes} parts or ${LIMITS.expressionDepth} levels`;
    return { code: 'expression_too_large', message, offset, hint: 'let an agent compute it' };
  }
  return { code: 'expression_syntax', offset, ...wordsFor(error, source, offset) };
}

type Words = Pick<Issue, 'message' | 'hint'>;

/** Mistakes of people who know other languages better. */
const HABITS: readonly (readonly [habit: RegExp, hint: string])[] = [
  [/^=(?!=)/, 'write `==` to compare'],
  [/^&(?!&)|^and\b/, 'write `&&`'],
  [/^\|(?!\|)|^or\b/, 'write `||`'],
  [/^not\b/, 'write `!`'],
  [/^[“”„‘’]/, 'use straight quotes'],
  [/^\$/, 'write one expression, bare or as `${…}`'],
];

function wordsFor(error: ParseError, source: string, offset: number): Words {
  const rest = source.slice(offset);
  const found = rest === '' ? 'the expression ends' : `${quote(tokenAt(rest))} stands`;
  const hint = HABITS.find(([habit]) => habit.test(rest))?.[1];
  switch (error.code) {
    case 'unterminated_string':
    case 'unterminated_triple_quoted_string':
    case 'newline_in_string':
      return { message: `the text that begins here is not closed: ${quote(rest)}`, hint: 'close the quote' };
    case 'reserved_identifier':
      return {
        message: `${quote(tokenAt(rest))} is a reserved word`,
        hint: 'CEL has `a ? b : c` and no `if`',
      };
    case 'expected_token': {
      const expected = EXPECTED[error.summary.split(/[ ,]/)[1] ?? ''] ?? 'something else';
      return { message: `${found} where ${expected} belongs`, hint };
    }
    case 'unexpected_token':
      return { message: `${found} where a value belongs`, hint };
    case 'invalid_macro_argument':
      return {
        message: `${quote(tokenAt(rest))} should be the name of a variable`,
        hint,
      };
    case 'unexpected_character':
      return { message: `${quote(tokenAt(rest))} cannot stand here`, hint };
    default:
      return { message: `${quote(tokenAt(rest) || source)}: ${error.summary.toLowerCase()}`, hint };
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  RPAREN: '`)` or an operator',
  RBRACKET: '`]`, `,` or an operator',
  RBRACE: '`}`, `,` or an operator',
  COLON: '`:`',
  IDENTIFIER: 'a name',
};

function tokenAt(text: string): string {
  return /^(?:[A-Za-z0-9_]+|[^\sA-Za-z0-9_])/u.exec(text)?.[0] ?? text.slice(0, 1);
}
