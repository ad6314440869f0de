/** Whatever was thrown, as an error with a code. What nobody expected tells its cause to the log alone. */
import { byteSize, CantataError, type ErrorCode } from '@cantata/core';
import type { Log } from '@cantata/engine';
import type { FastifyError, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { wordsOf } from './issue-words.ts';

/** Of a request over HTTP all of it, of a message on an open connection its id. */
type Failed = Pick<FastifyRequest, 'id'> & Partial<Pick<FastifyRequest, 'headers' | 'routeOptions'>>;

/** Of the request that failed: the log knows it by its id. */
export function errorFrom(thrown: unknown, log: Log, request: Failed): CantataError {
  if (thrown instanceof CantataError) return thrown;
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const { validation, validationContext } = thrown;
    const told = validation.map(
      ({ instancePath, keyword, message = '', params }) =>
        `${placeOf(validationContext, instancePath)}: ${wordsOf({ ...params, code: keyword, message })}`,
    );
    return new CantataError('request_invalid', told.join('; '));
  }
  const { code, statusCode, message } = thrown as Partial<FastifyError>;
  const known = code === undefined ? undefined : OF_FASTIFY[code];
  if (known !== undefined) return new CantataError(known, inWords(code, request) ?? message ?? known);
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
  FST_ERR_MAX_PARAM_LENGTH: 'request_invalid',
};

/** What the framework says shorter than it helps. */
function inWords(code: string | undefined, { headers, routeOptions }: Failed): string | undefined {
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return `the body is larger than ${byteSize(routeOptions?.bodyLimit ?? 0)}`;
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return `a body of the type ${JSON.stringify(headers?.['content-type'] ?? '')} is not taken here`;
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return 'the body is no JSON, or has a key `__proto__` or `constructor.prototype`, which is not taken';
    default:
      return undefined;
  }
}

/** `body.execution_options.timeout`, and `body` alone for what is wrong with it as a whole. */
function placeOf(context: string | undefined, instancePath: string): string {
  const part = PARTS[context ?? ''] ?? context ?? 'request';
  return [part, ...instancePath.split('/').filter((step) => step !== '')].join('.');
}

/** What the framework calls otherwise than everybody else. */
const PARTS: Readonly<Record<string, string>> = { querystring: 'query', params: 'path' };
