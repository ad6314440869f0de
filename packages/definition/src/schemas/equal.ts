/** Whether two values are the same JSON, and a text that is the same for those that are. */
import { canonicalJson, type Json, type JsonObject } from '@cantata/core';
import type { Run } from './run.ts';

/** O(size of the smaller), which is counted. */
export function equal(a: Json, b: Json, run: Run): boolean {
  run.spend(1);
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => equal(item as Json, b[i] as Json, run));
  }
  const [one, other] = [a as JsonObject, b as JsonObject];
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && equal(one[key] as Json, other[key] as Json, run));
}

/** Equal values, and no others, have the same. */
export function fingerprint(value: Json, run: Run): string {
  const text = canonicalJson(value);
  run.spend(text.length >> 4);
  return text;
}
