/**
 * Brings stored events of earlier releases into the form that `evolve` knows. Whoever reads rows reads through it, so
 * this is the only file that knows old forms.
 *
 * U1 What a schema means never changes once it was released: golden logs of every release fold to the same state.
 * U2 A new type, or a field that may be absent, is no new schema. Whatever else changes an event raises EVENT_SCHEMA and
 *    adds the step that leads there.
 */
import { CantataError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { EVENT_SCHEMA } from './execution/events.ts';

/** From the fields of an event to those of the next schema; with another `type` where that changed, too. */
export type Lift = (fields: JsonObject) => JsonObject & { readonly type?: string };

/** By type: what changes in the events of one schema to make them those of the next. Others stay as they are. */
export type SchemaStep = Readonly<Record<string, Lift>>;

/** The first leads from schema 1 to schema 2, and so on. */
export const SCHEMA_STEPS: readonly SchemaStep[] = [];

/** @throws CantataError `store_version` for an event that a newer Cantata wrote. O(schemas since) */
export function upcast(
  type: string,
  schema: number,
  fields: JsonObject,
  steps: readonly SchemaStep[] = SCHEMA_STEPS,
  newest: number = EVENT_SCHEMA,
): JsonObject & { readonly type: string } {
  if (schema > newest) {
    const message = `an event ${type} has the schema ${schema}, this Cantata knows up to ${newest}; use the newer Cantata that wrote it`;
    throw new CantataError('store_version', message);
  }
  let event: JsonObject & { readonly type: string } = { type, ...fields };
  for (let from = schema; from < newest; from++) {
    const lift = steps[from - 1]?.[event.type];
    if (lift !== undefined) event = { type: event.type, ...lift(withoutType(event)) };
  }
  return event;
}

function withoutType({ type: _, ...fields }: JsonObject): JsonObject {
  return fields;
}
