/**
 * Comments between two parts of a block. The library gives all that follow a mapping or list to its end; those that
 * are indented less stand above what comes next, and are about it.
 */
import { isCollection, isMap, type Node, type Pair } from 'yaml';

type Block = Node & { comment?: string | null };
/** A key with its value. */
export type Entry = Pair<Node, Node | null>;

interface Line {
  /** Without its `#`; empty where the line is. */
  readonly comment: string;
  /** Infinity where the line is empty: it stays with what is before it. */
  readonly column: number;
}

/** Moves comments to where their indentation says they belong. */
export function settle(root: Node, text: string): void {
  const left = leftBy(root, text);
  if (left.length > 0) root.comment = join(root.comment, ...left.map(({ comment }) => comment));
}

/** What stands after the node, and is indented less than it is. */
function leftBy(node: Node | null, text: string): readonly Line[] {
  if (!isCollection(node) || node.flow === true) return [];
  const parts = node.items.map((item): { head: Block; below: Node | null } =>
    isMap(node)
      ? { head: (item as Entry).key, below: (item as Entry).value }
      : { head: item as Node, below: item as Node },
  );
  let left: readonly Line[] = [];
  for (const { head, below } of parts) {
    if (left[0]?.comment === '') head.spaceBefore = true;
    if (left.length > 0) head.commentBefore = join(...left.map(({ comment }) => comment), head.commentBefore);
    left = leftBy(below, text);
  }
  const column = columnOf(node, text);
  const own = [...left, ...linesAfter(node, text)];
  const foreign = own.findIndex((line) => line.column < column);
  // A blank line above it goes with it.
  const first = own[foreign - 1]?.comment === '' ? foreign - 1 : foreign;
  const kept = first === -1 ? own : own.slice(0, first);
  node.comment = join(...kept.map(({ comment }) => comment));
  return first === -1 ? [] : own.slice(first);
}

function columnOf({ range }: Node, text: string): number {
  const start = range?.[0] ?? 0;
  return start - (text.lastIndexOf('\n', start - 1) + 1);
}

function linesAfter({ comment, range }: Block, text: string): readonly Line[] {
  if (typeof comment !== 'string') return [];
  const lines = text.slice(range?.[1], range?.[2]).trimEnd().split('\n');
  return lines.map((line) => {
    const column = line.indexOf('#');
    return column === -1
      ? { comment: '', column: Number.POSITIVE_INFINITY }
      : { comment: line.slice(column + 1).trimEnd(), column };
  });
}

/** Comments one below the other; null for none. */
export function join(...comments: readonly (string | null | undefined)[]): string | null {
  const written = comments.filter((comment) => typeof comment === 'string');
  return written.length === 0 ? null : written.join('\n');
}
