/**
 * What the shop, the bank and the carrier did, one line of JSON for each thing, in a file. It stands for what agents
 * change in the world: here one can look at it afterwards.
 *
 * Each line is under the idempotency key of whoever wrote it, and written once. An agent whose process died between the
 * deed and the answer is asked again under the same key, and finds that it is done.
 */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '@cantata/sdk';

export interface Entry {
  readonly order: string;
  readonly by: 'warehouse' | 'bank' | 'carrier';
  readonly did: string;
  /** Of an article: how many went on the shelf, negative where they were taken from it. */
  readonly sku?: string;
  readonly pieces?: number;
  /** Into the till, negative where it went back. */
  readonly cents?: number;
  readonly parcel?: string;
}

interface Written extends Entry {
  readonly key: string;
}

export class Ledger {
  readonly #file: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#file = join(folder, 'ledger.jsonl');
  }

  get #text(): string {
    return readFileSync(this.#file, { encoding: 'utf8', flag: 'a+' });
  }

  get entries(): readonly Written[] {
    const text = this.#text;
    // What a crash cut off in the middle of a line was never there: its agent is asked again.
    return text
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Written);
  }

  find(key: string): Written | undefined {
    return this.entries.find((entry) => entry.key === key);
  }

  /** Writes it, once for each key. One line in one call: two processes that write at a time do not mix theirs. */
  write(key: string, entry: Entry): void {
    if (this.find(key) !== undefined) return;
    const line = JSON.stringify({ ...entry, key } satisfies Written);
    const begun = /[^\n]$/.test(this.#text) ? '\n' : '';
    appendFileSync(this.#file, `${begun}${line}\n`);
  }

  /** Pieces of an article that were taken from the shelf and not put back. */
  taken(sku: string): number {
    return 0 - this.#sum((entry) => (entry.sku === sku ? (entry.pieces ?? 0) : 0));
  }

  /** What is in the till. */
  get cents(): number {
    return this.#sum((entry) => entry.cents ?? 0);
  }

  #sum(of: (entry: Entry) => number): number {
    return this.entries.reduce((sum, entry) => sum + of(entry), 0);
  }
}

interface Shop {
  readonly folder: string;
  readonly ledger: Ledger;
  readonly order: string;
}

/** The shop that this run is about, and its order. */
export function shopOf({ workflow }: Context): Shop {
  const { shop, order } = workflow.input as { readonly shop: string; readonly order: string };
  return { folder: shop, ledger: new Ledger(shop), order };
}
