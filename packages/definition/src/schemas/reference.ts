/** Where a `$ref` leads: to a JSON Pointer (RFC 6901) or an `$anchor` of the same schema, and nowhere else. */
import type { Json, JsonObject } from '@cantata/core';
import type { Path } from '../path.ts';
import { isMapping } from '../shape/reader.ts';

export type Resolution =
  | { readonly kind: 'found'; readonly schema: Json; readonly path: Path }
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'remote' };

const NOWHERE = { kind: 'nowhere' } as const;

/** O(length) for a pointer, O(size of the schema) for an anchor. */
export function resolve(root: JsonObject, reference: string): Resolution {
  const fragment = decode(reference);
  if (fragment === undefined) return { kind: 'remote' };
  if (fragment === '') return { kind: 'found', schema: root, path: [] };
  return fragment.startsWith('/') ? follow(root, fragment) : findAnchor(root, fragment, []);
}

function decode(reference: string): string | undefined {
  if (!reference.startsWith('#')) return undefined;
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    return reference.slice(1);
  }
}

function follow(root: Json, pointer: string): Resolution {
  const path: (string | number)[] = [];
  let schema: Json | undefined = root;
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const isIndex = Array.isArray(schema) && /^(0|[1-9][0-9]{0,8})$/.test(key);
    path.push(isIndex ? Number(key) : key);
    if (isIndex) schema = (schema as readonly Json[])[Number(key)];
    else schema = isMapping(schema) && Object.hasOwn(schema, key) ? schema[key] : undefined;
    if (schema === undefined) return NOWHERE;
  }
  return { kind: 'found', schema, path };
}

function findAnchor(value: Json, anchor: string, path: Path): Resolution {
  if (typeof value !== 'object' || value === null) return NOWHERE;
  if (isMapping(value) && value['$anchor'] === anchor) return { kind: 'found', schema: value, path };
  const members = Array.isArray(value)
    ? [...(value as readonly Json[]).entries()]
    : Object.entries(value as JsonObject);
  for (const [key, member] of members) {
    const found = findAnchor(member, anchor, [...path, key]);
    if (found.kind === 'found') return found;
  }
  return NOWHERE;
}
