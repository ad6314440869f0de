/** What every answer says to browsers and proxies: that it is what it says it is, for nobody to keep or to frame. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  // Answers are data: if one is ever taken for a page, it can do nothing.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

export function sayHeaders(app: App): void {
  app.addHook('onRequest', (request, reply, done) => {
    sayThem(request, reply);
    done();
  });
}

/** For answers that pass no hook. */
export function sayThem({ id }: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(HEADERS).header('x-request-id', id);
}

/**
 * The pages of /docs bring their scripts along and ask this server only; they write their styles into the page. The one
 * script that stands in the page itself is known by its hash.
 */
export function sayPagePolicy(reply: FastifyReply, scriptHash: string): void {
  const policy = [
    "default-src 'none'",
    `script-src 'self' '${scriptHash}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  void reply.header('content-security-policy', policy.join('; '));
}
