/** What an object must be: which members it has, and what they are. */
import type { Json, JsonObject } from '@cantata/core';
import { isFound, stepsToSearch, whyNotRegex } from '../../regex.ts';
import { type Place, UNREAD } from '../../shape/place.ts';
import { isList, isMapping } from '../../shape/reader.ts';
import { enumerate } from '../../shape/words.ts';
import type { SchemaCompiler } from '../compile.ts';
import type { Keyword } from '../keywords.ts';
import type { Rule, Run } from '../run.ts';
import { patternOf } from './scalars.ts';
import { countOf, schemasOf, textsOf, wrong } from './values.ts';

export const OBJECTS: Readonly<Record<string, Keyword>> = {
  required(value, at) {
    const hint = typeof value === 'boolean' ? 'list the names at the object that must have them' : undefined;
    const names = typeof value === 'boolean' ? wrong(value, at, 'a list of names', hint) : textsOf(value, at);
    return names === undefined ? undefined : requires(names);
  },

  properties(value, at, _, compiler) {
    const schemas = schemasOf(value, at, compiler);
    if (schemas === undefined) return undefined;
    return onObjects((object, run) => {
      let fits = true;
      for (const [name, schema] of schemas) {
        if (Object.hasOwn(object, name)) fits = run.fitsAt(name, schema, object[name] as Json) && fits;
      }
      return fits;
    });
  },

  patternProperties(value, at, _, compiler) {
    const schemas = schemasOf(value, at, compiler);
    if (schemas === undefined) return undefined;
    const patterns = [...schemas].filter(
      ([pattern]) => patternOf(pattern, at.child(pattern).atKey()) !== undefined,
    );
    return onObjects((object, run) => {
      let fits = true;
      for (const [name, member] of Object.entries(object)) {
        for (const [pattern, schema] of patterns) {
          if (isNamed(name, pattern, run)) fits = run.fitsAt(name, schema, member) && fits;
        }
      }
      return fits;
    });
  },

  additionalProperties(value, at, schema, compiler) {
    const { properties = null, patternProperties = null } = schema;
    const rest = compiler.compile(value, at);
    const known = new Set(isMapping(properties) ? Object.keys(properties) : []);
    const patterns = isMapping(patternProperties) ? Object.keys(patternProperties) : [];
    return onObjects((object, run) => {
      let fits = true;
      for (const [name, member] of Object.entries(object)) {
        if (known.has(name) || patterns.some((pattern) => isNamed(name, pattern, run))) continue;
        if (value === false) fits = run.fail(unknownMember(known), name);
        else fits = run.fitsAt(name, rest, member) && fits;
      }
      return fits;
    });
  },

  propertyNames(value, at, _, compiler) {
    const schema = compiler.compile(value, at);
    return onObjects((object, run) => {
      let fits = true;
      for (const name of Object.keys(object)) fits = run.fitsAt(name, schema, name) && fits;
      return fits;
    });
  },

  minProperties(value, at) {
    const min = countOf(value, at);
    if (min === undefined) return undefined;
    return onObjects(
      (object, run) => Object.keys(object).length >= min || run.fail(`should have at least ${min} members`),
    );
  },

  maxProperties(value, at) {
    const max = countOf(value, at);
    if (max === undefined) return undefined;
    return onObjects(
      (object, run) => Object.keys(object).length <= max || run.fail(`should have at most ${max} members`),
    );
  },

  dependentRequired: dependencies('names'),
  dependentSchemas: dependencies('schemas'),
  /** Draft-07's word for both. */
  dependencies: dependencies('either'),
};

function requires(names: readonly string[]): Rule {
  return onObjects((object, run) => {
    let fits = true;
    for (const name of names) if (!Object.hasOwn(object, name)) fits = run.fail('is missing', name);
    return fits;
  });
}

function dependencies(what: 'names' | 'schemas' | 'either'): Keyword {
  return (value, at, _, compiler) => {
    if (!isMapping(value)) return wrong(value, at, 'a mapping by name');
    const rules = Object.entries(value).map(
      ([name, one]) => [name, dependency(one, at.child(name), what, compiler)] as const,
    );
    return onObjects((object, run) => {
      let fits = true;
      for (const [name, rule] of rules) {
        if (rule !== undefined && Object.hasOwn(object, name)) fits = rule(object, run) && fits;
      }
      return fits;
    });
  };
}

function dependency(
  value: Json,
  at: Place,
  what: 'names' | 'schemas' | 'either',
  compiler: SchemaCompiler,
): Rule | undefined {
  if (what === 'names' || (what === 'either' && isList(value))) {
    const names = textsOf(value, at);
    return names === undefined ? undefined : requires(names);
  }
  const schema = compiler.compile(value, at);
  return (instance, run) => run.fits(schema, instance);
}

function unknownMember(known: ReadonlySet<string>): string {
  const names = [...known];
  if (names.length === 0) return 'must not be there';
  return names.length > 8 ? 'is not declared' : `is not declared; there is ${enumerate(names, 'and')}`;
}

function isNamed(name: string, pattern: string, run: Run): boolean {
  // One that is no pattern is reported where it stands.
  if (whyNotRegex(pattern) !== undefined) return false;
  run.spend(1 + stepsToSearch(pattern, name));
  return isFound(pattern, name);
}

function onObjects(rule: (value: JsonObject, run: Run) => boolean): Rule {
  return (value, run) => !isMapping(value) || value === UNREAD || rule(value, run);
}
