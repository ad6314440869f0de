/** Plain JSON values, and the one place that decides whether a value from outside may enter the system. */
import { byteSize } from './text.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface JsonLimits {
  /** Upper bound of the encoded size, estimated while walking: text counts a byte a character, without escapes. */
  readonly maxBytes: number;
  readonly maxDepth: number;
}

const MAX_PATH = 100;

/** `message` completes a sentence about the value at `path`: "is not JSON: a function". */
export type JsonProblem =
  | { readonly code: 'not_json'; readonly path: string; readonly message: string }
  | { readonly code: 'too_large'; readonly path: string; readonly message: string }
  | { readonly code: 'too_deep'; readonly path: string; readonly message: string };

/**
 * Checks that `value` is JSON within `limits`: no functions, bigints, cycles (they exceed the depth), holes,
 * non-finite numbers, class instances or NUL characters (PostgreSQL refuses them).
 * Stops at the first problem, so a 50 MB value costs no more than the limit. O(size), bounded by maxBytes.
 */
export function checkJson(value: unknown, limits: JsonLimits): JsonProblem | undefined {
  return new JsonMeter(limits).check(value);
}

/** The same of values one by one, which together must be within the limits. */
export class JsonMeter {
  readonly #walk: Walk;

  constructor(limits: JsonLimits) {
    this.#walk = { bytes: 0, limits };
  }

  check(value: unknown): JsonProblem | undefined {
    return visit(value, '', 0, this.#walk);
  }
}

interface Walk {
  bytes: number;
  readonly limits: JsonLimits;
}

function visit(value: unknown, path: string, depth: number, walk: Walk): JsonProblem | undefined {
  walk.bytes += ownSize(value);
  if (walk.bytes > walk.limits.maxBytes) return tooLarge(path, walk);
  switch (typeof value) {
    case 'string':
      return value.includes('\u0000') ? notJson(path, 'a string with a NUL character') : undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : notJson(path, `the number ${value}`);
    case 'boolean':
      return undefined;
    case 'object':
      if (value === null) return undefined;
      if (depth >= walk.limits.maxDepth) return tooDeep(path, walk);
      return Array.isArray(value)
        ? visitArray(value, path, depth, walk)
        : visitObject(value, path, depth, walk);
    default:
      return notJson(path, value === undefined ? 'undefined' : `a ${typeof value}`);
  }
}

/** Whether a value takes no more than so many bytes, as `checkJson` counts them. O(size), bounded by `maxBytes`. */
export function isWithin(value: Json, maxBytes: number): boolean {
  return left(value, maxBytes) >= 0;
}

/** What is left of a space when a value was put into it; negative as soon as it does not fit. */
function left(value: Json | undefined, space: number): number {
  let rest = space - ownSize(value);
  if (rest < 0 || typeof value !== 'object' || value === null) return rest;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && rest >= 0; i++) rest = left(value[i] as Json, rest - 1);
    return rest;
  }
  for (const [key, member] of Object.entries(value)) {
    if (rest < 0) break;
    rest = left(member, rest - key.length - 4);
  }
  return rest;
}

/** What a value takes without its members. No number is longer than 25 characters (-0.0000010136998482681442), a small whole one than 8. */
function ownSize(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return value.length + 2;
    case 'number':
      return Number.isInteger(value) && Math.abs(value) < 10_000_000 ? 8 : 25;
    case 'boolean':
      return 5;
    default:
      return value === null ? 4 : 2;
  }
}

function visitArray(
  list: readonly unknown[],
  path: string,
  depth: number,
  walk: Walk,
): JsonProblem | undefined {
  for (let i = 0; i < list.length; i++) {
    walk.bytes += 1;
    const problem = visit(list[i], `${path}[${i}]`, depth + 1, walk);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function visitObject(object: object, path: string, depth: number, walk: Walk): JsonProblem | undefined {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    return notJson(path, `an instance of ${object.constructor?.name ?? 'a class'}`);
  }
  for (const [key, member] of Object.entries(object)) {
    walk.bytes += key.length + 4;
    if (walk.bytes > walk.limits.maxBytes) return tooLarge(path, walk);
    if (key.includes('\u0000')) return notJson(path, 'a key with a NUL character');
    // An optional property set to undefined is what JSON.stringify drops too.
    if (member === undefined) continue;
    const problem = visit(member, path === '' ? key : `${path}.${key}`, depth + 1, walk);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The path into a value that holds itself is as long as the depth allows. */
function shown(path: string): string {
  return path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}…` : path;
}

function notJson(path: string, what: string): JsonProblem {
  return { code: 'not_json', path: shown(path), message: `is not JSON: ${what}` };
}

function tooDeep(path: string, walk: Walk): JsonProblem {
  const message = `is nested deeper than ${walk.limits.maxDepth} levels (or it refers to itself)`;
  return { code: 'too_deep', path: shown(path), message };
}

function tooLarge(path: string, walk: Walk): JsonProblem {
  return { code: 'too_large', path, message: `is larger than ${byteSize(walk.limits.maxBytes)}` };
}

/** `the output at answers[2] is not JSON: a function`. */
export function jsonProblemWords(what: string, { path, message }: JsonProblem): string {
  return `${what}${path === '' ? '' : ` at ${path}`} ${message}`;
}

/**
 * One text for one value, whatever the order of its keys: what digests are computed over. The JSON Canonicalization
 * Scheme (RFC 8785): keys sorted by UTF-16 units, no blanks, numbers as ECMAScript writes them. Members that are
 * undefined are left out, as JSON.stringify does. O(size log keys), recursion as deep as the value.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
