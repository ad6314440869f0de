/**
 * The graph engine on random layered graphs of about three edges a task, from names to slack: names interned, graph
 * built, layers, cycle check, critical path, slack. And the same on the same graphs by NetworkX and graphology, as far
 * as they go: neither has slack, and what graphology has no function for is written with what it has. Their results
 * are compared with ours; a difference ends the benchmark.
 */
import { spawnSync } from 'node:child_process';
import {
  buildGraph,
  criticalPathByRank,
  edgesFromNames,
  findCycle,
  type Graph,
  type Layers,
  layers,
  NameTable,
  Reachability,
  redundantEdges,
  successors,
  type Timing,
  timing,
  transitiveReduction,
} from '@cantata/core';
import { Dice } from '@cantata/testing';
import { acyclicGraph, graphOf, layeredGraph, type RandomGraph } from '../test/graphs/random.ts';
import { type Figure, lineOf } from './figures.ts';
import { type NamedGraph, planWithGraphology, planWithNetworkx, reduceWithNetworkx } from './graph-peers.ts';

const MILLION = 1_000_000;

export async function graphBench(): Promise<readonly Figure[]> {
  return [
    ...planFigures(1_000, 1, 101),
    ...planFigures(100_000, 150, 7),
    ...millionFigures(),
    ...reductionFigures('in layers', layeredGraph, 1_000, 10),
    ...reductionFigures('in layers', layeredGraph, 10_000, 80),
    // Here most edges skip layers, which is the hard case for us, and few have a detour, which is the easy one for others.
    ...reductionFigures('in any order', acyclicGraph, 1_000, 10),
    ...reductionFigures('in any order', acyclicGraph, 10_000, 80),
    ...otherFigures(),
  ];
}

interface Planned {
  readonly graph: Graph;
  readonly sorted: Layers;
  readonly timed: Timing;
  readonly path: readonly number[];
  readonly internMs: number;
  readonly ms: number;
}

function plan({ names, waitsFor, durations }: NamedGraph): Planned {
  const start = performance.now();
  const { sources, targets } = edgesFromNames(new NameTable(names), waitsFor);
  const internMs = performance.now() - start;
  const graph = buildGraph(names.length, sources, targets);
  const sorted = layers(graph);
  if (!sorted.acyclic) throw new Error(`there is a cycle: ${findCycle(graph)?.join(' ')}`);
  const timed = timing(graph, sorted, durations);
  const path = criticalPathByRank(graph, sorted, timed.rank).vertices;
  return { graph, sorted, timed, path, internMs, ms: performance.now() - start };
}

function planFigures(size: number, targetMs: number, rounds: number): readonly Figure[] {
  const named = withNames(layeredGraph(size, size));
  plan(named);
  const planned = Array.from({ length: rounds }, () => plan(named));
  const ms = median(planned.map((round) => round.ms));
  const [first] = planned as [Planned, ...Planned[]];
  const ours = {
    layerOf: first.sorted.layerOf,
    longestWait: first.timed.earliestStart.reduce((longest, each) => Math.max(longest, each), 0),
  };
  const tasks = `${size.toLocaleString('en-US')} tasks`;
  const figures: Figure[] = [
    { name: `plan ${tasks}`, value: ms, unit: 'ms', target: { at: 'most', value: targetMs } },
    { name: '  of which names', value: median(planned.map((round) => round.internMs)), unit: 'ms' },
  ];
  for (const theirs of [planWithNetworkx(named, 3), planWithGraphology(named, 3)]) {
    if (theirs.kind === 'missing') {
      figures.push({ name: `  ${theirs.who}: ${theirs.why}`, value: 0, unit: 'compared' });
      continue;
    }
    expectEqual(`${theirs.who}: layers of ${tasks}`, ours.layerOf, theirs.layerOf);
    expectEqual(`${theirs.who}: longest path of ${tasks}`, [ours.longestWait], [theirs.longestWait]);
    figures.push({
      name: `  ${theirs.who}, ${spoken(theirs.ms)} ms, results equal`,
      value: theirs.ms / ms,
      unit: 'times as long',
    });
  }
  return figures;
}

/** In a process of its own, whose memory is all its own: the names, the lists of names and the garbage count too. */
function millionFigures(): readonly Figure[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [import.meta.filename, 'million'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`planning a million tasks failed: ${stderr}`);
  const { ms, internMs, mebibytes } = JSON.parse(stdout) as Record<'ms' | 'internMs' | 'mebibytes', number>;
  return [
    { name: 'plan 1,000,000 tasks', value: ms, unit: 'ms', target: { at: 'most', value: 3_000 } },
    { name: '  of which names', value: internMs, unit: 'ms' },
    {
      name: '  most memory of the process, names included',
      value: mebibytes,
      unit: 'MiB',
      target: { at: 'most', value: 1_024 },
    },
  ];
}

