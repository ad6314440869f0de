/** Puts large values aside while a decision is made: a reference goes into the event, the value into its commit. */
import {
  type BlobRow,
  type Codec,
  isInline,
  type Json,
  NO_VALUES,
  referenceTo,
  type Values,
} from '@cantata/core';
import { digestOf } from './blobs.ts';
import type { RecentValues } from './recent-values.ts';

export class Keeper {
  /** What the decision may read: what was fetched for it, and what it put aside itself. */
  readonly values: Map<string, Json>;
  /** To be written with what was decided. */
  readonly blobs: BlobRow[] = [];
  readonly #entity: string;
  readonly #codec: Codec;
  readonly #recent: RecentValues;

  constructor(entity: string, codec: Codec, recent: RecentValues, fetched: Values = NO_VALUES) {
    this.values = new Map(fetched);
    this.#entity = entity;
    this.#codec = codec;
    this.#recent = recent;
  }

  readonly keep = (value: Json): Json => {
    if (isInline(value)) return value;
    const data = this.#codec.encode(value);
    const digest = digestOf(data);
    this.blobs.push({ entity: this.#entity, digest, data });
    // As it will be read: what the agent still does with its object does not show.
    const own = this.#codec.decode(data);
    this.values.set(digest, own);
    this.#recent.add(digest, own, data.length);
    return referenceTo(digest, Buffer.byteLength(data));
  };
}
