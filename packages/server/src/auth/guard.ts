/** Every route says who may call it, and nobody else gets past this. */
import { CantataError } from '@cantata/core';
import type { FastifyRequest, RouteOptions } from 'fastify';
import type { App } from '../app.ts';
import { type Authenticator, mayAct, type Principal, type Role } from './principal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls. Null before they are known, and on routes that are open to anybody. */
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** Who may call it. `anybody`: no token is asked for. */
    role?: Role | 'anybody';
  }
}

export function guard(app: App, authenticator: Authenticator): void {
  app.decorateRequest('principal', null);
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', async () => {
    // A bug in a route: the server must not come up with it.
    const open = routes.filter(({ config }) => config?.role === undefined).map(({ url }) => url);
    if (open.length > 0) throw new Error(`nobody says who may call ${open.join(', ')}`);
    await Promise.resolve();
  });
  app.addHook('onRequest', async (request) => {
    const { role } = request.routeOptions.config;
    if (request.is404 || role === 'anybody') return;
    request.principal = await authenticator.authenticate(bearerOf(request.headers.authorization));
    if (role === undefined || !mayAct(request.principal, role))
      throw new CantataError(
        'forbidden',
        `this needs the role ${role}, and you have ${request.principal.role}`,
      );
  });
}

/** @throws CantataError `unauthenticated`: a header that is no bearer token. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (token !== undefined) return token;
  throw new CantataError('unauthenticated', 'the Authorization header is not `Bearer` and a token');
}

/** Of a route that asks who calls. */
export function principalOf({ principal }: FastifyRequest): Principal {
  if (principal !== null) return principal;
  throw new CantataError('unauthenticated', 'nobody is known to be calling');
}
