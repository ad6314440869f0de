/**
 * Values that are too large to stand in events and states. A reference stands in their place; the value is a blob, which
 * is written in the commit of the event that refers to it. Commands always carry values, never references: `step` puts
 * what is large aside when an event is made of it. Rules read through `valueOf` and its like; what is not at hand then
 * stops the decision, and the shell fetches it and asks again.
 */
import { isWithin, type Json, type JsonObject } from '../json.ts';
import { byteSize } from '../text.ts';

/** In the place of a value of so many bytes of JSON. */
export interface Reference extends JsonObject {
  /** `sha256:` and the digest of the value as it is written. */
  readonly $blob: string;
  readonly bytes: number;
}

/** Values at hand, by digest. */
export type Values = ReadonlyMap<string, Json>;
export const NO_VALUES: Values = new Map();

/** Puts a value aside if it is too large, and gives what stands in its place. */
export type Keep = (value: Json) => Json;

/** The largest value that stands in an event as it is, in bytes of JSON, roughly. */
export const MAX_INLINE_BYTES = 16_384;

/** Of what stands in an event or a state. */
export function isReference(kept: Json): kept is Reference {
  return typeof kept === 'object' && kept !== null && '$blob' in kept;
}

/** Whether a value may stand in an event as it is. What looks like a reference may not, so nobody can forge one. O(1). */
export function isInline(value: Json): boolean {
  return !isReference(value) && isWithin(value, MAX_INLINE_BYTES);
}

export function referenceTo(digest: string, bytes: number): Reference {
  return { $blob: digest, bytes };
}

/** `a value of 1.2 MiB`: how people read it where the value itself is not fetched. */
export function referenceWords({ bytes }: Reference): string {
  return `a value of ${byteSize(bytes)}`;
}

/** What a rule must read is not at hand. Not a failure: it is asked again when it is. */
export class ValuesMissing extends Error {
  readonly digests: readonly string[];

  constructor(digests: readonly string[]) {
    super(`${digests.length} value(s) must be read first`);
    this.name = 'ValuesMissing';
    this.digests = digests;
  }
}

/** @throws ValuesMissing */
export function valueOf(kept: Json, values: Values): Json {
  if (!isReference(kept)) return kept;
  const value = values.get(kept.$blob);
  if (value === undefined) throw new ValuesMissing([kept.$blob]);
  return value;
}

/** Several at once: what is missing is missing together. @throws ValuesMissing */
export function valuesOf(kept: readonly Json[], values: Values): readonly Json[] {
  return together(kept, (one) => valueOf(one, values));
}

/** The results of `read` for each of `all`. What any of them lacks is missing together. @throws ValuesMissing */
export function together<T, R>(all: readonly T[], read: (one: T) => R): readonly R[] {
  const missing: string[] = [];
  const results: R[] = [];
  for (const one of all) {
    try {
      results.push(read(one));
    } catch (error) {
      if (!(error instanceof ValuesMissing)) throw error;
      missing.push(...error.digests);
    }
  }
  if (missing.length > 0) throw new ValuesMissing([...new Set(missing)]);
  return results;
}
