/** JSON as formatters leave it: two spaces, a key a line, lists of single values on one line where they fit. */
import type { Json, JsonObject } from '@cantata/core';
import { isList, isMapping } from '../shape/reader.ts';
import type { KeyOrder } from './key-order.ts';

const WIDTH = 80;

export function printJson(json: JsonObject, order: KeyOrder): string {
  return `${print(json, order, '', 0)}\n`;
}

/** `taken` columns of the line are in use before the value. */
function print(json: Json, order: KeyOrder | undefined, indent: string, taken: number): string {
  const deeper = `${indent}  `;
  const enclose = (open: string, parts: readonly string[], close: string): string =>
    `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${close}`;
  if (isList(json)) {
    const line = `[${json.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isFlat = json.every((item) => typeof item !== 'object' || item === null);
    // A comma may follow.
    if (json.length === 0 || (isFlat && taken + line.length < WIDTH)) return line;
    return enclose(
      '[',
      json.map((item) => print(item, order?.items, deeper, deeper.length)),
      ']',
    );
  }
  if (!isMapping(json) || Object.keys(json).length === 0) return JSON.stringify(json);
  const entries = Object.entries(json);
  const sorted = order === undefined ? entries : order.sort(entries, ([key]) => key);
  const parts = sorted.map(([key, value]) => {
    const name = `${JSON.stringify(key)}: `;
    return name + print(value, order?.at(key), deeper, deeper.length + name.length);
  });
  return enclose('{', parts, '}');
}
