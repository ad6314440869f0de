/**
 * `Idempotency-Key`: a POST that comes again under its key is answered as it was, and does nothing twice.
 *
 * I1 first     Before the handler runs, the key is bound to what is asked for and to an id, `request.requestId`. Handlers
 *              hand it on to the engine, which does nothing twice under one id.
 * I2 answered  The first answer that says what became of it is kept, and given again to whoever comes with the same.
 * I3 open      While there is none, because the first one is still at work or has died, whoever comes is served under the
 *              same id: they need not wait for somebody who may be gone, and the engine tells both of them the same.
 * I4 unsettled An answer that leaves open what became of it is not kept: it is tried again, under the same id.
 * I5 no room   What was refused for want of room was not done, under its id never will be, and may be some day: the key is
 *              free again, and whoever comes with it next is served under an id of their own.
 *
 * A request that is refused before its handler (no token, no room, no sense) binds no key: it may be mended and sent again.
 */
import { CantataError, type ErrorCode } from '@cantata/core';
import type { Log } from '@cantata/engine';
import type { FastifyReply } from 'fastify';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { claimOf, keyOf } from './claim.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Under which the engine does it once. Null for a request without a key. */
    requestId: string | null;
    /** Whether its answer, should it settle the matter, is the one that is given again. */
    keepsAnswer: boolean;
    /** Whether it was refused for want of room, so that its key is free again. */
    freesKey: boolean;
  }
}

/** Of decisions that there was no room. That of a store is none: it is `store_full`, and leaves open what became of it. */
const NO_ROOM: ReadonlySet<ErrorCode> = new Set([
  'capacity_exhausted',
  'allocation_timed_out',
  'resources_insufficient',
  'limits_too_low',
  'queue_full',
  'mail_full',
]);

export function isForWantOfRoom({ code }: CantataError): boolean {
  return NO_ROOM.has(code);
}

/** Of an answer, beside its body; the others are of the moment. */
const KEPT_HEADERS = ['content-type', 'location'] as const;

/** To be called after `guard`: only who is known has keys. */
export function answerOnce(app: App, { store, engine, log }: ServerParts): void {
  app.decorateRequest('requestId', null);
  app.decorateRequest('keepsAnswer', false);
  app.decorateRequest('freesKey', false);

  app.addHook('preHandler', async (request, reply) => {
    const { principal, method, is404 } = request;
    if (method !== 'POST' || is404 || principal === null) return;
    const key = keyOf(request);
    if (key === undefined) return;
    const { tenant } = principal;
    const claim = claimOf(request, key, { tenant, id: engine.newId(), at: engine.now() });
    const claimed = await store.requests.claim(claim);
    if (claimed.kind === 'other')
      throw new CantataError(
        'idempotency_key_reused',
        'this Idempotency-Key came with another request before; a key is for one request',
      );
    request.requestId = claimed.id;
    request.keepsAnswer = claimed.kind === 'new' || claimed.answer === undefined;
    if (claimed.kind === 'new' || claimed.answer === undefined) return;
    const { status, headers, body } = claimed.answer;
    return reply.code(status).headers(headers).header('idempotency-replayed', 'true').send(body);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { requestId, keepsAnswer } = request;
    if (requestId === null || !keepsAnswer) return;
    if (request.freesKey) {
      // Where that fails, whoever comes next hears the same refusal once more, and the key is free after that.
      await store.requests.release(requestId).catch((error: unknown) => notKept(log, requestId, error));
      return;
    }
    if (isOpen(reply)) return;
    const answer = {
      status: reply.statusCode,
      headers: keptHeaders(reply),
      body: typeof payload === 'string' ? payload : '',
    };
    // What was done is done: it is told, and done once all the same if it comes again.
    await store.requests.settle(requestId, answer).catch((error: unknown) => notKept(log, requestId, error));
  });
}

/** What failed here may be tried again. */
function isOpen({ statusCode }: FastifyReply): boolean {
  return statusCode >= 500 || statusCode === 429;
}

function keptHeaders(reply: FastifyReply): Record<string, string> {
  const found = KEPT_HEADERS.map((name) => [name, reply.getHeader(name)] as const);
  return Object.fromEntries(
    found.filter(
      (header): header is [(typeof KEPT_HEADERS)[number], string] => typeof header[1] === 'string',
    ),
  );
}

function notKept(log: Log, requestId: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  log('warn', 'what became of a request could not be kept', { request: requestId, message });
}
