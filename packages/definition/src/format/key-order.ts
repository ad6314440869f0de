/** The order in which the language names its keys, for each mapping of a document. */
import type { Json, JsonObject } from '@cantata/core';
import { isMapping } from '../shape/reader.ts';

/** What the schema says of a value, and where to look up what it refers to. Undefined where anything may stand. */
export class KeyOrder {
  readonly #schema: JsonObject;
  readonly #root: JsonObject;

  constructor(schema: JsonObject, root: JsonObject = schema) {
    this.#schema = schema;
    this.#root = root;
  }

  /** Keys the language does not know come last, as they were; so do the names that the writer chose. */
  sort<T>(entries: readonly T[], nameOf: (entry: T) => string): readonly T[] {
    const known = Object.keys(this.#mapping()['properties'] ?? {});
    const rank = (entry: T): number => {
      const index = known.indexOf(nameOf(entry));
      return index === -1 ? known.length : index;
    };
    return entries.toSorted((a, b) => rank(a) - rank(b));
  }

  /** That of the value of a key. */
  at(key: string): KeyOrder | undefined {
    const { properties, additionalProperties } = this.#mapping();
    const named = isMapping(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
    return this.#of(named ?? additionalProperties);
  }

  /** That of the entries of a list. */
  get items(): KeyOrder | undefined {
    return this.#of(this.#find('items')['items']);
  }

  #of(schema: Json | undefined): KeyOrder | undefined {
    return isMapping(schema) ? new KeyOrder(schema, this.#root) : undefined;
  }

  #mapping(): JsonObject {
    const named = this.#find('properties');
    return named['properties'] === undefined ? this.#find('additionalProperties') : named;
  }

  /** The schema itself, what it refers to, or the first of its alternatives that has the keyword. */
  #find(keyword: string): JsonObject {
    const { $ref, anyOf } = this.#schema;
    const name = typeof $ref === 'string' ? $ref.replace('#/$defs/', '') : undefined;
    const { $defs } = this.#root;
    const target = name !== undefined && isMapping($defs) ? $defs[name] : undefined;
    const alternatives = [this.#schema, target, ...(Array.isArray(anyOf) ? (anyOf as readonly Json[]) : [])];
    const found = alternatives.find((each) => isMapping(each) && each[keyword] !== undefined);
    return isMapping(found) ? found : {};
  }
}
