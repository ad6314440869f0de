/**
 * Nodes to plain JSON. Aliases share one value and are bounded by what they would be written out; nothing is
 * constructed from a tag; no key can reach a prototype. What cannot be read becomes `UNREAD`, so that one mistake
 * is one problem.
 */
import type { Json, JsonObject } from '@cantata/core';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Hint } from '../hint.ts';
import { LIMITS } from '../limits.ts';
import { type Place, UNREAD } from '../shape/place.ts';
import { quote } from '../shape/words.ts';
import { ReadingStopped } from './syntax-report.ts';

/** What each value costs beside the length of its text. */
const VALUE_LENGTH = 16;

interface Anchored {
  readonly node: Node;
  readonly json: Json;
  readonly length: number;
  readonly height: number;
}

export interface Conversion {
  readonly json: Json;
  /** The node each alias stands for. */
  readonly targets: ReadonlyMap<Node, Node>;
}

/** O(size of the text); never more than `LIMITS.aliasedLength` beyond it. */
export function toJson(root: Node | null, place: Place): Conversion {
  const converter = new Converter();
  return { json: converter.convert(root, place, 0), targets: converter.targets };
}

class Converter {
  readonly targets = new Map<Node, Node>();
  readonly #anchors = new Map<string, Anchored>();
  /** Anchors whose value is being read: an alias to one would contain itself. */
  readonly #unfinished = new Set<string>();
  #length = 0;
  #deepest = 0;
  #aliasedLength = 0;

  convert(node: Node | null, at: Place, depth: number): Json {
    this.#length += VALUE_LENGTH;
    this.#deepest = Math.max(this.#deepest, depth);
    if (node === null) return null;
    if (isAlias(node)) return this.#resolve(node, node.source, at, depth);
    const { anchor, tag } = node as Scalar;
    if (tag !== undefined) {
      at.report('tag_unsupported', `the tag ${quote(tag.replace('tag:yaml.org,2002:', '!!'))} is not read`, {
        hint: 'remove it; quote the value if it is text',
      });
    }
    const json =
      anchor === undefined ? this.#plain(node, at, depth) : this.#anchored(anchor, node, at, depth);
    return tag === undefined ? json : UNREAD;
  }

  #plain(node: Node, at: Place, depth: number): Json {
    if (isMap(node)) return this.#mapping(node, at, depth);
    if (isSeq(node)) return this.#list(node, at, depth);
    return isScalar(node) ? this.#scalar(node, at) : UNREAD;
  }

  #list(list: YAMLSeq, at: Place, depth: number): Json {
    return list.items.map((item, index) => this.convert(item as Node, at.child(index), depth + 1));
  }

  #mapping(map: YAMLMap, at: Place, depth: number): Json {
    const object: Record<string, Json> = {};
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const key = this.#key(pair.key, object, at);
      if (key !== undefined) object[key] = this.convert(pair.value, at.child(key), depth + 1);
    }
    return object satisfies JsonObject;
  }

  /** The key of a pair, or undefined if the pair cannot be kept; the reason is reported. */
  #key(node: Node, object: object, at: Place): string | undefined {
    const offset = node.range?.[0] ?? 0;
    if (!isScalar(node) || (typeof node.value !== 'string' && node.tag === undefined)) {
      const hint: Hint | undefined = isScalar(node) && node.source ? `write "${node.source}"` : undefined;
      return at.report('key_not_text', 'a key must be text', { at: offset, hint });
    }
    const key = this.convert(node, at.child(String(node.value)).atKey(), 0);
    if (typeof key !== 'string' || key === UNREAD) return undefined;
    if (key === '<<') {
      const hint =
        'merge keys left YAML with version 1.2; repeat the keys, or use an alias for a whole value';
      return at.report('key_forbidden', 'merge keys are not read', { at: offset, hint });
    }
    if (key === '__proto__')
      return at.report('key_forbidden', 'no key may be called `__proto__`', { at: offset });
    if (Object.hasOwn(object, key)) {
      return at.report('key_repeated', `${quote(key)} is already a key of this mapping`, {
        at: offset,
        hint: 'keep one of them',
      });
    }
    return key;
  }

  #scalar(scalar: Scalar, at: Place): Json {
    const { value } = scalar;
    switch (typeof value) {
      case 'string':
        this.#length += value.length;
        if (!value.includes('\0') && value.isWellFormed()) return value;
        at.report('character_forbidden', 'a text may not contain NUL or half of a surrogate pair');
        return UNREAD;
      case 'number':
        if (Number.isFinite(value)) return value === 0 ? 0 : value;
        at.report('value_out_of_range', `${at.label} is not a finite number`);
        return UNREAD;
      default:
        return value as boolean | null;
    }
  }

  #anchored(anchor: string, node: Node, at: Place, depth: number): Json {
    const before = { length: this.#length, deepest: this.#deepest };
    this.#deepest = depth;
    this.#unfinished.add(anchor);
    const json = this.#plain(node, at, depth);
    this.#unfinished.delete(anchor);
    const length = this.#length - before.length;
    this.#anchors.set(anchor, { node, json, length, height: this.#deepest - depth });
    this.#deepest = Math.max(this.#deepest, before.deepest);
    return json;
  }

  #resolve(alias: Node, name: string, at: Place, depth: number): Json {
    const anchored = this.#anchors.get(name);
    if (this.#unfinished.has(name) || anchored === undefined) {
      const why = this.#unfinished.has(name) ? 'would contain itself' : 'has no anchor before it';
      at.report('alias_unresolved', `the alias ${quote(`*${name}`)} ${why}`, {
        hint: 'quote it if it is text',
      });
      return UNREAD;
    }
    this.#aliasedLength += anchored.length;
    this.#length += anchored.length;
    this.#deepest = Math.max(this.#deepest, depth + anchored.height);
    const offset = alias.range?.[0] ?? 0;
    if (this.#aliasedLength > LIMITS.aliasedLength) {
      const message = `the aliases up to here would add more than ${LIMITS.aliasedLength} characters`;
      at.report('aliases_too_large', message, { at: offset });
      throw new ReadingStopped(message);
    }
    if (this.#deepest > LIMITS.depth) {
      const message = `with this alias, nested more than ${LIMITS.depth} levels deep`;
      at.report('document_too_deep', message, { at: offset });
      throw new ReadingStopped(message);
    }
    this.targets.set(alias, anchored.node);
    return anchored.json;
  }
}
