/**
 * Schemas that apply themselves to the very value they are applied to, by `$ref` or through others: no value would
 * ever be checked to the end. One that applies itself to a part of the value is a tree, and fine.
 */
import type { Json, JsonObject } from '@cantata/core';
import type { Place } from '../shape/place.ts';
import { isList, isMapping } from '../shape/reader.ts';
import { quote } from '../shape/words.ts';
import { resolve } from './reference.ts';

const SINGLE = ['not', 'if', 'then', 'else'];
const LISTS = ['allOf', 'anyOf', 'oneOf'];
const BY_NAME = ['dependentSchemas', 'dependencies'];

/** Reports the first `$ref` that closes a circle. O(size of the schema). */
export function reportCircle(root: JsonObject, at: Place): void {
  const state = new Map<Json, 'open' | 'done'>();
  const visit = (schema: Json): string | undefined => {
    if (!isMapping(schema) || state.get(schema) === 'done') return undefined;
    if (state.get(schema) === 'open') return '';
    state.set(schema, 'open');
    const reference = schema['$ref'];
    for (const next of sameValue(schema, root)) {
      const found = visit(next);
      if (found === undefined) continue;
      return found === '' && typeof reference === 'string' ? reference : found;
    }
    state.set(schema, 'done');
    return undefined;
  };
  for (const schema of all(root)) {
    const reference = visit(schema);
    if (reference === undefined) continue;
    const message = `${quote(reference)} leads back to where it stands, for the same value`;
    at.report('schema_invalid', message, {
      at: 'key',
      hint: 'refer to it for a part of the value, or not at all',
    });
    return;
  }
}

/** What a schema applies to the value it is applied to. */
function* sameValue(schema: JsonObject, root: JsonObject): Generator<Json> {
  const reference = schema['$ref'];
  const found = typeof reference === 'string' ? resolve(root, reference) : undefined;
  if (found?.kind === 'found') yield found.schema;
  for (const key of SINGLE) if (schema[key] !== undefined) yield schema[key];
  for (const key of LISTS) if (isList(schema[key] ?? null)) yield* schema[key] as readonly Json[];
  for (const key of BY_NAME) if (isMapping(schema[key])) yield* Object.values(schema[key]);
}

/** Every mapping of the schema, itself included; some are no schemas, which does no harm. */
function* all(value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const member of Object.values(value)) yield* all(member);
}
