/**
 * A JSON Schema (2020-12; the lists of `items` and `dependencies` of draft-07 as well) to rules that are
 * interpreted. Nothing is generated, nothing is fetched, and what cannot be checked is a problem instead of silence.
 *
 * Why this is not a library: the interpreters there are have no bound for what a check may cost (a few lines of
 * `oneOf` that refer to each other take for ever, `uniqueItems` is quadratic), search patterns with the engine that
 * backtracks, and look up members by names that every object inherits.
 */
import type { Json, JsonObject } from '@cantata/core';
import { didYouMean } from '../hint.ts';
import { LIMITS } from '../limits.ts';
import { type Place, UNREAD } from '../shape/place.ts';
import { isMapping } from '../shape/reader.ts';
import { describe, quote } from '../shape/words.ts';
import { reportCircle } from './circles.ts';
import { reportDefaults } from './defaults.ts';
import { KEYWORDS } from './keywords.ts';
import { resolve } from './reference.ts';
import type { Compiled, Rule } from './run.ts';

/** What keywords need to make rules of the schemas inside them. */
export interface SchemaCompiler {
  compile(schema: Json, at: Place): Compiled;
  /** The schema a `$ref` names; undefined if there is none, which is reported. */
  refer(reference: string, at: Place): Compiled | undefined;
}

/** Of the standard, and not checked here: to read and ignore them would be to say that a value fits. */
const UNSUPPORTED = [
  'unevaluatedProperties',
  'unevaluatedItems',
  '$dynamicRef',
  '$dynamicAnchor',
  '$recursiveRef',
  '$recursiveAnchor',
  '$vocabulary',
];

const RANKS: ReadonlyMap<string, number> = new Map(Object.keys(KEYWORDS).map((key, rank) => [key, rank]));

/**
 * Always gives a schema; what is wrong with it is reported. O(size of the schema). `ofInput`: its defaults are filled
 * in, and so must fit.
 */
export function compileSchema(root: JsonObject, at: Place, ofInput = false): Compiled {
  const compiler = new Compiler(root, at);
  const compiled = compiler.compile(root, at);
  if (compiler.refers) reportCircle(root, at);
  if (ofInput) reportDefaults(root, at, (schema) => compiler.compile(schema, at));
  return compiled;
}

class Compiler implements SchemaCompiler {
  readonly #root: JsonObject;
  readonly #at: Place;
  readonly #known = new Map<Json, Compiled>();
  #count = 0;
  /** Whether there is any `$ref`: without one, nothing leads back. */
  refers = false;

  constructor(root: JsonObject, at: Place) {
    this.#root = root;
    this.#at = at;
  }

  compile(schema: Json, at: Place): Compiled {
    if (schema === true || schema === UNREAD) return { rules: [] };
    if (schema === false) return { rules: [(_, run) => run.fail('must not be there')] };
    if (!isMapping(schema)) {
      at.report('schema_invalid', `${at.label} should be a schema, but is ${describe(schema)}`, {
        hint: 'write a mapping such as { type: string }',
      });
      return { rules: [] };
    }
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const rules: Rule[] = [];
    const compiled = { rules };
    this.#known.set(schema, compiled);
    if (++this.#count <= LIMITS.schemas) this.#fill(rules, schema, at);
    else if (this.#count === LIMITS.schemas + 1)
      at.report('too_many', `a schema has more than ${LIMITS.schemas} schemas inside`);
    return compiled;
  }

  #fill(rules: Rule[], schema: JsonObject, at: Place): void {
    const known: string[] = [];
    for (const key of Object.keys(schema)) {
      if (RANKS.has(key)) known.push(key);
      else if (!key.startsWith('x-')) this.#reportUnknown(key, at);
    }
    known.sort((a, b) => (RANKS.get(a) as number) - (RANKS.get(b) as number));
    for (const key of known) {
      const value = schema[key] as Json;
      const rule = value === UNREAD ? undefined : KEYWORDS[key]?.(value, at.child(key), schema, this);
      if (rule !== undefined) rules.push(rule);
    }
  }

  refer(reference: string, at: Place): Compiled | undefined {
    this.refers = true;
    const found = resolve(this.#root, reference);
    if (found.kind === 'found') return this.compile(found.schema, this.#at.down(...found.path));
    return found.kind === 'remote'
      ? at.report('schema_unsupported', `${quote(reference)} is outside the document; nothing is fetched`, {
          hint: 'put the schema under `$defs` and refer to `#/$defs/<name>`',
        })
      : at.report('schema_invalid', `${quote(reference)} refers to nothing in this schema`, {
          hint: 'references begin at the root of the schema: `#/$defs/<name>`',
        });
  }

  #reportUnknown(key: string, at: Place): void {
    const place = at.child(key);
    if (UNSUPPORTED.includes(key)) {
      const hint = key.startsWith('unevaluated') ? 'use `additionalProperties` or `items`' : 'use `$ref`';
      place.report('schema_unsupported', `${quote(key)} is not checked by this version`, { at: 'key', hint });
      return;
    }
    place.report('schema_invalid', `${quote(key)} is no keyword of JSON Schema`, {
      at: 'key',
      hint: didYouMean(key, Object.keys(KEYWORDS)),
    });
  }
}
