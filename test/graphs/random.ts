/** Large graphs at random: the same size and seed give the same graph. */
import { buildGraph, type Graph } from '@cantata/core';
import { Dice } from '@cantata/testing';

export interface RandomGraph {
  readonly size: number;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** Whole milliseconds up to a minute. */
  readonly durations: Float64Array;
}

export const graphOf = ({ size, sources, targets }: RandomGraph): Graph => buildGraph(size, sources, targets);

/**
 * As workflows are written: layers of the square root of the size, and every vertex behind the first one waits for
 * three of the layer before, or one time in five of any of the ten before. Nothing is named twice.
 */
export function layeredGraph(size: number, seed: number): RandomGraph {
  const dice = new Dice(seed);
  const width = Math.ceil(Math.sqrt(size));
  const edges = new Edges();
  for (let v = width; v < size; v++) {
    const layer = Math.floor(v / width);
    const waitsFor = new Set<number>();
    while (waitsFor.size < 3) {
      const back = dice.chance(0.2) ? dice.between(1, Math.min(10, layer)) : 1;
      waitsFor.add((layer - back) * width + dice.below(width));
    }
    for (const source of waitsFor) edges.add(source, v);
  }
  return edges.graph(size, dice);
}

/** Three edges a vertex between any two, from lower to higher under a random renaming. */
export function acyclicGraph(size: number, seed: number): RandomGraph {
  const dice = new Dice(seed);
  const name = shuffled(size, dice);
  const edges = new Edges();
  for (let i = 0; i < 3 * size; i++) {
    const [a, b] = [dice.below(size), dice.below(size)];
    if (a !== b) edges.add(name[Math.min(a, b)] as number, name[Math.max(a, b)] as number);
  }
  return edges.graph(size, dice);
}

/** Edges between any two, in any direction, to themselves and double ones too. */
export function anyGraph(size: number, edgeCount: number, seed: number): RandomGraph {
  const dice = new Dice(seed);
  const edges = new Edges();
  for (let i = 0; i < edgeCount; i++) edges.add(dice.below(size), dice.below(size));
  return edges.graph(size, dice);
}

class Edges {
  readonly #sources: number[] = [];
  readonly #targets: number[] = [];

  add(source: number, target: number): void {
    this.#sources.push(source);
    this.#targets.push(target);
  }

  graph(size: number, dice: Dice): RandomGraph {
    return {
      size,
      sources: Uint32Array.from(this.#sources),
      targets: Uint32Array.from(this.#targets),
      durations: new Float64Array(size).map(() => dice.between(1, 60_000)),
    };
  }
}

function shuffled(size: number, dice: Dice): Uint32Array {
  const order = new Uint32Array(size).map((_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = dice.below(i + 1);
    const other = order[j] as number;
    order[j] = order[i] as number;
    order[i] = other;
  }
  return order;
}
