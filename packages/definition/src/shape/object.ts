/** A mapping with known keys. Reports keys it does not know, keys that are missing and keys without effect yet. */
import type { Json, JsonObject } from '@cantata/core';
import { type Hint, oneOf } from '../hint.ts';
import type { Place } from './place.ts';
import { isMapping, type Reader, readPart, reportType } from './reader.ts';
import { quote } from './words.ts';

export interface Field<out T> {
  readonly reader: Reader<T>;
  readonly required: boolean;
  /** A sentence for whoever writes the key; editors show it. */
  readonly description: string;
}

export function required<T>(reader: Reader<T>, description: string): Field<T> {
  return { reader, required: true, description };
}

export function optional<T>(reader: Reader<T>, description: string): Field<T> {
  return { reader, required: false, description };
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/**
 * What could be read of a mapping. A key that was there but is wrong is present with the value undefined; a key
 * that was not there is absent.
 */
export type Draft<F extends Fields> = {
  readonly [K in keyof F]?: (F[K] extends Field<infer T> ? T : never) | undefined;
};

/** Whether the key was written but could not be read: nothing can be concluded from its absence in the draft. */
export function isBroken<D extends object>(draft: D, key: keyof D): boolean {
  return key in draft && draft[key] === undefined;
}

export interface ObjectShape<F extends Fields> {
  /** With its article: `a task`. */
  readonly name: string;
  readonly fields: F;
  readonly example?: string;
  /** Keys of the full language that this version does not have. */
  readonly later?: readonly string[];
  /** What to do when it is not a mapping. */
  readonly hint?: string;
  /** A key that stands in for a required one. */
  readonly unless?: string;
}

export function object<F extends Fields>(shape: ObjectShape<F>): Reader<Draft<F>> {
  return {
    expects: shape.example === undefined ? 'a mapping' : `a mapping such as ${shape.example}`,
    schema: schemaOf(shape),
    read(value, at) {
      if (!isMapping(value)) return reportType(value, at, this.expects, shape.hint);
      for (const key of Object.keys(value)) {
        if (!Object.hasOwn(shape.fields, key)) reportUnknown(key, shape, at);
      }
      const draft: Record<string, unknown> = {};
      for (const [key, field] of Object.entries(shape.fields)) {
        if (Object.hasOwn(value, key)) draft[key] = readPart(field.reader, value[key] as Json, at.child(key));
        else if (field.required && !(shape.unless !== undefined && Object.hasOwn(value, shape.unless)))
          reportMissing(key, field, shape, at);
      }
      return draft as Draft<F>;
    },
  };
}

/** Keys in the order of the language, which is the order in which they are best read. */
function schemaOf({ fields, unless }: ObjectShape<Fields>): JsonObject {
  const entries = Object.entries(fields);
  const needed = entries.filter(([, field]) => field.required).map(([key]) => key);
  const properties = entries.map(([key, { description, reader }]) => [
    key,
    { description, ...reader.schema },
  ]);
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as JsonObject,
    ...requirement(needed, unless),
    additionalProperties: false,
  };
}

function requirement(needed: readonly string[], unless: string | undefined): JsonObject {
  if (needed.length === 0) return {};
  return unless === undefined
    ? { required: needed }
    : { anyOf: [{ required: needed }, { required: [unless] }] };
}

function reportMissing(key: string, field: Field<unknown>, shape: ObjectShape<Fields>, at: Place): void {
  const message = `${quote(key)} is missing from ${shape.name}`;
  at.child(key).report('key_missing', message, { hint: `it should be ${field.reader.expects}` });
}

function reportUnknown(key: string, shape: ObjectShape<Fields>, at: Place): void {
  const later = shape.later?.includes(key) === true;
  const hint: Hint = later ? 'this version does not have it yet' : oneOf(key, Object.keys(shape.fields));
  at.child(key).report('unknown_key', `${quote(key)} is not a key of ${shape.name}`, { at: 'key', hint });
}
