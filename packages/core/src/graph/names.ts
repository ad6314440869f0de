/**
 * Names become dense numbers once, and everything after works on numbers. Of the time it takes to plan a large graph,
 * most goes into looking up names, so this is a hash table of its own: open addressing over typed arrays, half the
 * time of a `Map`. Every name is compared, so two names are never taken for one.
 */

/** Slots that are looked at for a name; one that finds none free among them goes into a `Map`. */
const REACH = 16;

/** The vertex of each name: its index in the list it was made of. Immutable. */
export class NameTable {
  readonly names: readonly string[];
  /** Two numbers a slot: vertex + 1, or 0 where it is free; and the hash of its name. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  /** Names can be made to collide on purpose. A `Map` hashes with a secret, so they cost no more than others. */
  readonly #crowded = new Map<string, number>();

  /** Of a name that comes twice, the first counts. O(characters). */
  constructor(names: readonly string[]) {
    const size = 2 ** Math.ceil(Math.log2(2 * names.length + 2));
    this.names = names;
    this.#mask = size - 1;
    this.#slots = new Int32Array(2 * size);
    for (let v = 0; v < names.length; v++) this.#add(names[v] as string, v);
  }

  /** O(characters). */
  get(name: string): number | undefined {
    const slots = this.#slots;
    const hash = hashOf(name);
    let at = hash & this.#mask;
    for (let step = 0; step < REACH; step++) {
      const taken = slots[2 * at] as number;
      if (taken === 0) return undefined;
      if (slots[2 * at + 1] === hash && this.names[taken - 1] === name) return taken - 1;
      at = (at + 1) & this.#mask;
    }
    return this.#crowded.get(name);
  }

  #add(name: string, vertex: number): void {
    const slots = this.#slots;
    const hash = hashOf(name);
    let at = hash & this.#mask;
    for (let step = 0; step < REACH; step++) {
      const taken = slots[2 * at] as number;
      if (taken === 0) {
        slots[2 * at] = vertex + 1;
        slots[2 * at + 1] = hash;
        return;
      }
      if (slots[2 * at + 1] === hash && this.names[taken - 1] === name) return;
      at = (at + 1) & this.#mask;
    }
    if (!this.#crowded.has(name)) this.#crowded.set(name, vertex);
  }
}

/** FNV-1a over UTF-16 code units, and a last mixing, because the table uses the low bits. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 12);
}

/** Edges as `buildGraph` takes them: `sources[i]` comes before `targets[i]`. */
export interface NamedEdges {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** What was named and is not there, in the order given; no edge stands for it. */
  readonly unknown: readonly UnknownName[];
}

export interface UnknownName {
  /** The vertex that waits for it. */
  readonly vertex: number;
  readonly name: string;
}

/**
 * Edges from what each vertex waits for, by name: an edge for every entry, vertex by vertex and in the order of the
 * entries. O(names + their characters).
 */
export function edgesFromNames(table: NameTable, waitsFor: readonly (readonly string[])[]): NamedEdges {
  let entries = 0;
  for (const names of waitsFor) entries += names.length;
  const sources = new Uint32Array(entries);
  const targets = new Uint32Array(entries);
  const unknown: UnknownName[] = [];
  let edges = 0;
  for (let vertex = 0; vertex < waitsFor.length; vertex++) {
    for (const name of waitsFor[vertex] as readonly string[]) {
      const source = table.get(name);
      if (source === undefined) {
        unknown.push({ vertex, name });
        continue;
      }
      sources[edges] = source;
      targets[edges++] = vertex;
    }
  }
  return { sources: sources.subarray(0, edges), targets: targets.subarray(0, edges), unknown };
}
