/**
 * `input:` and `outputs:`: any JSON whose texts may hold `${…}`. A text that is one expression and nothing else is
 * its value; among other characters a value becomes text.
 */
import type { Calculated, Json, JsonObject, Reads, Template } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import type { Place } from '../shape/place.ts';
import { isList, isMapping, type Reader } from '../shape/reader.ts';
import type { Vocabulary } from './cel/names.ts';
import { evaluateAt } from './condition.ts';
import { type PlacedExpression, readExpression } from './draft.ts';
import { type Expression, readsOf } from './expression.ts';
import { split } from './split.ts';

export interface TemplateDraft {
  readonly source: Json;
  readonly part: Part;
  /** In the order of the document. */
  readonly placed: readonly PlacedExpression[];
}

/** A value without expressions is kept as it is, however large. */
type Part =
  | { readonly kind: 'plain'; readonly value: Json }
  | { readonly kind: 'value'; readonly expression: Expression }
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'list'; readonly items: readonly Part[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Part])[] };

export const template: Reader<TemplateDraft> = templateOf('workflow');

export function templateOf(vocabulary: Vocabulary): Reader<TemplateDraft> {
  return {
    expects: 'JSON whose texts may hold `${…}`',
    schema: {},
    read(value, at) {
      const reading = new Reading(vocabulary);
      const part = reading.read(value, at, 0);
      return reading.failed ? undefined : { source: value, part, placed: reading.placed };
    },
  };
}

class Reading {
  readonly #vocabulary: Vocabulary;
  readonly placed: PlacedExpression[] = [];
  failed = false;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  read(value: Json, at: Place, depth: number): Part {
    if (depth > LIMITS.depth) {
      this.failed = true;
      at.report('document_too_deep', `nested more than ${LIMITS.depth} levels deep`);
      return { kind: 'plain', value };
    }
    const part = this.#compound(value, at, depth);
    return isPlain(part) ? { kind: 'plain', value } : part;
  }

  #compound(value: Json, at: Place, depth: number): Part {
    if (typeof value === 'string') return this.#text(value, at);
    if (isList(value)) {
      return {
        kind: 'list',
        items: value.map((item, index) => this.read(item, at.child(index), depth + 1)),
      };
    }
    if (!isMapping(value)) return { kind: 'plain', value };
    const members = Object.entries(value).map(
      ([key, member]) => [key, this.read(member, at.child(key), depth + 1)] as const,
    );
    return { kind: 'object', members };
  }

  #text(value: string, at: Place): Part {
    if (!value.includes('${')) return { kind: 'plain', value };
    const found = split(value);
    if (found.kind === 'unclosed') {
      const hint = 'add the `}`, or write `$${` for the characters themselves';
      at.report('expression_syntax', '`${` is not closed', { hint, within: found.offset });
      this.failed = true;
      return { kind: 'plain', value };
    }
    const parts = found.parts.map((part) =>
      typeof part === 'string' ? part : this.#expression(part.source, at, part.offset),
    );
    const [only = ''] = parts;
    if (parts.length > 1) return { kind: 'text', parts };
    return typeof only === 'string' ? { kind: 'text', parts } : { kind: 'value', expression: only };
  }

  #expression(source: string, at: Place, offset: number): Expression | string {
    const placed = readExpression(source, at, offset, this.#vocabulary);
    if (placed === undefined) {
      this.failed = true;
      return '';
    }
    this.placed.push(placed);
    return placed.expression;
  }
}

/** Whether the part is what is written: `$${` is not. */
function isPlain(part: Part): boolean {
  switch (part.kind) {
    case 'plain':
      return true;
    case 'list':
      return part.items.every(({ kind }) => kind === 'plain');
    case 'object':
      return part.members.every(([, { kind }]) => kind === 'plain');
    default:
      return false;
  }
}

export function defineTemplate(draft: TemplateDraft, where: string): Template & Calculated {
  return new CompiledTemplate(draft, where);
}

class CompiledTemplate implements Template, Calculated {
  readonly source: Json;
  readonly reads: Reads;
  readonly #part: Part;
  readonly #where: string;

  constructor({ source, part, placed }: TemplateDraft, where: string) {
    this.source = source;
    this.reads = readsOf(placed.map(({ expression }) => expression));
    this.#part = part;
    this.#where = where;
  }

  evaluate(scope: object): Json {
    return this.#render(this.#part, scope);
  }

  #render(part: Part, scope: object): Json {
    switch (part.kind) {
      case 'plain':
        return part.value;
      case 'value':
        return evaluateAt(part.expression, scope, this.#where);
      case 'text':
        return part.parts.map((one) => this.#textOf(one, scope)).join('');
      case 'list':
        return part.items.map((item) => this.#render(item, scope));
      case 'object':
        return Object.fromEntries(
          part.members.map(([key, member]) => [key, this.#render(member, scope)]),
        ) satisfies JsonObject;
    }
  }

  #textOf(part: string | Expression, scope: object): string {
    if (typeof part === 'string') return part;
    const value = evaluateAt(part, scope, this.#where);
    return typeof value === 'string' ? value : JSON.stringify(value);
  }
}
