/** Errors become answers here, and nowhere else. What nobody expected tells its cause to the log alone. */
import { CantataError, type ErrorCode } from '@cantata/core';
import type { Log } from '@cantata/engine';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { App } from '../app.ts';
import { problemOf } from './problem.ts';

export function handleErrors(app: App, log: Log): void {
  app.setErrorHandler((thrown: unknown, request, reply) =>
    send(reply, request, errorOf(thrown, request, log)),
  );
  app.setNotFoundHandler((request, reply) =>
    send(
      reply,
      request,
      new CantataError('route_not_found', `there is no ${request.method} ${pathOf(request)}`),
    ),
  );
}

function send(reply: FastifyReply, request: FastifyRequest, error: CantataError): FastifyReply {
  const problem = problemOf(error, { instance: pathOf(request), requestId: request.id });
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  if ((problem.status === 429 || problem.status === 503) && !reply.hasHeader('retry-after'))
    void reply.header('retry-after', '1');
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function errorOf(thrown: unknown, request: FastifyRequest, log: Log): CantataError {
  if (thrown instanceof CantataError) return thrown;
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const { validation, validationContext } = thrown;
    const told = validation.map(
      ({ instancePath, message }) => `${placeOf(validationContext, instancePath)}: ${message}`,
    );
    return new CantataError('request_invalid', told.join('; '));
  }
  const { code, statusCode, message } = thrown as Partial<FastifyError>;
  const known = code === undefined ? undefined : OF_FASTIFY[code];
  if (known !== undefined) return new CantataError(known, message ?? known);
  if (statusCode === 400) return new CantataError('request_invalid', message ?? 'the request cannot be read');
  const told = thrown instanceof Error ? { message: thrown.message, stack: thrown.stack ?? '' } : {};
  log('error', 'a request failed for a reason nobody expected', { request: request.id, ...told });
  return new CantataError('internal_error', `the log of the server tells more of request ${request.id}`);
}

const OF_FASTIFY: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request_invalid',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request_invalid',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_invalid',
  FST_ERR_BAD_URL: 'request_invalid',
};

/** `body.execution_options.timeout`. */
function placeOf(context: string | undefined, instancePath: string): string {
  return [context ?? 'request', ...instancePath.split('/').slice(1)].join('.');
}

/** Without the query, which may hold what is nobody's business. */
function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] as string;
}
