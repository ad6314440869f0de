/**
 * Patterns that lie elsewhere, beside a document or registered: those that it names become a part of what is stored, and
 * so of its digest. A run keeps to what it began with, whatever becomes of them.
 */
import type { JsonObject, Pattern, PatternLibrary } from '@cantata/core';

export interface PatternDocument {
  readonly pattern: Pattern;
  /** As it was written. */
  readonly document: JsonObject;
}

/** Where they lie. A map is one. */
export type PatternDocuments = Pick<ReadonlyMap<string, PatternDocument>, 'get' | 'keys'>;

/** A library that remembers what it was asked for. */
export class EmbeddedPatterns implements PatternLibrary {
  readonly #documents: PatternDocuments;
  readonly #used = new Map<string, JsonObject>();

  constructor(documents: PatternDocuments) {
    this.#documents = documents;
  }

  get(name: string): Pattern | undefined {
    const found = this.#documents.get(name);
    if (found !== undefined) this.#used.set(name, found.document);
    return found?.pattern;
  }

  keys(): ReturnType<PatternLibrary['keys']> {
    return this.#documents.keys();
  }

  /** The document with the patterns of here that were asked for while it was read. */
  into(document: JsonObject): JsonObject {
    if (this.#used.size === 0) return document;
    const { patterns = [] } = document;
    return { ...document, patterns: [...(patterns as readonly JsonObject[]), ...this.#used.values()] };
  }
}
