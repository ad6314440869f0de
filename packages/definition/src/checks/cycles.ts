/**
 * No task waits for itself through others. Depth-first search (Tarjan 1972): an entry that leads back to a task on
 * the current path closes a cycle, so each reported entry is in a cycle that no other reported entry closes, and
 * without these entries the graph has none. What is shown is a shortest cycle through the entry. Iterative: a chain of
 * 100,000 tasks does not overflow a stack.
 */
import { buildGraph, ShortestWays } from '@cantata/core';
import { taskOf } from '../language/dependency.ts';
import type { TaskDraft, TasksDraft } from '../language/tasks.ts';
import { LIMITS } from '../limits.ts';
import type { Place } from '../shape/place.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';
import { gatesByData, outputsReadBy } from './gates.ts';
import { indexOfTasks } from './index-of-tasks.ts';

/** Tasks shown of a longer cycle. */
const SHOWN = 12;
/** Dependencies that are looked at for shorter cycles, in the whole document: about a tenth of a second. */
const EFFORT = 10_000_000;

export const checkCycles: Check = ({ tasks = [], coordination }, root) => {
  const edges = edgesOf(tasks, gatesByData(coordination));
  let ways: ShortestWays | undefined;
  let found = 0;
  for (const { task, entry, target, cycle } of closingEntries(edges)) {
    ways ??= waysAlong(edges);
    // What is beyond the limit is only counted, so that tangled documents cost no more.
    const ids = found++ < LIMITS.problems ? shortest(cycle(), ways).map((i) => tasks[i]?.id ?? '') : [];
    const way = ids.length === 0 ? '' : `: ${show(ids)}`;
    const message = `${quote(tasks[target]?.id ?? '')} would wait for itself${way}`;
    report(message, tasks[task] as TaskDraft, entry, root.down('tasks', task));
  }
};

/** The cycle by a shorter way from its first task to its last, if there is one and the effort is not spent. */
function shortest(path: readonly number[], ways: ShortestWays): readonly number[] {
  const [first, last] = [path[0] as number, path[path.length - 2] as number];
  const way = ways.find(first, last, path.length - 3);
  return way === undefined ? path : [...way, first];
}

function waysAlong(edges: readonly Int32Array[]): ShortestWays {
  const sources: number[] = [];
  const targets: number[] = [];
  for (const [task, entries] of edges.entries()) {
    for (const target of entries) {
      if (target === -1) continue;
      sources.push(task);
      targets.push(target);
    }
  }
  return new ShortestWays(buildGraph(edges.length, sources, targets), EFFORT);
}

/** Entries are those of `depends_on`, and the outputs that are read after them. */
function report(message: string, task: TaskDraft, entry: number, at: Place): void {
  const listed = task.depends_on?.length ?? 0;
  const read = entry < listed ? undefined : outputsReadBy(task)[entry - listed];
  if (read === undefined) {
    at.down('depends_on', entry).report('dependency_cycle', message, {
      hint: 'each depends on the next; remove one of these dependencies',
    });
    return;
  }
  read.placed.at.report('dependency_cycle', message, {
    within: read.within,
    hint: 'each depends on the next, or reads its output; remove one of these dependencies',
  });
}

/** For each task, the index of the task each of its entries names; -1 for entries that lead nowhere. */
function edgesOf(tasks: TasksDraft, byData: boolean): readonly Int32Array[] {
  const indexOf = indexOfTasks(tasks);
  return tasks.map((task) => {
    const read = byData && task !== undefined ? outputsReadBy(task).map((one) => one.task) : [];
    return Int32Array.from([...(task?.depends_on ?? []).map(taskOf), ...read], (id) => {
      if (id === undefined || id === task?.id) return -1;
      return indexOf.get(id) ?? -1;
    });
  });
}

interface ClosingEntry {
  readonly task: number;
  readonly entry: number;
  /** The task it returns to. */
  readonly target: number;
  /** The cycle from there; that task again at the end. To be asked before the next entry is. */
  readonly cycle: () => readonly number[];
}

/** O(tasks + dependencies), and the length of each cycle that is asked for. */
function* closingEntries(edges: readonly Int32Array[]): Generator<ClosingEntry> {
  const next = new Int32Array(edges.length);
  const depth = new Int32Array(edges.length).fill(-1);
  const done = new Uint8Array(edges.length);
  for (let start = 0; start < edges.length; start++) {
    if (done[start] === 1) continue;
    const path = [start];
    depth[start] = 0;
    while (path.length > 0) {
      const task = path[path.length - 1] as number;
      const entry = next[task] as number;
      const target = edges[task]?.[entry];
      if (target === undefined) {
        done[task] = 1;
        path.pop();
        continue;
      }
      next[task] = entry + 1;
      if (target === -1 || done[target] === 1) continue;
      if (depth[target] !== -1) {
        yield { task, entry, target, cycle: () => [...path.slice(depth[target]), target] };
      } else {
        depth[target] = path.length;
        path.push(target);
      }
    }
  }
}

function show(ids: readonly string[]): string {
  if (ids.length <= SHOWN) return ids.join(' -> ');
  const head = ids.slice(0, SHOWN - 2);
  return [...head, `(${ids.length - SHOWN} more)`, ...ids.slice(-2)].join(' -> ');
}
