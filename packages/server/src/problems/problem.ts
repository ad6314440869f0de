/** What went wrong, as RFC 9457 has it. */
import { CantataError, ERROR_CODES, type ErrorCode, type Json } from '@cantata/core';
import type { Problem as DocumentProblem } from '@cantata/definition';
import { statusOf } from './status-of.ts';

export interface ProblemDocument {
  readonly type: string;
  /** What to do about it. */
  readonly title: string;
  readonly status: number;
  /** What happened. */
  readonly detail: string;
  readonly code: ErrorCode;
  /** The path that was called. */
  readonly instance: string;
  /** By which the log of the server knows the request. */
  readonly request_id: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** What programs need to go on. */
  readonly data?: Json;
  /** Everything that is wrong with a document. */
  readonly problems?: readonly DocumentProblem[];
}

export interface Request {
  readonly instance: string;
  readonly requestId: string;
}

export function problemOf(error: CantataError, { instance, requestId }: Request): ProblemDocument {
  const { code, message, detail, retryable } = error;
  return {
    type: `urn:cantata:error:${code}`,
    title: ERROR_CODES[code],
    status: statusOf(code),
    detail: message,
    code,
    instance,
    request_id: requestId,
    retryable: retryable || (RETRYABLE.has(statusOf(code)) && !NEVER.has(code)),
    ...(detail === undefined ? {} : { data: detail }),
    ...(error instanceof DocumentError ? { problems: error.problems } : {}),
  };
}

/** For the header `retry-after`, in whole seconds; undefined where coming again by itself does not help. */
export function retryAfterOf({ status, data }: ProblemDocument): string | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const { retry_after_ms: ms } = (data ?? {}) as { readonly retry_after_ms?: number };
  return String(Math.max(1, Math.ceil((ms ?? 0) / 1_000)));
}

const RETRYABLE: ReadonlySet<number> = new Set([429, 503, 507]);
/** There is too little even where nothing else runs: other limits would be needed, or another request. */
const NEVER: ReadonlySet<ErrorCode> = new Set(['resources_insufficient', 'limits_too_low']);

/** A document with everything that is wrong with it. */
export class DocumentError extends CantataError {
  readonly problems: readonly DocumentProblem[];

  constructor(code: ErrorCode, message: string, problems: readonly DocumentProblem[]) {
    super(code, message);
    this.problems = problems;
  }
}
