/** Fetches values that stand in blobs, for whoever must read them: decisions, agents, people. */
import {
  type BlobStore,
  CantataError,
  type Codec,
  type Json,
  type Values,
  ValuesMissing,
} from '@cantata/core';
import { sha256 } from '../digest.ts';
import type { RecentValues } from './recent-values.ts';

export interface BlobsParts {
  readonly blobs: BlobStore;
  readonly codec: Codec;
  readonly recent: RecentValues;
}

export class Blobs {
  readonly #parts: BlobsParts;

  constructor(parts: BlobsParts) {
    this.#parts = parts;
  }

  /** @throws CantataError `store_corrupt` for one that is not there or is not what its digest says, or what the store says. */
  async fetch(digests: readonly string[]): Promise<Values> {
    const { blobs, codec, recent } = this.#parts;
    const values = new Map<string, Json>();
    for (const digest of digests) {
      const value = recent.get(digest);
      if (value !== undefined) values.set(digest, value);
    }
    const missing = digests.filter((digest) => !values.has(digest));
    const found = missing.length === 0 ? [] : await blobs.read(missing);
    for (const { digest, data } of found) {
      if (digestOf(data) !== digest) throw corrupt(digest, 'was changed in the store');
      const value = codec.decode(data);
      values.set(digest, value);
      recent.add(digest, value, data.length);
    }
    for (const digest of missing) if (!values.has(digest)) throw corrupt(digest, 'is not in the store');
    return values;
  }

  /** Does what reads values; what it lacks is fetched, and it is done again. @throws as `fetch`, or what `read` throws. */
  async reading<T>(read: (values: Values) => T): Promise<T> {
    let values: Values = new Map();
    for (;;) {
      try {
        return read(values);
      } catch (error) {
        if (!(error instanceof ValuesMissing)) throw error;
        values = new Map([...values, ...(await this.fetch(error.digests))]);
      }
    }
  }
}

export function digestOf(data: string): string {
  return `sha256:${sha256(data)}`;
}

function corrupt(digest: string, what: string): CantataError {
  return new CantataError('store_corrupt', `the value ${digest} ${what}`);
}
