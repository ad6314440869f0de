/** What a schema says of members that are absent: `default`, for the input of an execution. */
import type { Json, JsonObject } from '../json.ts';

/**
 * The value with the defaults of members it lacks, at any depth that `properties` reach. Defaults stand as they are
 * written; whether they fit is for the check that follows. The value itself is not changed. O(properties met).
 */
export function withDefaults(value: Json, schema: Json | undefined): Json {
  if (!isObject(value) || !isObject(schema)) return value;
  const { properties } = schema;
  if (!isObject(properties)) return value;
  const filled = new Map(Object.entries(value));
  for (const [key, member] of Object.entries(properties)) {
    if (Object.hasOwn(value, key)) filled.set(key, withDefaults(value[key] as Json, member));
    else if (isObject(member) && Object.hasOwn(member, 'default')) filled.set(key, member['default'] as Json);
  }
  // Members of their own, whatever they are called.
  return Object.fromEntries(filled);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
