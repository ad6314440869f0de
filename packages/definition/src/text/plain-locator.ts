/** Path to position in a plain document: it is read once more, with an eye on what is asked for. */
import type { Finding } from '../findings.ts';
import { type Locator, type Spot, WRITTEN } from './locator.ts';
import { readPlain, type Wanted } from './plain.ts';

export class PlainLocator implements Locator {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** One reading for all: O(length + findings). */
  spots(findings: readonly Finding[]): readonly Spot[] {
    const root: Wanted = { below: new Map() };
    for (const { path } of findings) path.reduce(want, root);
    readPlain(this.#text, root);
    return findings.map((finding) => this.#spot(finding, root));
  }

  #spot({ path, at }: Finding, root: Wanted): Spot {
    if (typeof at === 'number') return { offset: at, end: at, written: '' };
    let found = root;
    for (const segment of path) {
      const below = found.below.get(segment);
      if (below?.key === undefined && below?.value === undefined) return this.#spotOf(found, 'key');
      found = below;
    }
    return this.#spotOf(found, at);
  }

  /** A value that is not written has its place at its key. */
  #spotOf({ key, value }: Wanted, at: 'key' | 'value'): Spot {
    const { start, end } = (at === 'key' ? (key ?? value) : (value ?? key)) ?? { start: 0, end: 0 };
    const written =
      value === undefined ? '' : this.#text.slice(value.start, Math.min(value.end, value.start + WRITTEN));
    return { offset: start, end, written };
  }
}

function want({ below }: Wanted, segment: string | number): Wanted {
  let wanted = below.get(segment);
  if (wanted === undefined) below.set(segment, (wanted = { below: new Map() }));
  return wanted;
}
