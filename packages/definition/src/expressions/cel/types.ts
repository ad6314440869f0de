/**
 * JSON Schemas as types of CEL. Only what a schema says for certain becomes a type: what may be one of several
 * things, or have members that are not named, is dyn, and so no expression that could be right is refused.
 */
import type { Json, JsonObject } from '@cantata/core';
import type { Environment } from '@marcbachmann/cel-js';
import { LIMITS } from '../../limits.ts';
import { resolve } from '../../schemas/reference.ts';
import { isMapping } from '../../shape/reader.ts';

/** With one of these, an object may have members that `properties` does not name. */
const OPENERS = [
  'patternProperties',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'dependentSchemas',
  'dependencies',
  '$ref',
];

export class Types {
  readonly #environment: Environment;
  /** A schema that refers to itself is dyn where it does. */
  readonly #known = new Map<Json, string>();
  readonly #objects = new Map<string, string>();
  readonly #fields = new Map<string, readonly string[]>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The names of the fields of a type that was made here. */
  fieldsOf(type: string): readonly string[] {
    return this.#fields.get(type) ?? [];
  }

  /** The name of the type. O(size of the schema), once for each schema. */
  of(schema: Json, root: JsonObject): string {
    if (!isMapping(schema)) return 'dyn';
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    this.#known.set(schema, 'dyn');
    const type = this.#read(schema, root);
    this.#known.set(schema, type);
    return type;
  }

  /** An object with these fields; the same for the same fields. */
  object(fields: Readonly<Record<string, string>>): string {
    const key = JSON.stringify(fields);
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    if (this.#objects.size >= LIMITS.types) return 'dyn';
    const name = `O${this.#objects.size}_`;
    this.#objects.set(key, name);
    this.#fields.set(name, Object.keys(fields));
    this.#environment.registerType(name, { fields });
    return name;
  }

  #read(schema: JsonObject, root: JsonObject): string {
    const { type, $ref: reference, enum: words, const: word } = schema;
    if (typeof reference === 'string') {
      const found = resolve(root, reference);
      return Object.keys(schema).length === 1 && found.kind === 'found' ? this.of(found.schema, root) : 'dyn';
    }
    const values = Array.isArray(words) ? (words as readonly Json[]) : word === undefined ? [] : [word];
    if (type === undefined && values.length > 0 && values.every((value) => typeof value === 'string')) {
      return 'string';
    }
    switch (type) {
      case 'string':
        return 'string';
      case 'number':
      case 'integer':
        return 'double';
      case 'boolean':
        return 'bool';
      case 'array':
        return `list<${isMapping(schema['items']) ? this.of(schema['items'], root) : 'dyn'}>`;
      case 'object':
        return this.#object(schema, root);
      default:
        return 'dyn';
    }
  }

  #object(schema: JsonObject, root: JsonObject): string {
    const { properties, additionalProperties = false } = schema;
    const isOpen = additionalProperties !== false || OPENERS.some((key) => Object.hasOwn(schema, key));
    if (isOpen || !isMapping(properties)) return 'dyn';
    const fields = Object.entries(properties).map(([name, one]) => [name, this.of(one, root)]);
    return this.object(Object.fromEntries(fields) as Record<string, string>);
  }
}
