/**
 * `/ws/workflows/{workflow_id}`: what happens, over a WebSocket. The upgrade is taken here and not by the router: an idle
 * reader then costs its socket and a subscription, and no request is kept for it.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CantataError } from '@cantata/core';
import { type WebSocket, WebSocketServer } from 'ws';
import { Access } from '../access.ts';
import type { App } from '../app.ts';
import { bearerOf } from '../auth/guard.ts';
import { requireLocal } from '../auth/local-only.ts';
import { mayAct, type Principal } from '../auth/principal.ts';
import { leavingError } from '../front-door/leaving.ts';
import type { Rates } from '../front-door/rate-limit.ts';
import type { ServerParts, ServerSettings } from '../parts.ts';
import { type ProblemDocument, problemOf, retryAfterOf } from '../problems/problem.ts';
import { errorFrom } from '../problems/unexpected.ts';
import { Heartbeat } from './heartbeat.ts';
import { Reader } from './reader.ts';
import { closeCodeOf, closeReasonOf, GOING_AWAY } from './refusal.ts';
import { type StreamRequest, streamRequest } from './request.ts';

/** A client says who it is, and nothing else of length. */
const MOST_PAYLOAD = 16 * 1_024;

interface Wanted {
  readonly path: string;
  readonly workflow: string;
  readonly request: StreamRequest;
}

export function webSockets(app: App, parts: ServerParts, settings: ServerSettings, rates: Rates): void {
  const { authenticator, log } = parts;
  const server = new WebSocketServer({ noServer: true, maxPayload: MOST_PAYLOAD, perMessageDeflate: false });
  const heartbeat = new Heartbeat(server, settings.heartbeatMs);
  let isClosing = false;

  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    if (server.clients.size >= settings.maxReaders)
      throw new CantataError('too_many_readers', `${settings.maxReaders} read here already`);
    if (authenticator.isOpen) requireLocal(incoming, settings.allowedOrigins);
    const wanted = wantedBy(incoming);
    const token = bearerOf(incoming.headers.authorization);
    const known =
      token !== undefined || authenticator.isOpen ? await authenticator.authenticate(token) : undefined;
    if (known !== undefined) rates.spend(known);
    if (isClosing) throw leavingError();
    if (socket.destroyed) return;
    server.handleUpgrade(incoming, socket, head, (client) => {
      server.emit('connection', client);
      client.on('error', () => client.terminate());
      if (known !== undefined) void read(client, socket, wanted, known);
      else
        introduced(client).then(
          (principal) => read(client, socket, wanted, principal),
          (error: unknown) => refuse(client, error, wanted.path),
        );
    });
  };

  /** The first message says who calls: a browser cannot send a header. */
  const introduced = (client: WebSocket): Promise<Principal> =>
    new Promise((resolve, reject) => {
      const late = (): void =>
        reject(new CantataError('unauthenticated', 'say who you are: {"type":"authenticate","token":"…"}'));
      const timer = setTimeout(late, settings.introductionMs);
      client.once('close', () => clearTimeout(timer));
      client.once('message', (data: Buffer) => {
        clearTimeout(timer);
        resolve(principalIn(data));
      });
    });

  /** @throws CantataError `unauthenticated`, `keys_unavailable`, `rate_limited` */
  const principalIn = async (data: Buffer): Promise<Principal> => {
    const principal = await authenticator.authenticate(tokenIn(data));
    rates.spend(principal);
    return principal;
  };

  const read = async (
    client: WebSocket,
    socket: Duplex,
    { path, workflow, request }: Wanted,
    principal: Principal,
  ): Promise<void> => {
    try {
      if (!mayAct(principal, 'viewer')) throw new CantataError('forbidden', 'this needs the role viewer');
      const access = new Access(parts, principal);
      await Reader.open(client, { parts, settings, access, workflow, request, socket });
    } catch (error) {
      refuse(client, error, path);
    }
  };

  const refuse = (client: WebSocket, thrown: unknown, instance: string): void => {
    const requestId = parts.engine.newId();
    const error = errorFrom(thrown, log, { id: requestId });
    const problem = problemOf(error, { instance, requestId });
    client.send(JSON.stringify({ type: 'stream.error', problem }));
    client.close(closeCodeOf(error), closeReasonOf(error));
  };

  app.server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    upgrade(incoming, socket, head).catch((thrown: unknown) => {
      const requestId = parts.engine.newId();
      const error = errorFrom(thrown, log, { id: requestId });
      answer(socket, problemOf(error, { instance: pathOf(incoming), requestId }));
    });
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    heartbeat.stop();
    for (const client of server.clients) {
      client.close(GOING_AWAY, 'the server is stopping; go on with your cursor');
      setTimeout(() => client.terminate(), settings.farewellMs).unref();
    }
    await Promise.resolve();
  });
}

/** @throws CantataError `route_not_found`, `request_invalid`, `cursor_invalid` */
function wantedBy({ url = '' }: IncomingMessage): Wanted {
  const parsed = URL.parse(url, 'http://localhost');
  if (parsed === null) throw new CantataError('request_invalid', 'the path cannot be read');
  const { pathname, searchParams } = parsed;
  const [, workflow] = /^\/ws\/workflows\/([^/]{1,512})$/.exec(pathname) ?? [];
  if (workflow === undefined)
    throw new CantataError('route_not_found', `there is no WebSocket at ${pathname}`);
  const request = streamRequest(Object.fromEntries(searchParams));
  return { path: pathname, workflow: decoded(workflow), request };
}

/** Without the query, which may hold what is nobody's business. */
function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] as string;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CantataError('request_invalid', 'the path is not percent-encoded as it should be');
  }
}

/** @throws CantataError `unauthenticated` */
function tokenIn(data: Buffer): string {
  try {
    const { type, token } = JSON.parse(data.toString('utf8')) as {
      readonly type?: unknown;
      readonly token?: unknown;
    };
    if (type === 'authenticate' && typeof token === 'string') return token;
  } catch {
    // Not even JSON; the same is to be said.
  }
  throw new CantataError('unauthenticated', 'the first message is {"type":"authenticate","token":"…"}');
}

/** Before the upgrade, in HTTP. */
function answer(socket: Duplex, problem: ProblemDocument): void {
  if (socket.destroyed) return;
  const body = JSON.stringify(problem);
  const again = retryAfterOf(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.code}`,
    'content-type: application/problem+json',
    `x-request-id: ${problem.request_id}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...(problem.status === 401 ? ['www-authenticate: Bearer'] : []),
    ...(again === undefined ? [] : [`retry-after: ${again}`]),
  ];
  // Nobody else looks after it any more, and the other side need not hang up.
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
