/** Columns as wide as they need to be. */
import type { Terminal } from '../terminal.ts';
import { cut, pad, width } from './text.ts';

const GAP = '  ';

/** Lines of a table with a dim head; the cells may be painted. The last column is not padded. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { paint }: Terminal,
): readonly string[] {
  const widths = head.map((title, i) => Math.max(width(title), ...rows.map((row) => width(row[i] ?? ''))));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === cells.length - 1 ? cell : pad(cell, widths[i] as number))).join(GAP);
  return [paint.dim(line(head)), ...rows.map((row) => line(row).trimEnd())];
}

/** `name   value` lines, indented, for what is known of one thing. */
export function factLines(
  facts: readonly (readonly [name: string, value: string])[],
  { paint, columns }: Terminal,
): readonly string[] {
  const names = Math.max(0, ...facts.map(([name]) => name.length));
  return facts.map(
    ([name, value]) => `  ${paint.dim(name.padEnd(names))}  ${cut(value, Math.max(20, columns * 2))}`,
  );
}
