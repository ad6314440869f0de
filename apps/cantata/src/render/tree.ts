/** Rows as lines of a terminal: aligned, painted, no wider and no higher than there is room. */
import type { Terminal } from '../terminal.ts';
import type { Row } from './rows.ts';
import { paintOf, type Symbols } from './symbols.ts';
import { clean, count, cut, pad, width } from './text.ts';
import { elapsed } from './time.ts';

const MAX_LABEL = 40;
const MAX_SEAT = 24;
/** A seat of fewer columns says less than none. */
const MIN_SEAT = 6;
const MIN_LABEL = 6;
const BAR_CELLS = 10;
/** The margin, the symbol and the space behind it. */
const SIGN_COLUMNS = 4;
const GAP_COLUMNS = 2;

export interface TreeStyle {
  readonly terminal: Terminal;
  readonly symbols: Symbols;
  /** Counts up with every redraw: what makes the spinner turn. Undefined for a tree that stands. */
  readonly frame?: number;
  /** At most so many lines; what matters least is counted instead of shown. */
  readonly maxLines: number;
}

export function treeLines(rows: readonly Row[], style: TreeStyle): readonly string[] {
  const { shown, hidden } = fit(rows, style.maxLines);
  const labels = shown.map(labelOf);
  const times = shown.map(({ elapsedMs }) => (elapsedMs === undefined ? '' : elapsed(elapsedMs)));
  const natural = {
    label: Math.min(
      MAX_LABEL,
      Math.max(0, ...labels.map((label, i) => width(label) + indentOf(shown[i] as Row))),
    ),
    seat: Math.min(MAX_SEAT, Math.max(0, ...shown.map(({ seat = '' }) => width(seat)))),
    time: Math.max(0, ...times.map(width)),
  };
  const widths = squeezed(natural, style.terminal.columns);
  const lines = shown.map((row, i) => rowLine(row, labels[i] as string, times[i] as string, widths, style));
  if (hidden.length === 0) return lines;
  const { columns, paint } = style.terminal;
  return [...lines, `  ${paint.dim(cut(summary(hidden), columns - 2))}`];
}

interface Widths {
  readonly label: number;
  readonly seat: number;
  readonly time: number;
}

/** A row that wraps would take two lines of the window. The seats give way first, then the labels. */
function squeezed({ label, seat, time }: Widths, columns: number): Widths {
  const room = columns - SIGN_COLUMNS - 2 * GAP_COLUMNS - time;
  const forSeat = Math.min(seat, room - label);
  const kept = forSeat < Math.min(seat, MIN_SEAT) ? 0 : forSeat;
  return { label: Math.min(label, Math.max(MIN_LABEL, room - kept)), seat: kept, time };
}

function rowLine(row: Row, label: string, time: string, widths: Widths, style: TreeStyle): string {
  const { terminal, symbols, frame } = style;
  const { paint } = terminal;
  const turning = row.status === 'running' && frame !== undefined;
  const symbol = turning
    ? (symbols.spinner[frame % symbols.spinner.length] as string)
    : symbols.status[row.status];
  const isQuiet = row.status === 'pending' || row.status === 'cancelled';
  const room = widths.label - indentOf(row);
  const name = pad(cut(label, room), room);
  const seat = pad(cut(row.seat ?? '', widths.seat), widths.seat);
  const before = `  ${' '.repeat(indentOf(row))}${paintOf(row.status, paint)(symbol)} `;
  const columns = `${isQuiet ? paint.dim(name) : name}  ${paint.dim(seat)}  ${pad('', widths.time - width(time))}${paint.dim(time)}`;
  const left = terminal.columns - width(before) - width(columns) - 3;
  const detail = detailOf(row, left, style);
  return detail === '' ? `${before}${columns}`.trimEnd() : `${before}${columns}  ${detail}`;
}

function labelOf({ label, count: items }: Row): string {
  return items === undefined ? label : `${label}  ${items}`;
}

/** An item of a parallel task stands further right; its label makes up for it. */
function indentOf({ depth }: Row): number {
  return depth * 2;
}

function detailOf(row: Row, columns: number, { terminal, symbols }: TreeStyle): string {
  const { paint } = terminal;
  const detail = clean(row.detail);
  if (row.fraction === undefined || columns < BAR_CELLS + 6)
    return paintDetail(row, cut(detail, columns), paint);
  const filled = Math.round(row.fraction * BAR_CELLS);
  const [done, open] = symbols.bar;
  const bar = `${paint.cyan(done.repeat(filled))}${paint.dim(open.repeat(BAR_CELLS - filled))}`;
  const percent = `${Math.round(row.fraction * 100)} %`.padStart(5);
  return `${bar}${percent}  ${paintDetail(row, cut(detail, columns - BAR_CELLS - 7), paint)}`;
}

function paintDetail({ status }: Row, detail: string, paint: Terminal['paint']): string {
  if (detail === '') return '';
  if (status === 'failed') return paint.red(detail);
  if (status === 'retrying' || status === 'waiting') return paint.yellow(detail);
  return status === 'running' ? detail : paint.dim(detail);
}

// ---------------------------------------------------------------- room

/** What goes first when there is no room: items that are done, then tasks that are, then what is yet to come. */
function importance({ status, depth }: Row): number {
  if (status === 'running' || status === 'retrying' || status === 'waiting' || status === 'failed') return 0;
  if (status === 'ready') return 1;
  if (status === 'pending') return 2;
  return depth === 0 ? 3 : 4;
}

function fit(
  rows: readonly Row[],
  maxLines: number,
): { readonly shown: readonly Row[]; readonly hidden: readonly Row[] } {
  if (rows.length <= maxLines) return { shown: rows, hidden: [] };
  const byImportance = rows
    .map((_, index) => index)
    .sort((a, b) => importance(rows[a] as Row) - importance(rows[b] as Row) || a - b);
  const kept = new Set(byImportance.slice(0, Math.max(0, maxLines - 1)));
  return { shown: rows.filter((_, i) => kept.has(i)), hidden: rows.filter((_, i) => !kept.has(i)) };
}

/** `… 12 more: 10 completed, 2 pending`. */
function summary(hidden: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const { status } of hidden) counts.set(status, (counts.get(status) ?? 0) + 1);
  const words = [...counts].map(([status, n]) => `${n} ${status}`).join(', ');
  return `… ${count(hidden.length, 'row')} more: ${words}`;
}
