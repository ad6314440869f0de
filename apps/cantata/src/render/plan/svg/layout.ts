/**
 * Where the boxes of a graph stand and how its lines run: a column for every layer (Sugiyama, Tagawa and Toda 1981).
 * Lines that pass a column get a place in it like a box, shared by all lines from the same box, so that none runs
 * through a box. Knows nothing of tasks.
 */
import { orderColumns } from './order.ts';
import { settle } from './settle.ts';

export interface LayoutBox {
  /** From 0; a line leads to a higher column. */
  readonly column: number;
  readonly width: number;
  readonly height: number;
}

export interface LayoutLine {
  readonly from: number;
  readonly to: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The upper left corner of each box. */
  readonly corners: readonly Point[];
  /** For each line the points it passes: from the right of a box, over both sides of the columns between, to the left. */
  readonly routes: readonly (readonly Point[])[];
  /** Left edge and width of each column. */
  readonly columns: readonly { readonly x: number; readonly width: number }[];
}

export interface Spacing {
  /** Between two columns. */
  readonly across: number;
  /** Between two boxes of a column. */
  readonly down: number;
}

/** Sweeps over the columns, in which boxes move towards their neighbours. */
const SETTLE_SWEEPS = 6;
const PASSING_HEIGHT = 6;

interface Vertex {
  readonly column: number;
  readonly height: number;
}

export function layout(boxes: readonly LayoutBox[], lines: readonly LayoutLine[], spacing: Spacing): Layout {
  const count = boxes.reduce((most, { column }) => Math.max(most, column + 1), 0);
  const vertices: Vertex[] = [...boxes];
  const before: number[][] = boxes.map(() => []);
  const after: number[][] = boxes.map(() => []);
  const link = (v: number, w: number): void => {
    const next = after[v] as number[];
    if (next.includes(w)) return;
    next.push(w);
    (before[w] as number[]).push(v);
  };
  // By box: where its lines pass the columns behind it.
  const passing: number[][] = boxes.map(() => []);
  const ways = lines.map(({ from, to }) => {
    const start = (boxes[from] as LayoutBox).column;
    const way = [from];
    const own = passing[from] as number[];
    for (let column = start + 1; column < (boxes[to] as LayoutBox).column; column++) {
      const at = column - start - 1;
      if (own[at] === undefined) {
        own[at] = vertices.push({ column, height: PASSING_HEIGHT }) - 1;
        before.push([]);
        after.push([]);
      }
      way.push(own[at]);
    }
    way.push(to);
    for (const [i, v] of way.slice(0, -1).entries()) link(v, way[i + 1] as number);
    return way;
  });

  const initial = Array.from({ length: count }, (): number[] => []);
  for (const [v, { column }] of vertices.entries()) (initial[column] as number[]).push(v);
  const ordered = orderColumns({ columns: initial, before, after });
  const middles = heights(ordered, vertices, before, after, spacing.down);

  const widths = Array.from({ length: count }, () => 0);
  for (const { column, width } of boxes) widths[column] = Math.max(widths[column] as number, width);
  let x = 0;
  const columns = widths.map((width) => {
    const column = { x, width };
    x += width + spacing.across;
    return column;
  });
  const place = (v: number): { readonly x: number; readonly width: number } =>
    columns[(vertices[v] as Vertex).column] as { readonly x: number; readonly width: number };
  return {
    width: Math.max(0, x - spacing.across),
    height: vertices.reduce((most, { height }, v) => Math.max(most, (middles[v] as number) + height / 2), 0),
    corners: boxes.map(({ width, height }, v) => ({
      x: place(v).x + (place(v).width - width) / 2,
      y: (middles[v] as number) - height / 2,
    })),
    routes: ways.map((way) =>
      way.flatMap((v, i): Point[] => {
        const column = place(v);
        const box = boxes[v];
        const inset = box === undefined ? 0 : (column.width - box.width) / 2;
        const y = middles[v] as number;
        const left = { x: column.x + inset, y };
        const right = { x: column.x + column.width - inset, y };
        if (i === 0) return [right];
        return i === way.length - 1 ? [left] : [left, right];
      }),
    ),
    columns,
  };
}

/** The middle of each vertex, the topmost box at 0. */
function heights(
  columns: readonly (readonly number[])[],
  vertices: readonly Vertex[],
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
  gap: number,
): Float64Array {
  const middles = new Float64Array(vertices.length);
  const heightOf = (v: number): number => (vertices[v] as Vertex).height;
  const apart = columns.map((column) =>
    column.map((v, i) => (i === 0 ? 0 : (heightOf(column[i - 1] as number) + heightOf(v)) / 2 + gap)),
  );
  const stand = (c: number, wanted: (v: number) => number): void => {
    const column = columns[c] as readonly number[];
    const settled = settle(column.map(wanted), apart[c] as readonly number[]);
    for (const [i, v] of column.entries()) middles[v] = settled[i] as number;
  };
  const mean = (v: number, neighbours: readonly number[]): number =>
    neighbours.length === 0
      ? (middles[v] as number)
      : neighbours.reduce((sum, w) => sum + (middles[w] as number), 0) / neighbours.length;

  for (let c = 0; c < columns.length; c++) stand(c, () => 0);
  for (let sweep = 0; sweep < SETTLE_SWEEPS; sweep++) {
    const forward = sweep % 2 === 0;
    for (let i = 0; i < columns.length; i++) {
      const c = forward ? i : columns.length - 1 - i;
      stand(c, (v) => mean(v, (forward ? before[v] : after[v]) as readonly number[]));
    }
  }
  for (let c = 0; c < columns.length; c++)
    stand(c, (v) => mean(v, [...(before[v] as readonly number[]), ...(after[v] as readonly number[])]));

  let top = Number.POSITIVE_INFINITY;
  for (const [v, { height }] of vertices.entries()) top = Math.min(top, (middles[v] as number) - height / 2);
  return middles.map((middle) => middle - top);
}
