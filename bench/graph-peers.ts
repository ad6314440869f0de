/** The same plan by the libraries others use, each as its documentation shows it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DirectedGraph } from 'graphology';
import { forEachNodeInTopologicalOrder, hasCycle, topologicalGenerations } from 'graphology-dag';
import { findPython } from '../test/networkx/networkx.ts';

/** A graph as a document gives it. */
export interface NamedGraph {
  readonly names: readonly string[];
  readonly waitsFor: readonly (readonly string[])[];
  readonly durations: Float64Array;
}

interface Missing {
  readonly kind: 'missing';
  readonly who: string;
  readonly why: string;
}

export interface PeerPlan {
  readonly kind: 'planned';
  readonly who: string;
  /** The median of the rounds. */
  readonly ms: number;
  readonly layerOf: ArrayLike<number>;
  /** The longest that any task waits until it can start. */
  readonly longestWait: number;
}

export interface PeerReduction {
  readonly kind: 'reduced';
  readonly who: string;
  readonly ms: number;
  /** The edges that are left, sorted. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

export function planWithNetworkx(named: NamedGraph, rounds: number): PeerPlan | Missing {
  const answer = askNetworkx(named, 'plan', rounds);
  if (answer.kind === 'missing') return answer;
  return { ...(answer.said as Omit<PeerPlan, 'kind' | 'who'>), kind: 'planned', who: answer.who };
}

export function reduceWithNetworkx(named: NamedGraph, rounds: number): PeerReduction | Missing {
  const answer = askNetworkx(named, 'reduction', rounds);
  if (answer.kind === 'missing') return answer;
  return { ...(answer.said as Omit<PeerReduction, 'kind' | 'who'>), kind: 'reduced', who: answer.who };
}

function askNetworkx(
  { names, waitsFor, durations }: NamedGraph,
  part: 'plan' | 'reduction',
  rounds: number,
): Missing | { readonly kind: 'answered'; readonly who: string; readonly said: unknown } {
  const python = findPython();
  if (python === undefined) {
    return { kind: 'missing', who: 'NetworkX', why: 'not installed (Debian: python3-networkx)' };
  }
  const { status, stdout, stderr } = spawnSync(python, [join(import.meta.dirname, 'graph.py')], {
    input: JSON.stringify({ part, names, waitsFor, durations: [...durations], rounds }),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`NetworkX gave no answer: ${stderr}`);
  const { version, ...said } = JSON.parse(stdout) as { readonly version: string };
  return { kind: 'answered', who: `NetworkX ${version}`, said };
}

export function planWithGraphology(named: NamedGraph, rounds: number): PeerPlan {
  const runs = Array.from({ length: rounds }, () => {
    const start = performance.now();
    const planned = graphologyPlan(named);
    return { planned, ms: performance.now() - start };
  }).toSorted((a, b) => a.ms - b.ms);
  const { planned, ms } = runs[Math.floor(rounds / 2)] as (typeof runs)[number];
  const layerOfName = new Map(
    planned.generations.flatMap((names, layer) => names.map((name): [string, number] => [name, layer])),
  );
  const layerOf = named.names.map((name) => layerOfName.get(name) ?? -1);
  return { kind: 'planned', who: 'graphology', ms, layerOf, longestWait: planned.longestWait };
}

function graphologyPlan({ names, waitsFor, durations }: NamedGraph): {
  readonly generations: readonly (readonly string[])[];
  readonly longestWait: number;
} {
  const graph = new DirectedGraph<{ duration: number; start: number }>();
  for (const [v, name] of names.entries())
    graph.addNode(name, { duration: durations[v] as number, start: 0 });
  for (const [v, name] of names.entries()) {
    for (const dependency of waitsFor[v] ?? []) graph.addDirectedEdge(dependency, name);
  }
  if (hasCycle(graph)) throw new Error('there is a cycle');
  const generations = topologicalGenerations(graph);
  let longestWait = 0;
  forEachNodeInTopologicalOrder(graph, (node, { duration, start }) => {
    longestWait = Math.max(longestWait, start);
    graph.forEachOutNeighbor(node, (_, attributes) => {
      attributes.start = Math.max(attributes.start, start + duration);
    });
  });
  return { generations, longestWait };
}
