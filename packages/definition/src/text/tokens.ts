/**
 * Text to the concrete syntax tree of `yaml`, one token at a time, so that every bound holds before memory is
 * spent. Blank lines and lines that are only a comment never reach the parser: it keeps them all beside the next
 * node and looks through them again for each, which is quadratic.
 */
import { type CST, Lexer, Parser } from 'yaml';
import { LIMITS } from '../limits.ts';
import type { SyntaxReport } from './syntax-report.ts';

/** The lexer's mark that the next lexeme is the source of a scalar, whatever it looks like. */
const SCALAR_FOLLOWS = '\u001f';
const PLAIN = 'end values on the line they begin on, without anchors and tags; or is this a mistake?';
/** What the parser says of all that it meets when it has left the document. */
const OUTSIDE = / in YAML stream$/;
const BLANK = /^[ \t]+$/;

/**
 * The only document of the text; undefined if there is none. What stands in the way is reported. `notPlainAt` is what
 * is shown of a text that is too large: the place that keeps it from being read the quick way.
 */
export function readTokens(
  text: string,
  report: SyntaxReport,
  notPlainAt: number,
  maxLexemes: number = LIMITS.lexemes,
): CST.Document | undefined {
  const feed = new Feed(report);
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > maxLexemes) {
      const message = `with more than ${maxLexemes} tokens, a text must be plain, and from here on it is not`;
      return report.stop('document_too_large', notPlainAt, message, PLAIN);
    }
    feed.push(lexeme);
    if (lexeme.length > LIMITS.lexemeLength) {
      const message = `a text of more than ${LIMITS.lexemeLength} characters must be plain, and this one is not`;
      return report.stop('document_too_large', notPlainAt, message, PLAIN);
    }
  }
  return feed.end();
}

class Feed {
  readonly #parser = new Parser();
  readonly #report: SyntaxReport;
  #document: CST.Document | undefined;
  /** Where the first directive stands. */
  #directive: number | undefined;
  /** Blanks at the start of a line: dropped if nothing but a comment follows, else parsed as indentation. */
  #indent: string[] = [];
  #atLineStart = true;
  #scalarFollows = false;

  constructor(report: SyntaxReport) {
    this.#report = report;
  }

  get offset(): number {
    return this.#parser.offset;
  }

  push(lexeme: string): void {
    if (this.#scalarFollows) {
      this.#scalarFollows = false;
      this.#atLineStart = false;
      this.#parse(lexeme);
    } else if (!this.#atLineStart) {
      this.#pass(lexeme);
    } else if (BLANK.test(lexeme)) {
      this.#indent.push(lexeme);
    } else if (isNewline(lexeme) || lexeme.startsWith('#')) {
      this.#skip(lexeme);
    } else {
      for (const blank of this.#indent) this.#parse(blank);
      this.#indent = [];
      this.#pass(lexeme);
    }
  }

  end(): CST.Document | undefined {
    for (const token of this.#parser.end()) this.#take(token);
    // The first `---` after a directive is part of the document, and without it there is none.
    if (this.#directive !== undefined && !this.#document?.start.some(({ type }) => type === 'doc-start')) {
      this.#report.syntax(this.#directive, 'MISSING_CHAR', 'Missing directives-end indicator line');
    }
    return this.#document;
  }

  #pass(lexeme: string): void {
    if (isOpenQuote(lexeme)) this.#report.openQuote(this.offset, lexeme.slice(0, 1));
    this.#scalarFollows = lexeme === SCALAR_FOLLOWS;
    this.#atLineStart = isNewline(lexeme);
    this.#parse(lexeme);
  }

  #skip(lexeme: string): void {
    for (const blank of this.#indent) this.#parser.offset += blank.length;
    this.#indent = [];
    this.#parser.offset += lexeme.length;
  }

  #parse(lexeme: string): void {
    const { stack } = this.#parser;
    const before = stack.at(-1);
    for (const token of this.#parser.next(lexeme)) this.#take(token);
    const top = stack.at(-1);
    if (top !== before && top !== undefined) this.#checkOpened(top, stack.at(-2));
  }

  #checkOpened(opened: CST.Token, parent: CST.Token | undefined): void {
    // `a: b: c`. The parser puts the lines that follow into the inner mapping, so a document full of these would
    // only be called too deep.
    if (opened.type === 'block-map' && parent?.type === 'block-map' && opened.indent === parent.indent) {
      const [, before] = /^([^]*\n[ \t]*)/.exec(keySource(opened)) ?? [];
      if (before !== undefined) this.#report.indentedKey(opened.offset, opened.offset + before.length);
      else this.#report.syntax(opened.offset, 'BLOCK_AS_IMPLICIT_KEY', 'Nested mappings are not allowed');
    }
    const collection = opened.type.startsWith('block-') || opened.type === 'flow-collection';
    // The document itself is on the stack too.
    if (collection && this.#parser.stack.length > LIMITS.depth + 1) {
      this.#report.stop('document_too_deep', opened.offset, `nested more than ${LIMITS.depth} levels deep`);
    }
    if (opened.type === 'document' && this.#document !== undefined) {
      this.#report.stop('multiple_documents', opened.offset, 'a second document begins here');
    }
  }

  #take(token: CST.Token): void {
    switch (token.type) {
      case 'document':
        this.#document = token;
        break;
      case 'directive':
        this.#report.directive(token.offset, token.source);
        this.#directive ??= token.offset;
        break;
      case 'error':
        if (OUTSIDE.test(token.message)) this.#report.outside(token.offset, token.message, token.source);
        else this.#report.syntax(token.offset, 'UNEXPECTED_TOKEN', token.message, token.source);
        break;
      case 'doc-end':
        for (const rest of token.end ?? []) this.#expectBlank(rest);
        break;
      default: // blanks and comments around the document
    }
  }

  #expectBlank(token: CST.SourceToken): void {
    if (token.type === 'space' || token.type === 'newline' || token.type === 'comment') return;
    this.#report.syntax(token.offset, 'UNEXPECTED_TOKEN', 'Unexpected text after the end of the document');
  }
}

function isNewline(lexeme: string): boolean {
  return lexeme === '\n' || lexeme === '\r\n';
}

/** Whether a lexeme is a quoted text without its closing quote. */
function isOpenQuote(lexeme: string): boolean {
  const quote = lexeme[0];
  if (quote !== '"' && quote !== "'") return false;
  if (lexeme.length === 1 || !lexeme.endsWith(quote)) return true;
  if (quote === "'") return false;
  let escapes = 0;
  while (lexeme[lexeme.length - 2 - escapes] === '\\') escapes++;
  return escapes % 2 === 1;
}

/** The first key of a mapping as it is written, if it is a scalar. */
function keySource(map: CST.BlockMap): string {
  const key = map.items[0]?.key;
  return key !== null && key !== undefined && 'source' in key ? key.source : '';
}
