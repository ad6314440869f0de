/** The keywords of JSON Schema: what each may be given, and the rule it makes. In the order in which they are checked. */
import type { Json, JsonObject } from '@cantata/core';
import type { Place } from '../shape/place.ts';
import type { SchemaCompiler } from './compile.ts';
import { COMBINATIONS } from './keywords/combinations.ts';
import { LISTS } from './keywords/lists.ts';
import { OBJECTS } from './keywords/objects.ts';
import { SCALARS } from './keywords/scalars.ts';
import type { Rule } from './run.ts';

/** Undefined if the keyword makes no rule: an annotation, or a value it cannot have, which is reported. */
export type Keyword = (
  value: Json,
  at: Place,
  schema: JsonObject,
  compiler: SchemaCompiler,
) => Rule | undefined;

/** Said about a value, and not checked. `format` among them, as the standard has it. */
const ANNOTATIONS = [
  'title',
  'description',
  'default',
  'examples',
  'example',
  'deprecated',
  'readOnly',
  'writeOnly',
  'format',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  '$schema',
  '$id',
  '$anchor',
  '$comment',
];

export const KEYWORDS: Readonly<Record<string, Keyword | undefined>> = {
  ...SCALARS,
  ...LISTS,
  ...OBJECTS,
  ...COMBINATIONS,
  ...Object.fromEntries(ANNOTATIONS.map((name) => [name, undefined])),
};
