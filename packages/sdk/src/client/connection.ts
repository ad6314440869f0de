/**
 * One request and its answer. What may succeed on another try is tried again: a POST always says under which key it is
 * the same request, so that nothing is done twice.
 */
import { backoffMs, MOST_ASKED_MS, pause, retryAfterMs } from './backoff.ts';
import { OPERATIONS, type OperationId, type PathOf } from './operations.ts';
import { addressOf, type CallOptions, type ClientOptions, DEFAULTS, tokenOf } from './options.ts';
import { errorOf, isProblem, ServiceError } from './service-error.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Parts {
  readonly query?: Query | undefined;
  /** JSON; a text is a document in YAML. */
  readonly body?: unknown;
}

type Sent<Id extends OperationId> = Parts & { readonly path?: PathOf<Id> };

/** Somebody in between may say these for it. */
const TRY_AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

interface Refused {
  readonly error: ServiceError;
  /** Undefined where it makes no sense to try again. */
  readonly waitMs: number | undefined;
}

export class Connection {
  readonly address: URL;
  readonly options: ClientOptions;

  constructor(options: ClientOptions) {
    this.options = options;
    this.address = addressOf(options.server);
  }

  /** @throws ServiceError; the reason of the signal. */
  async call<Answer, Id extends OperationId = OperationId>(
    id: Id,
    { path, query, body }: Sent<Id>,
    { signal, idempotencyKey }: CallOptions = {},
  ): Promise<Answer> {
    const [method, template] = OPERATIONS[id];
    const url = this.#urlOf(template, path ?? {}, query);
    const key = method === 'POST' ? (idempotencyKey ?? crypto.randomUUID()) : undefined;
    const { retries = DEFAULTS.retries } = this.options;
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      const answer = await this.#once(url, { method, key, body, signal, attempt });
      if (!('error' in answer)) return answer.body as Answer;
      const { error, waitMs } = answer;
      if (waitMs === undefined || attempt >= retries) throw error;
      await pause(waitMs, signal);
    }
  }

  #urlOf(template: string, path: Readonly<Record<string, string>>, query: Query = {}): URL {
    const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(path[name] as string),
    );
    const url = new URL(`.${filled}`, this.address);
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue;
      for (const one of [value].flat()) url.searchParams.append(name, String(one));
    }
    return url;
  }

  async #once(
    url: URL,
    {
      method,
      key,
      body,
      signal,
      attempt,
    }: {
      readonly method: string;
      readonly key: string | undefined;
      readonly body: unknown;
      readonly signal: AbortSignal | undefined;
      readonly attempt: number;
    },
  ): Promise<{ readonly body: unknown } | Refused> {
    const { fetch = globalThis.fetch, timeoutMs = DEFAULTS.timeoutMs, maxBackoffMs } = this.options;
    const late = AbortSignal.timeout(timeoutMs);
    const wait = backoffMs(attempt, maxBackoffMs ?? DEFAULTS.maxBackoffMs);
    const token = await tokenOf(this.options);
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(body === undefined
            ? {}
            : { 'content-type': typeof body === 'string' ? 'application/yaml' : 'application/json' }),
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        signal: signal === undefined ? late : AbortSignal.any([late, signal]),
      });
      text = await response.text();
    } catch (cause) {
      signal?.throwIfAborted();
      const error = late.aborted
        ? new ServiceError(`${url.origin} did not answer within ${timeoutMs} ms`, {
            code: 'timed_out',
            status: 0,
            retryable: true,
            cause,
          })
        : new ServiceError(`${url.origin} cannot be reached: ${reasonOf(cause)}`, {
            code: 'unreachable',
            status: 0,
            retryable: true,
            cause,
          });
      // What was deleted by a request without an answer would not be there the next time.
      return { error, waitMs: method === 'DELETE' ? undefined : wait };
    }
    return read(url, response, text, wait);
  }
}

function read(
  url: URL,
  response: Response,
  text: string,
  backoff: number,
): { readonly body: unknown } | Refused {
  const { status, ok, headers } = response;
  const answered = parsed(text);
  if (ok && answered !== undefined) {
    if (status !== 202 || !isPending(answered)) return { body: answered };
    // It was kept and will be carried out; nobody has said yet what came of it.
    const error = new ServiceError(answered.detail, {
      code: 'answer_timeout',
      status,
      retryable: true,
      data: answered,
    });
    return { error, waitMs: undefined };
  }
  const error = isProblem(answered)
    ? errorOf(answered)
    : new ServiceError(`${url.href} answered ${status} with what is no answer of Cantata`, {
        code: 'answer_invalid',
        status,
        retryable: TRY_AGAIN.has(status),
      });
  if (!TRY_AGAIN.has(status)) return { error, waitMs: undefined };
  const asked = retryAfterMs(headers.get('retry-after'));
  if (asked === undefined) return { error, waitMs: backoff };
  return { error, waitMs: asked > MOST_ASKED_MS ? undefined : asked + backoff };
}

function isPending(answer: unknown): answer is { readonly detail: string } {
  return typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 'accepted';
}

/** Undefined: no JSON. An empty answer is null. */
function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` says only that it failed; why stands in the cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  if (!(cause instanceof Error)) return message;
  return cause.message === '' ? ((cause as NodeJS.ErrnoException).code ?? message) : cause.message;
}
