/** How a plan is written on this terminal: how wide, in which signs, and lines folded to fit. */
import type { Terminal } from '../../../terminal.ts';
import { cut, pad, width } from '../../text.ts';

/** A pipe has no width, and nobody reads lines as wide as the widest screen. */
const PIPE_COLUMNS = 100;
const MOST_COLUMNS = 140;
const FEWEST_COLUMNS = 30;

export interface PlanStyle {
  readonly paint: Terminal['paint'];
  readonly columns: number;
  readonly signs: Signs;
}

export interface Signs {
  readonly critical: string;
  /** Ends and middle of a bar, and a bar of one cell. */
  readonly bar: BarSigns;
  readonly criticalBar: BarSigns;
  /** At the left of the cell where a moment begins, and at the right of the last one. */
  readonly tick: string;
  readonly endTick: string;
}

export interface BarSigns {
  readonly left: string;
  readonly middle: string;
  readonly right: string;
  readonly only: string;
}

const FULL: Signs = {
  critical: '◆',
  bar: { left: '├', middle: '─', right: '┤', only: '│' },
  criticalBar: { left: '┣', middle: '━', right: '┫', only: '┃' },
  tick: '╷',
  endTick: '╷',
};

const PLAIN: Signs = {
  critical: '*',
  bar: { left: '[', middle: '-', right: ']', only: '|' },
  criticalBar: { left: '[', middle: '=', right: ']', only: '#' },
  tick: "'",
  endTick: "'",
};

export function planStyle({ paint, columns, plainSymbols }: Terminal): PlanStyle {
  const wide = Number.isFinite(columns) ? columns : PIPE_COLUMNS;
  return {
    paint,
    columns: Math.max(FEWEST_COLUMNS, Math.min(MOST_COLUMNS, wide)),
    signs: plainSymbols ? PLAIN : FULL,
  };
}

/** Without what moves a cursor; paint stays. The language allows no such names, but a plan may come from elsewhere. */
export function printable(line: string): string {
  return line.replaceAll(/\u001B(?!\[[\d;]*m)|[\u0000-\u001A\u001C-\u001F\u007F-\u009F]/g, '');
}

/** The signs of sentences in ASCII, each as wide as what it stands for. */
const ASCII: Readonly<Record<string, string>> = { '→': '>', '·': '-', '…': '~', '×': 'x', '≈': '~' };

export function asciiOf(line: string): string {
  return line.replaceAll(/[→·…×≈]/g, (sign) => ASCII[sign] as string);
}

/**
 * `lead` and behind it the parts, with `between` where two stand on a line; what does not fit goes below, behind
 * `indent` blanks. A part that is wider than a line is cut at blanks, one that has none at the edge.
 */
export function folded(
  lead: string,
  parts: readonly string[],
  {
    columns,
    indent,
    between,
  }: { readonly columns: number; readonly indent: number; readonly between: string },
): readonly string[] {
  const lines: string[] = [];
  let line = lead;
  let isFresh = true;
  for (const part of parts) {
    const joined = isFresh ? `${line}${part}` : `${line}${between}${part}`;
    if (width(joined) <= columns) {
      line = joined;
      isFresh = false;
      continue;
    }
    // A bullet at the end of a line would have nothing behind it.
    const [first = '', ...rest] = isFresh
      ? wrapped(line, part, columns, indent)
      : [line, ...wrapped(' '.repeat(indent), part, columns, indent)];
    lines.push(...[first, ...rest].slice(0, -1));
    line = [first, ...rest].at(-1) as string;
    isFresh = false;
  }
  return [...lines, line.trimEnd()];
}

function wrapped(lead: string, text: string, columns: number, indent: number): readonly string[] {
  const lines: string[] = [];
  let line = lead;
  let isFresh = true;
  for (const word of text.split(' ')) {
    const joined = isFresh ? `${line}${word}` : `${line} ${word}`;
    if (width(joined) <= columns) line = joined;
    else {
      if (!isFresh) {
        lines.push(line);
        line = ' '.repeat(indent);
      }
      line += cut(word, Math.max(1, columns - width(line)));
    }
    isFresh = false;
  }
  return [...lines, line];
}

/** A sentence folded at blanks. */
export function paragraph(text: string, { columns }: PlanStyle, indent = 0): readonly string[] {
  return folded(' '.repeat(indent), text.split(' '), { columns, indent, between: ' ' });
}

/** What a list leaves out, and where it is whole. */
export function moreLines(what: string, style: PlanStyle, indent: number): readonly string[] {
  return paragraph(`… ${what}; --format json lists all`, style, indent).map(style.paint.dim);
}

/** `name   value` lines, the values folded. */
export function facts(
  rows: readonly (readonly [name: string, value: string])[],
  { columns, paint }: PlanStyle,
): readonly string[] {
  const names = Math.max(0, ...rows.map(([name]) => width(name)));
  const indent = names + 4;
  return rows.flatMap(([name, value]) => {
    const lead = `  ${paint.dim(pad(name, names))}  `;
    return folded(lead, value.split(' '), { columns, indent, between: ' ' });
  });
}
