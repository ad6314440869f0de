/**
 * Graphs of real systems, for whatever must hold of more than random ones: a history of commits, a CI pipeline, two
 * scientific workflows with measured runtimes, and what this repository itself installs. Each file says where it is
 * from and how to read it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGraph, type Graph } from '@cantata/core';

export interface RealGraph {
  readonly name: string;
  readonly graph: Graph;
  /** The edges of the graph: `sources[i]` comes before `targets[i]`. */
  readonly sources: readonly number[];
  readonly targets: readonly number[];
  /** Of each vertex, in milliseconds; a second where nobody measured it. */
  readonly durations: Float64Array;
}

const UNMEASURED_MS = 1_000;

/** All that can be run: every one is acyclic. */
export function realGraphs(): readonly RealGraph[] {
  return [...['pipeline', 'montage', 'epigenomics', 'commits'].map(read), installed('needed')];
}

/** A graph from the file of that name in this folder. */
function read(name: string): RealGraph {
  const text = readFileSync(join(import.meta.dirname, `${name}.txt`), 'utf8');
  const lines = text.trimEnd().split('\n');
  const sources: number[] = [];
  const targets: number[] = [];
  const durations: number[] = [];
  for (const line of lines.filter((each) => !each.startsWith('#'))) {
    const vertex = durations.length;
    const [duration, ...back] = line.split(' ');
    durations.push(duration === '-' ? UNMEASURED_MS : Number(duration));
    for (const up of back) {
      sources.push(vertex - Number(up));
      targets.push(vertex);
    }
  }
  return assemble(name, sources, targets, durations);
}

interface LockedPackage {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * The packages of this repository's lock file, each after what it depends on. Packages `needed` at run time cannot
 * wait for each other in a circle; `with peers` they can, and do: a plug-in and its host name each other.
 */
export function installed(
  which: 'needed' | 'with peers',
): RealGraph & { readonly packages: readonly string[] } {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const packages = Object.keys(lock.packages).filter((path) => lock.packages[path]?.link !== true);
  const index = new Map(packages.map((path, vertex) => [path, vertex]));
  const sources: number[] = [];
  const targets: number[] = [];
  for (const [vertex, path] of packages.entries()) {
    const { dependencies, optionalDependencies, peerDependencies } = lock.packages[path] ?? {};
    const wanted = {
      ...dependencies,
      ...optionalDependencies,
      ...(which === 'with peers' && peerDependencies),
    };
    for (const name of Object.keys(wanted)) {
      const source = index.get(resolve(lock.packages, path, name) ?? '');
      if (source === undefined) continue; // an optional peer that is not there
      sources.push(source);
      targets.push(vertex);
    }
  }
  const durations = packages.map(() => UNMEASURED_MS);
  return { ...assemble(`installed, ${which}`, sources, targets, durations), packages };
}

/** As Node finds a package: in the nearest `node_modules` on the way up. */
function resolve(
  packages: Readonly<Record<string, LockedPackage>>,
  from: string,
  name: string,
): string | undefined {
  let folder = from;
  for (;;) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    const found = packages[path];
    if (found !== undefined) return found.link === true ? found.resolved : path;
    if (folder === '') return undefined;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
  }
}

function assemble(
  name: string,
  sources: readonly number[],
  targets: readonly number[],
  durations: readonly number[],
): RealGraph {
  const graph = buildGraph(durations.length, sources, targets);
  return { name, graph, sources, targets, durations: Float64Array.from(durations) };
}
