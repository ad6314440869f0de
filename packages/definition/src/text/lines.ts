/** Offset to line and column. The lines are counted when the first position is asked for, which is rarely. */
import { LineCounter } from 'yaml';

export interface Position {
  readonly line: number;
  readonly column: number;
}

const AROUND = 4096;

export class Lines {
  readonly #text: string;
  #counter: LineCounter | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Both from 1. O(log lines) after the first call. */
  positionAt(offset: number): Position {
    this.#counter ??= countLines(this.#text);
    const { line, col } = this.#counter.linePos(Math.min(offset, this.#text.length));
    return { line, column: col };
  }

  /** The line that a place stands on, as far as people would read it: 4,096 characters to each side. */
  around(offset: number): string {
    const before = this.#text.slice(Math.max(0, offset - AROUND), offset);
    const after = this.#text.slice(offset, offset + AROUND);
    return before.slice(before.lastIndexOf('\n') + 1) + after.replace(/\n[^]*$/, '');
  }
}

function countLines(text: string): LineCounter {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    counter.addNewLine(end + 1);
  }
  return counter;
}
