/** One text for one value, whatever the order of its keys: what digests are computed over. */
import type { Json } from '@cantata/core';

/**
 * The JSON Canonicalization Scheme (RFC 8785): keys sorted by UTF-16 units, no blanks, numbers as ECMAScript
 * writes them. Members that are undefined are left out, as JSON.stringify does. O(size log keys); recursion as deep
 * as the value, which `LIMITS.depth` bounds for documents.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
