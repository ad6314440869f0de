/** Where a command writes: a stream, what it can show, and the paint for it. */
import picocolors from 'picocolors';

export type Paint = ReturnType<typeof picocolors.createColors>;

/** The part of a stream that is used here; a test gives its own. */
export interface Writer {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export interface Terminal {
  readonly writer: Writer;
  /** Whether lines can be redrawn: a terminal with a cursor that moves. */
  readonly redraws: boolean;
  readonly plainSymbols: boolean;
  readonly paint: Paint;
  readonly columns: number;
  readonly rows: number;
  line(text?: string): void;
}

/** What the user wants to see, as far as the environment says it. */
export interface Display {
  /** NO_COLOR (https://no-color.org) and FORCE_COLOR. */
  readonly colours: 'never' | 'always' | 'on a terminal';
  /** A terminal that cannot move its cursor gets plain lines. */
  readonly dumbTerminal: boolean;
  /** The console of Linux has no braille and few symbols, and a locale may know ASCII only. */
  readonly plainSymbols: boolean;
}

export function createTerminal(writer: Writer, { colours, dumbTerminal, plainSymbols }: Display): Terminal {
  const isTerminal = writer.isTTY === true;
  return {
    writer,
    redraws: isTerminal && !dumbTerminal,
    plainSymbols,
    paint: picocolors.createColors(
      colours === 'always' || (colours === 'on a terminal' && isTerminal && !dumbTerminal),
    ),
    // Asked anew each time: windows are resized. A pipe is as wide as it needs to be.
    get columns() {
      return writer.columns ?? (isTerminal ? 80 : Number.POSITIVE_INFINITY);
    },
    get rows() {
      return writer.rows ?? 24;
    },
    line: (text = '') => void writer.write(`${text}\n`),
  };
}
