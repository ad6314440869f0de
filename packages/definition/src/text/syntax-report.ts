/** What is wrong with the text as YAML. One problem a line, the first on it: the others are mostly its echo. */
import type { ProblemCode } from '../codes.ts';
import type { Findings } from '../findings.ts';
import { LIMITS } from '../limits.ts';
import { quote } from '../shape/words.ts';
import type { Lines } from './lines.ts';
import { plainWords, type YamlCode } from './syntax-words.ts';

/** Thrown to leave the library once a bound is passed; caught where the reading began. */
export class ReadingStopped extends Error {}

interface SyntaxError {
  readonly offset: number;
  readonly code: YamlCode;
  readonly message: string;
  readonly source: string | undefined;
}

export class SyntaxReport {
  /** Where the text ceases to be YAML; what stands before can be trusted. */
  firstOffset = Number.POSITIVE_INFINITY;
  readonly #findings: Findings;
  readonly #lines: Lines;
  /** The library reports in the order in which it works, which is not that of the text. */
  readonly #byLine = new Map<number, SyntaxError>();
  readonly #covered = new Set<number>();
  #echoesFrom = Number.POSITIVE_INFINITY;
  #directives = 0;
  #outside: SyntaxError | undefined;
  #stopped: ReadingStopped | undefined;

  constructor(findings: Findings, lines: Lines) {
    this.#findings = findings;
    this.#lines = lines;
  }

  get broken(): boolean {
    return this.firstOffset !== Number.POSITIVE_INFINITY;
  }

  /** A syntax problem in the library's terms. */
  syntax(offset: number, code: YamlCode, message: string, source?: string): void {
    // The library takes what is thrown in a collection for an error of that collection, and reports it here.
    if (this.#stopped !== undefined) throw this.#stopped;
    if (offset > this.#echoesFrom) return;
    this.firstOffset = Math.min(this.firstOffset, offset);
    const { line } = this.#lines.positionAt(offset);
    if (this.#covered.has(line)) return;
    const known = this.#byLine.get(line);
    if (known !== undefined && known.offset <= offset) return;
    this.#byLine.set(line, { offset, code, message, source });
    if (this.#byLine.size < LIMITS.syntaxProblems) return;
    this.#stopped = new ReadingStopped('too many syntax problems');
    throw this.#stopped;
  }

  /** A quote is opened here and never closed: what is inside and what outside of quotes is unknown from here on. */
  openQuote(offset: number, quote: string): void {
    this.syntax(offset, 'MISSING_CHAR', `Missing closing ${quote}`);
    this.#echoesFrom = Math.min(this.#echoesFrom, offset);
  }

  /**
   * `a: b` and, indented below it, `c: d`: to the library a key that begins with `b`, and an error there. People
   * look at `c`.
   */
  indentedKey(start: number, key: number): void {
    this.syntax(key, 'BAD_INDENT', 'All mapping items must start at the same column');
    this.#covered.add(this.#lines.positionAt(start).line);
  }

  /**
   * The parser is at the end of the document, and the text is not. From there on it finds fault with every line, and
   * the reason stands before: mostly a problem of its own.
   */
  outside(offset: number, message: string, source: string): void {
    this.firstOffset = Math.min(this.firstOffset, offset);
    this.#outside ??= { offset, code: 'UNEXPECTED_TOKEN', message, source };
  }

  /** One may say what is read anyway. */
  directive(offset: number, source: string): void {
    if (++this.#directives === 1 && /^%YAML[ \t]+1\.2[ \t]*$/.test(source)) return;
    const message = `the directive ${quote(source)} is not read`;
    this.#findings.add({ code: 'directive_unsupported', path: [], at: offset, message, hint: 'remove it' });
  }

  /** A bound is passed: nothing more is read. */
  stop(code: ProblemCode, offset: number, message: string, hint?: string): never {
    this.firstOffset = Math.min(this.firstOffset, offset);
    this.#findings.add({ code, path: [], at: offset, message, hint });
    throw new ReadingStopped(message);
  }

  /** Hands over what was found; to be called once, when the text is read. */
  finish(): void {
    const errors = [...this.#byLine.values()];
    const outside = this.#outside;
    if (outside !== undefined && !errors.some(({ offset }) => offset <= outside.offset)) errors.push(outside);
    for (const { offset, code, message, source } of errors) {
      const words = plainWords(code, message, source, this.#lines.around(offset));
      this.#findings.add({ code: 'syntax', path: [], at: offset, ...words });
    }
  }
}
