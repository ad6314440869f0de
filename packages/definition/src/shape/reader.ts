/**
 * The small vocabulary in which the language is described: a reader turns one JSON value into one part of a
 * definition, or reports why it cannot, and says what it takes as JSON Schema, so that editors know the language
 * from the same source. A construct of the language is a reader and a line where it belongs.
 */
import type { Json, JsonObject } from '@cantata/core';
import type { Hint } from '../hint.ts';
import { type Place, UNREAD } from './place.ts';
import { describe } from './words.ts';

export interface Reader<out T> {
  /** Completes "should be …". */
  readonly expects: string;
  /** The same as JSON Schema (2020-12). It may let pass what `read` refuses, never the other way round. */
  readonly schema: JsonObject;
  /** Undefined if the value is not what it should be; the problem is reported. */
  read(value: Json, at: Place): T | undefined;
}

/** Reads a part of a larger value; one that was found unreadable before is passed over. */
export function readPart<T>(reader: Reader<T>, value: Json, at: Place): T | undefined {
  return value === UNREAD ? undefined : reader.read(value, at);
}

export function reportType(value: Json, at: Place, expects: string, hint?: Hint): undefined {
  const remove = value === null ? 'give it a value or remove the key' : undefined;
  return at.report('type_wrong', `${at.label} should be ${expects}, but is ${describe(value)}`, {
    hint: hint ?? remove,
  });
}

export function isMapping(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
