/** A request that may come twice, as the store knows it: its key, what it asks for, and when it came first. */
import { createHash } from 'node:crypto';
import { CantataError, canonicalJson, type Instant, type Json, type RequestClaim } from '@cantata/core';
import type { FastifyRequest } from 'fastify';

/** Visible characters of ASCII, as they stand: quotes are a part of the key. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws CantataError `request_invalid`. */
export function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  // Node joins what is sent twice by a comma and a blank, which is none of them.
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw new CantataError('request_invalid', 'Idempotency-Key must be 1 to 255 visible characters, once');
}

/** What a key stands for is of the tenant, the method and the path: elsewhere the same key is another one. */
export function claimOf(
  { method, url, body }: FastifyRequest,
  key: string,
  { tenant, id, at }: Pick<RequestClaim, 'tenant' | 'id' | 'at'>,
): RequestClaim {
  const [path = '', ...query] = url.split('?');
  const asked = canonicalJson({ query: query.join('?'), body: (body ?? null) as Json });
  const digest = createHash('sha256').update(asked).digest('hex');
  return { tenant, key: `${method} ${path} ${key}`, digest, id, at };
}

/** When the request of an id came first: a UUIDv7 begins with its time. */
export function claimedAt(id: string): Instant {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Whether a request has made what was, or was not, there before: now, or when it came first. */
export function isMade(
  known: { readonly createdAt: Instant } | undefined,
  requestId: string | null,
): boolean {
  return known === undefined || (requestId !== null && known.createdAt >= claimedAt(requestId));
}
