/** What CEL computes, as JSON again. Values that were read pass through untouched and uncopied. */
import type { Json } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { EvaluationFailed } from './cel/evaluate.ts';

/** @throws EvaluationFailed for what JSON does not have, and for what is larger than `LIMITS.resultValues`. */
export function toJson(value: unknown): Json {
  return convert(value, { values: 0, length: 0 });
}

interface Size {
  values: number;
  length: number;
}

function convert(value: unknown, size: Size): Json {
  if (++size.values > LIMITS.resultValues) throw new EvaluationFailed('the result is too large');
  switch (typeof value) {
    case 'string':
      return text(value, size);
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value === 0 ? 0 : value;
      throw new EvaluationFailed(`the result is ${value}, which JSON does not have`);
    case 'bigint':
      return whole(value);
    case 'object':
      return value === null ? null : compound(value, size);
    default:
      throw new EvaluationFailed('the result is no JSON');
  }
}

function text(value: string, size: Size): string {
  size.length += value.length;
  if (size.length > LIMITS.resultLength) throw new EvaluationFailed('the result is too large');
  if (value.includes('\0')) throw new EvaluationFailed('the result has a NUL character');
  return value.toWellFormed();
}

function whole(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new EvaluationFailed(`${value} is beyond the whole numbers that JSON keeps exactly (2^53)`);
}

function compound(value: object, size: Size): Json {
  if (Array.isArray(value)) return list(value as readonly unknown[], size);
  if (value instanceof Map) return object(value as ReadonlyMap<string, unknown>, undefined, size);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return object(new Map(Object.entries(value)), value as Json, size);
  }
  // An unsigned int; a type such as `int`, a timestamp and the like are no JSON.
  const plain: unknown = value.valueOf();
  if (typeof plain === 'bigint') return whole(plain);
  throw new EvaluationFailed('the result is no JSON');
}

function list(items: readonly unknown[], size: Size): Json {
  const converted = items.map((item) => convert(item, size));
  return converted.some((item, i) => item !== items[i]) ? converted : (items as readonly Json[]);
}

/** `original` is given back if nothing had to change. */
function object(members: ReadonlyMap<string, unknown>, original: Json | undefined, size: Size): Json {
  let changed = original === undefined;
  const entries: [string, Json][] = [];
  for (const [key, member] of members) {
    const converted = convert(member, size);
    changed ||= converted !== member;
    entries.push([key, converted]);
  }
  return changed ? Object.fromEntries(entries) : (original as Json);
}
