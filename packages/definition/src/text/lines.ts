/** Offset to line and column. The lines are counted when the first position is asked for, which is rarely. */
import { LineCounter } from 'yaml';

export interface Position {
  readonly line: number;
  readonly column: number;
}

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
}

function countLines(text: string): LineCounter {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    counter.addNewLine(end + 1);
  }
  return counter;
}
