/** What the service refused, or that it could not be reached: all that a client ever throws. */
import type { DocumentProblem, Problem } from './types.ts';

export interface ServiceErrorFields {
  readonly code: string;
  /** Of HTTP; 0 where there was no answer. */
  readonly status: number;
  readonly retryable: boolean;
  /** What to do about it. */
  readonly title?: string | undefined;
  readonly requestId?: string | undefined;
  readonly data?: unknown;
  readonly problems?: readonly DocumentProblem[] | undefined;
  readonly cause?: unknown;
}

/**
 * Codes of the service are those of its table of errors. Of the client itself: `unreachable` (no answer, with the reason
 * as `cause`), `timed_out` (no answer in time), `answer_invalid` (whatever answered is no such service).
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;
  /** What happened: the message. */
  readonly detail: string;
  readonly title: string | undefined;
  /** Everything that is wrong with a document. */
  readonly problems: readonly DocumentProblem[];
  /** What programs need to go on. */
  readonly data: unknown;
  /** By which the log of the server knows the request. */
  readonly requestId: string | undefined;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;

  constructor(message: string, fields: ServiceErrorFields) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.status = fields.status;
    this.detail = message;
    this.title = fields.title;
    this.problems = fields.problems ?? [];
    this.data = fields.data;
    this.requestId = fields.requestId;
    this.retryable = fields.retryable;
  }
}

export function errorOf(problem: Problem): ServiceError {
  const { code, status, detail, title, problems, data, request_id: requestId, retryable } = problem;
  return new ServiceError(detail, { code, status, title, problems, data, requestId, retryable });
}

export function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { code, status, detail } = body as Partial<Record<keyof Problem, unknown>>;
  return typeof code === 'string' && typeof status === 'number' && typeof detail === 'string';
}
