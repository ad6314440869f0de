/** Which pages may call from a browser (CORS): those of the origins that the operator lists, and no other. */

import { CantataError } from '@cantata/core';
import cors from '@fastify/cors';
import type { App } from '../app.ts';

/** How long a browser may keep the answer to its preflight. */
const PREFLIGHT_SECONDS = 600;

/** To be called before tokens are asked for: a preflight has none. @throws CantataError `config_invalid`. */
export async function allowOrigins(app: App, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  requireOrigins(origins);
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key'],
    exposedHeaders: ['x-request-id', 'retry-after', 'location', 'idempotency-replayed'],
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  });
}

/**
 * As browsers send it: scheme, host, and the port unless it is the usual one. No `*`: tokens are not for everybody.
 * @throws CantataError `config_invalid`.
 */
export function requireOrigins(origins: readonly string[]): void {
  const isOne = (origin: string): boolean => URL.parse(origin)?.origin === origin && /^https?:/.test(origin);
  const origin = origins.find((one) => !isOne(one));
  if (origin === undefined) return;
  throw new CantataError(
    'config_invalid',
    `${JSON.stringify(origin)} is no origin of pages; write it as browsers do: https://app.example.com, http://localhost:5173`,
  );
}
