/** The values keywords are given: read, or reported at their place. */
import type { Json } from '@cantata/core';
import { type Place, UNREAD } from '../../shape/place.ts';
import { isList, isMapping } from '../../shape/reader.ts';
import { describe } from '../../shape/words.ts';
import type { SchemaCompiler } from '../compile.ts';
import type { Compiled } from '../run.ts';

export function wrong(value: Json, at: Place, expected: string, hint?: string): undefined {
  if (value === UNREAD) return undefined;
  return at.report('schema_invalid', `${at.label} should be ${expected}, but is ${describe(value)}`, {
    hint,
  });
}

export function numberOf(value: Json, at: Place): number | undefined {
  return typeof value === 'number' ? value : wrong(value, at, 'a number');
}

export function countOf(value: Json, at: Place): number | undefined {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0;
  return isCount ? value : wrong(value, at, 'a whole number of at least 0');
}

export function textsOf(value: Json, at: Place): readonly string[] | undefined {
  if (!isList(value)) return wrong(value, at, 'a list of names');
  const texts: string[] = [];
  for (const [index, entry] of value.entries()) {
    if (typeof entry === 'string') texts.push(entry);
    else wrong(entry, at.child(index), 'a name');
  }
  return texts;
}

/** Schemas by name. */
export function schemasOf(
  value: Json,
  at: Place,
  compiler: SchemaCompiler,
): ReadonlyMap<string, Compiled> | undefined {
  if (!isMapping(value)) return wrong(value, at, 'a mapping of schemas by name');
  return new Map(Object.entries(value).map(([name, one]) => [name, compiler.compile(one, at.child(name))]));
}

/** A list of schemas that is not empty. */
export function alternativesOf(
  value: Json,
  at: Place,
  compiler: SchemaCompiler,
): readonly Compiled[] | undefined {
  if (!isList(value) || value.length === 0) return wrong(value, at, 'a list of schemas');
  return value.map((one, index) => compiler.compile(one, at.child(index)));
}
