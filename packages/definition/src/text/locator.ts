/** Path to position, for the few paths at which something was found. */
import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Finding } from '../findings.ts';
import type { Path } from '../path.ts';
import { offsetWithin } from './within.ts';

export interface Spot {
  readonly offset: number;
  /** Where the part ends that was looked at; infinity if it is not written. */
  readonly end: number;
  /** How the value is written in the text. */
  readonly written: string;
}

/** Where things stand in one document. */
export interface Locator {
  /**
   * A spot for each. Goes down as far as the document does: a path that leads further, to a missing key, ends at
   * the mapping that lacks it: at its key, or at its start if it is an entry of a list or the whole document.
   */
  spots(findings: readonly Finding[]): readonly Spot[];
}

/** How much of a value is shown as it is written. */
export const WRITTEN = 64;

/** Looks at the nodes of the library. */
export class NodeLocator implements Locator {
  readonly #text: string;
  readonly #root: Node | null;
  readonly #targets: ReadonlyMap<Node, Node>;
  readonly #pairs = new WeakMap<YAMLMap, Map<unknown, Pair<Node, Node | null>>>();

  constructor(text: string, root: Node | null, targets: ReadonlyMap<Node, Node>) {
    this.#text = text;
    this.#root = root;
    this.#targets = targets;
  }

  spots(findings: readonly Finding[]): readonly Spot[] {
    return findings.map((finding) => this.#spot(finding));
  }

  #spot({ path, at, within }: Finding): Spot {
    if (typeof at === 'number') return { offset: at, end: at, written: '' };
    let key: Node | undefined;
    let value = this.#root;
    for (const segment of path) {
      const step = this.#step(value, segment);
      // The whole mapping was looked at to find that a key is missing.
      if (step === undefined) return { ...this.#spotOf(key, value, 'key'), end: value?.range?.[1] ?? 0 };
      ({ key, value } = step);
    }
    const spot = this.#spotOf(key, value, at);
    if (within === undefined || !isScalar(value) || typeof value.value !== 'string') return spot;
    const [start = 0, end = 0] = value.range ?? [];
    return { ...spot, offset: offsetWithin(this.#text, start, end, value.value, within) ?? spot.offset };
  }

  #step(from: Node | null, segment: Path[number]): { key: Node | undefined; value: Node | null } | undefined {
    const node = from === null ? null : (this.#targets.get(from) ?? from);
    if (typeof segment === 'number') {
      const item: unknown = isSeq(node) ? node.items[segment] : undefined;
      return item === undefined ? undefined : { key: undefined, value: item as Node };
    }
    const pair = isMap(node) ? this.#pairsOf(node).get(segment) : undefined;
    return pair === undefined ? undefined : { key: pair.key, value: pair.value };
  }

  /** Built once per mapping: a thousand problems in a mapping of a hundred thousand keys must stay cheap. */
  #pairsOf(map: YAMLMap): Map<unknown, Pair<Node, Node | null>> {
    let pairs = this.#pairs.get(map);
    if (pairs === undefined) {
      pairs = new Map();
      for (const pair of map.items as Pair<Node, Node | null>[]) {
        const key = isScalar(pair.key) ? pair.key.value : undefined;
        if (!pairs.has(key)) pairs.set(key, pair);
      }
      this.#pairs.set(map, pairs);
    }
    return pairs;
  }

  #spotOf(key: Node | undefined, value: Node | null, at: 'key' | 'value'): Spot {
    const written = this.#writtenOf(value);
    // A value that is not written has its place at its key.
    const node = at === 'key' || written === '' ? (key ?? value) : value;
    const [offset, end] = node?.range ?? [0, 0];
    return { offset, end: at === 'key' || written !== '' ? end : Number.POSITIVE_INFINITY, written };
  }

  /** What an alias stands for is written at its anchor. */
  #writtenOf(node: Node | null): string {
    const source = node === null ? undefined : (this.#targets.get(node) ?? node);
    const [start, end] = source?.range ?? [0, 0];
    return this.#text.slice(start, Math.min(end, start + WRITTEN));
  }
}
