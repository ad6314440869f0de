/** Errors become answers here, and nowhere else. */
import { CantataError } from '@cantata/core';
import type { Log } from '@cantata/engine';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { App } from '../app.ts';
import { sayThem } from '../front-door/headers.ts';
import { methodsOf } from '../front-door/methods.ts';
import { isForWantOfRoom } from '../idempotency/once.ts';
import { problemOf, retryAfterOf } from './problem.ts';
import { errorFrom } from './unexpected.ts';

export function handleErrors(app: App, log: Log): void {
  app.setErrorHandler((thrown: unknown, request, reply) =>
    send(reply, request, errorFrom(thrown, log, request)),
  );
  const methodsAt = methodsOf(app);
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const methods = methodsAt(path);
    if (methods.length > 0) void reply.header('allow', methods.join(', '));
    return send(reply, request, notFound(request.method, path, methods));
  });
}

function notFound(method: string, path: string, methods: readonly string[]): CantataError {
  if (methods.length === 0) return new CantataError('route_not_found', `there is no ${method} ${path}`);
  return new CantataError('method_not_allowed', `${path} takes ${methods.join(', ')}, and not ${method}`);
}

/** For paths that never get to a route: broken escapes, parameters without end. */
export function answerLost(log: Log): NonNullable<FastifyServerOptions['frameworkErrors']> {
  return (thrown, request, reply) => {
    sayThem(request, reply);
    void send(reply, request, errorFrom(thrown, log, request));
  };
}

function send(reply: FastifyReply, request: FastifyRequest, error: CantataError): FastifyReply {
  if (error.code === 'answer_timeout') return accepted(reply, request, error);
  request.freesKey = isForWantOfRoom(error);
  const problem = problemOf(error, { instance: pathOf(request), requestId: request.id });
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  const again = retryAfterOf(problem);
  if (again !== undefined) void reply.header('retry-after', again);
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** No error: who decides has not answered yet, and will. A start says in its detail which execution it is going to be. */
function accepted(reply: FastifyReply, request: FastifyRequest, error: CantataError): FastifyReply {
  const { params } = request;
  // Who asks again under the same key is told what became of it.
  request.keepsAnswer = false;
  const { execution_id: started } = (error.detail ?? {}) as { readonly execution_id?: string };
  const id = started ?? (params as { readonly execution?: string }).execution;
  const where = id === undefined ? {} : { execution_id: id, execution_url: `/api/v1/executions/${id}` };
  const answer = { status: 'accepted', detail: error.message, ...where };
  return reply.code(202).type('application/json').send(JSON.stringify(answer));
}

/** Without the query, which may hold what is nobody's business. */
function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] as string;
}
