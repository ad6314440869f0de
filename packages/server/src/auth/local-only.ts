/**
 * Without tokens whoever reaches the server may do everything, so only this machine may reach it. Listening on loopback
 * is not enough: any page in a browser of this machine can send requests there, and a name that is made to resolve to
 * 127.0.0.1 (DNS rebinding) lets it read the answers. Both show in headers that a page cannot choose.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { CantataError } from '@cantata/core';
import type { App } from '../app.ts';

/** To be called before anything else looks at a request. `allowedOrigins`: pages that the operator trusts. */
export function localOnly(app: App, allowedOrigins: readonly string[]): void {
  app.addHook('onRequest', async ({ raw }) => requireLocal(raw, allowedOrigins));
}

/** @throws CantataError `not_local` */
export function requireLocal(request: Caller, allowedOrigins: readonly string[]): void {
  const stranger = strangerIn(request, allowedOrigins);
  if (stranger !== undefined) throw new CantataError('not_local', stranger);
}

type Caller = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Who calls, if it is not this machine for its own sake. */
function strangerIn({ socket, headers }: Caller, allowedOrigins: readonly string[]): string | undefined {
  const { host = '', origin } = headers;
  if (!isLoopback(socket.remoteAddress ?? '')) return 'the request comes from another machine';
  const name = hostnameOf(host);
  if (name === undefined || !isLoopback(name))
    return `the request is for the host ${JSON.stringify(host)}, which is no name of this machine for itself`;
  if (origin === undefined || allowedOrigins.includes(origin)) return undefined;
  if (origin === `http://${host}`) return undefined;
  return `the request is from a page of ${JSON.stringify(origin)}, which is not this server`;
}

function hostnameOf(host: string): string | undefined {
  const url = URL.parse(`http://${host}`);
  // What a URL would read otherwise than it stands (a user, a path) is no host.
  return url !== null && url.href === `http://${url.host}/`
    ? url.hostname.replaceAll(/^\[|\]$/g, '')
    : undefined;
}

/** `localhost`, 127.0.0.0/8, ::1; an IPv4 address in the clothes of IPv6, too. */
export function isLoopback(name: string): boolean {
  const plain = name.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  if (isIP(plain) === 4) return plain.startsWith('127.');
  return plain === '::1' || plain === 'localhost' || plain.endsWith('.localhost');
}
