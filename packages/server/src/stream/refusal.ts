/** Why a WebSocket was closed: the statuses of HTTP, as the codes that are free for applications. */
import { CantataError } from '@cantata/core';
import { statusOf } from '../problems/status-of.ts';

/** Of RFC 6455, section 7.4.1: whoever listens goes on elsewhere, behind the last message they saw. */
export const GOING_AWAY = 1_001;
const TRY_AGAIN = 1_013;
const BUG = 1_011;
/** Beside those of statuses, which begin at 4400. */
export const SLOW_READER = 4_008;

/** Bytes of UTF-8 that a close frame has room for. */
const MOST_BYTES = 123;

export function closeCodeOf(error: CantataError): number {
  const status = statusOf(error.code);
  if (status === 503) return TRY_AGAIN;
  return status >= 400 && status < 500 ? 4_000 + (status % 1_000) : BUG;
}

export function closeReasonOf({ code, message }: CantataError): string {
  let reason = `${code}: ${message}`;
  while (Buffer.byteLength(reason) > MOST_BYTES) reason = reason.slice(0, -1);
  return reason;
}

/** Of one who read until their token was over. */
export function expiredError(): CantataError {
  return new CantataError('unauthenticated', 'the token has expired; go on with your cursor and a new one');
}
