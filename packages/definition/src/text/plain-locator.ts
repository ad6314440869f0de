/** Path to position in a plain document: it is read once more, with an eye on what is asked for. */
import type { Finding } from '../findings.ts';
import { type Locator, type Spot, WRITTEN } from './locator.ts';
import { readPlain, type Stretch, type Wanted } from './plain.ts';
import { resolveQuoted } from './plain-scalars.ts';
import { offsetWithin } from './within.ts';

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

  #spot({ path, at, within }: Finding, root: Wanted): Spot {
    if (typeof at === 'number') return { offset: at, end: at, written: '' };
    let found = root;
    for (const segment of path) {
      const below = found.below.get(segment);
      if (below?.key === undefined && below?.value === undefined) return this.#spotOf(found, 'key');
      found = below;
    }
    const spot = this.#spotOf(found, at);
    if (within === undefined || found.value === undefined) return spot;
    return { ...spot, offset: this.#offsetWithin(found.value, within) ?? spot.offset };
  }

  #offsetWithin({ start, end }: Stretch, within: number): number | undefined {
    const written = this.#text.slice(start, end);
    const value = written.startsWith('"')
      ? resolveQuoted(written)
      : written.startsWith("'")
        ? written.slice(1, -1).replaceAll("''", "'")
        : written;
    return value === undefined ? undefined : offsetWithin(this.#text, start, end, value, within);
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
