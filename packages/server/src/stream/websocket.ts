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
import type { ServerParts, ServerSettings } from '../parts.ts';
import { problemOf } from '../problems/problem.ts';
import { errorFrom } from '../problems/unexpected.ts';
import { Heartbeat } from './heartbeat.ts';
import { Reader } from './reader.ts';
import { closeCodeOf, closeReasonOf, GOING_AWAY } from './refusal.ts';
import { type StreamRequest, streamRequest } from './request.ts';

/** A client says who it is, and nothing else of length. */
const MOST_PAYLOAD = 16 * 1_024;

/** For the answer to a farewell; who does not give one is cut off. */
const FAREWELL_MS = 2_000;

interface Wanted {
  readonly workflow: string;
  readonly request: StreamRequest;
}

export function webSockets(app: App, parts: ServerParts, settings: ServerSettings): void {
  const { authenticator, log } = parts;
  const server = new WebSocketServer({ noServer: true, maxPayload: MOST_PAYLOAD, perMessageDeflate: false });
  const heartbeat = new Heartbeat(server, settings.heartbeatMs);

  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    if (server.clients.size >= settings.maxReaders)
      throw new CantataError('too_many_readers', `${settings.maxReaders} read here already`);
    if (authenticator.isOpen) requireLocal(incoming, settings.allowedOrigins);
    const wanted = wantedBy(incoming);
    const token = bearerOf(incoming.headers.authorization);
    const known =
      token !== undefined || authenticator.isOpen ? await authenticator.authenticate(token) : undefined;
    if (socket.destroyed) return;
    server.handleUpgrade(incoming, socket, head, (client) => {
      server.emit('connection', client);
      client.on('error', () => client.terminate());
      if (known !== undefined) void read(client, socket, wanted, known);
      else
        introduced(client).then(
          (principal) => read(client, socket, wanted, principal),
          (error: unknown) => refuse(client, error),
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
        resolve(Promise.resolve().then(() => authenticator.authenticate(tokenIn(data))));
      });
    });

  const read = async (
    client: WebSocket,
    socket: Duplex,
    { workflow, request }: Wanted,
    principal: Principal,
  ): Promise<void> => {
    try {
      if (!mayAct(principal, 'viewer')) throw new CantataError('forbidden', 'this needs the role viewer');
      const access = new Access(parts, principal);
      await Reader.open(client, { parts, settings, access, workflow, request, socket });
    } catch (error) {
      refuse(client, error);
    }
  };

  const refuse = (client: WebSocket, thrown: unknown): void => {
    const error = errorFrom(thrown, log, parts.engine.newId());
    client.send(
      JSON.stringify({ type: 'stream.error', problem: problemOf(error, { instance: '/ws', requestId: '' }) }),
    );
    client.close(closeCodeOf(error), closeReasonOf(error));
  };

  app.server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    upgrade(incoming, socket, head).catch((thrown: unknown) =>
      answer(socket, errorFrom(thrown, log, parts.engine.newId())),
    );
  });
  app.addHook('preClose', async () => {
    heartbeat.stop();
    for (const client of server.clients) {
      client.close(GOING_AWAY, 'the server is stopping; go on with your cursor');
      setTimeout(() => client.terminate(), FAREWELL_MS).unref();
    }
    await Promise.resolve();
  });
}

/** @throws CantataError `route_not_found`, `request_invalid`, `cursor_invalid` */
function wantedBy({ url = '' }: IncomingMessage): Wanted {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, workflow] = /^\/ws\/workflows\/([^/]{1,512})$/.exec(pathname) ?? [];
  if (workflow === undefined)
    throw new CantataError('route_not_found', `there is no WebSocket at ${pathname}`);
  return { workflow: decoded(workflow), request: streamRequest(Object.fromEntries(searchParams)) };
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
function answer(socket: Duplex, error: CantataError): void {
  if (socket.destroyed) return;
  const problem = problemOf(error, { instance: '/ws', requestId: '' });
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${error.code}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
