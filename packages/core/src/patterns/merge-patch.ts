/** JSON Merge Patch (RFC 7396), in place: how the state of a pattern changes. */
import type { Json, JsonObject } from '../json.ts';

/** A state as its owner holds it. */
export type MutableObject = { [key: string]: Json };

/** Changes `target`; null removes. O(patch). What it takes over of the patch is copied where it may change later. */
export function mergePatch(target: MutableObject, patch: JsonObject): void {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(target, key);
    else if (isObject(value)) target[key] = merged(target[key], value);
    else target[key] = value;
  }
}

function merged(old: Json | undefined, patch: JsonObject): JsonObject {
  const own: MutableObject = old !== undefined && isObject(old) ? old : {};
  mergePatch(own, patch);
  return own;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** For whoever is going to change it. */
export function copyOf(value: JsonObject): MutableObject {
  const copy: MutableObject = {};
  mergePatch(copy, value);
  return copy;
}
