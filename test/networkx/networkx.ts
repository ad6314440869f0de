/** Asks NetworkX, the graph library of Python that others plan with, what it says of a graph. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { RandomGraph } from '../graphs/random.ts';

export interface Answers {
  readonly acyclic: boolean;
  /** The layer of each vertex. */
  readonly layers: readonly number[];
  /** By the durations of the vertices along it. */
  readonly longestPath: number;
  /** The edges that are left, sorted. */
  readonly reduction: readonly (readonly [from: number, to: number])[];
  /** Of each of the `vertices`, ascending. */
  readonly ancestors: readonly (readonly number[])[];
  readonly descendants: readonly (readonly number[])[];
  /** Of every component with a cycle: its lowest vertex, its size, the length of a shortest cycle; sorted. */
  readonly knots: readonly (readonly [lowest: number, size: number, girth: number])[];
}

export function askNetworkx<Name extends keyof Answers>(
  { size, sources, targets, durations }: RandomGraph,
  asked: readonly Name[],
  vertices: readonly number[] = [],
): Pick<Answers, Name> {
  const question = {
    size,
    sources: [...sources],
    targets: [...targets],
    durations: [...durations],
    vertices,
    asked,
  };
  const { status, stdout, stderr } = spawnSync(
    pythonWithNetworkx(),
    [join(import.meta.dirname, 'reference.py')],
    { input: JSON.stringify(question), encoding: 'utf8', maxBuffer: 2 ** 30 },
  );
  if (status !== 0) throw new Error(`NetworkX gave no answer: ${stderr}`);
  return JSON.parse(stdout) as Pick<Answers, Name>;
}

/** Debian's Python, or the first one on the path. */
export function findPython(): string | undefined {
  const command = ['-c', 'import networkx'];
  return ['/usr/bin/python3', 'python3'].find((python) => spawnSync(python, command).status === 0);
}

function pythonWithNetworkx(): string {
  const python = findPython();
  if (python === undefined) {
    throw new Error(
      'There is no Python with NetworkX. On Debian and Ubuntu: apt-get install python3-networkx',
    );
  }
  return python;
}
