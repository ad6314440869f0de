/** What the join of a task comes to, given how its dependencies have ended. */
import { type End, isMet, type TaskRules } from './rules.ts';

/** `unknown`: only the law could say. */
export type Verdict = 'fires' | 'is dead' | 'waits' | 'unknown';

export function verdictOf({ edges, join }: TaskRules, ends: ReadonlyMap<string, End>): Verdict {
  const own = new Map(edges.flatMap(({ task }) => entryOf(task, ends.get(task))));
  const isLast = own.size === edges.length;
  if (edges.length === 0) return 'fires';
  if (join.kind === 'when') {
    const holds = join.holds(own);
    if (holds === undefined) return 'unknown';
    if (own.size === 0) return 'waits';
    return holds ? 'fires' : isLast ? 'is dead' : 'waits';
  }
  const met = edges.filter((edge) => isMetBy(edge, own)).length;
  if (met >= join.count) return 'fires';
  return met + edges.length - own.size < join.count ? 'is dead' : 'waits';
}

function isMetBy(edge: TaskRules['edges'][number], ends: ReadonlyMap<string, End>): boolean {
  const end = ends.get(edge.task);
  return end !== undefined && isMet(edge, end);
}

function entryOf(task: string, end: End | undefined): readonly (readonly [string, End])[] {
  return end === undefined ? [] : [[task, end]];
}