function planMillion(): void {
  const named = withNames(layeredGraph(MILLION, MILLION));
  const planned = Array.from({ length: 3 }, () => {
    const { ms, internMs } = plan(named);
    return { ms, internMs };
  });
  const ms = median(planned.map((round) => round.ms));
  const internMs = median(planned.map((round) => round.internMs));
  const mebibytes = process.resourceUsage().maxRSS / 1_024;
  process.stdout.write(JSON.stringify({ ms, internMs, mebibytes }));
}

function reductionFigures(
  shape: string,
  sample: (size: number, seed: number) => RandomGraph,
  size: number,
  targetMs: number,
): readonly Figure[] {
  const named = withNames(sample(size, size));
  const { graph, sorted } = plan(named);
  redundantEdges(graph, sorted);
  const ms = median(Array.from({ length: 15 }, () => elapsed(() => redundantEdges(graph, sorted))));
  const tasks = `${size.toLocaleString('en-US')} tasks ${shape}`;
  const figures: Figure[] = [
    {
      name: `transitive reduction of ${tasks}`,
      value: ms,
      unit: 'ms',
      target: { at: 'most', value: targetMs },
    },
  ];
  const theirs = reduceWithNetworkx(named, 1);
  if (theirs.kind === 'missing') {
    figures.push({ name: `  ${theirs.who}: ${theirs.why}`, value: 0, unit: 'compared' });
    return figures;
  }
  const reduced = transitiveReduction(graph, sorted);
  const edges = Array.from({ length: size }, (_, v) =>
    Array.from(successors(reduced, v).toSorted(), (w) => [v, w]),
  );
  expectEqual(`${theirs.who}: reduction of ${tasks}`, edges.flat(2), theirs.edges.flat());
  figures.push({
    name: `  ${theirs.who}, ${spoken(theirs.ms)} ms, results equal`,
    value: theirs.ms / ms,
    unit: 'times as long',
  });
  return figures;
}

/** What has no target: to see that it stays in proportion. */
function otherFigures(): readonly Figure[] {
  const size = 100_000;
  const graph = graphOf(layeredGraph(size, size));
  const sorted = layers(graph);
  const reduceMs = elapsed(() => redundantEdges(graph, sorted));
  let index = new Reachability(graph, sorted);
  const indexMs = elapsed(() => {
    index = new Reachability(graph, sorted);
  });
  const dice = new Dice(1);
  const questions = Uint32Array.from({ length: 200_000 }, () => dice.below(size));
  const questionsMs = elapsed(() => {
    for (let i = 0; i < questions.length; i += 2) {
      index.reaches(questions[i] as number, questions[i + 1] as number);
    }
  });
  const ring = Array.from({ length: MILLION }, (_, v) => v);
  const closed = buildGraph(
    MILLION,
    ring,
    ring.map((v) => (v + 1) % MILLION),
  );
  return [
    { name: 'transitive reduction of 100,000 tasks in layers', value: reduceMs, unit: 'ms' },
    { name: 'index of who reaches whom among 100,000 tasks', value: indexMs, unit: 'ms' },
    { name: 'a question to it', value: (questionsMs / questions.length) * 2_000, unit: 'µs' },
    { name: 'the cycle of 1,000,000 tasks in a ring', value: elapsed(() => findCycle(closed)), unit: 'ms' },
  ];
}

function withNames({ size, sources, targets, durations }: RandomGraph): NamedGraph {
  const names = Array.from({ length: size }, (_, v) => `task-${v}`);
  const waitsFor = names.map((): string[] => []);
  for (const [e, target] of targets.entries()) waitsFor[target]?.push(names[sources[e] as number] as string);
  // As from a document: a name that is read twice is two strings.
  return { names, waitsFor: JSON.parse(JSON.stringify(waitsFor)) as string[][], durations };
}

function expectEqual(what: string, ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
  let equal = ours.length === theirs.length;
  for (let i = 0; equal && i < ours.length; i++) equal = ours[i] === theirs[i];
  if (!equal) throw new Error(`${what}: not what we find`);
}

function elapsed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

const spoken = (ms: number): string =>
  ms.toLocaleString('en-US', { maximumFractionDigits: ms < 100 ? 1 : 0 });

if (import.meta.main) {
  if (process.argv[2] === 'million') planMillion();
  else for (const figure of await graphBench()) console.log(lineOf(figure));
}
