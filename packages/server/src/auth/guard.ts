/** Every route says who may call it, and nobody else gets past this. */
import { CantataError } from '@cantata/core';
import type { FastifyRequest, RouteOptions } from 'fastify';
import type { App } from '../app.ts';
import { type Authenticator, mayAct, type Principal, type Role } from './principal.ts';

/** `anybody`: no token is asked for. */
export type Caller = Role | 'anybody';

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route there is (`GET /health`), once the server is ready, and who may call it. */
    readonly callers: ReadonlyMap<string, Caller>;
  }
  interface FastifyRequest {
    /** Who calls. Null before they are known, and on routes that are open to anybody. */
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** Who may call it. */
    role?: Caller;
  }
}

export function guard(app: App, authenticator: Authenticator): void {
  app.decorateRequest('principal', null);
  const routes: RouteOptions[] = [];
  const callers = new Map<string, Caller>();
  app.decorate('callers', callers);
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', async () => {
    for (const { method, url, config } of routes) {
      // A bug in a route: the server must not come up with it.
      if (config?.role === undefined) throw new Error(`nobody says who may call ${url}`);
      for (const each of [method].flat()) callers.set(`${each} ${url}`, config.role);
    }
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
