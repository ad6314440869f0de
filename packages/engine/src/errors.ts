/** Errors of others in our words. */
import { CantataError, type ErrorCode } from '@cantata/core';

/** Whatever was thrown, as a CantataError; one that is one already stays, others get the code. Never throws. */
export function errorFrom(thrown: unknown, code: ErrorCode): CantataError {
  return thrown instanceof CantataError
    ? thrown
    : new CantataError(code, messageOf(thrown), { cause: thrown });
}

/** The store may be well again in a moment: the same call is worth another try. */
export function isPassing({ code }: CantataError): boolean {
  return code === 'store_busy' || code === 'store_full' || code === 'store_unavailable';
}

/** What a thrown value says of itself. Total: errors without a message, null and objects that refuse to be text too. */
export function messageOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error))
      return typeof thrown === 'string' && thrown !== '' ? thrown : textOf(thrown);
    const { message, name } = thrown as { message: unknown; name: unknown };
    return String(message) || String(name);
  } catch {
    return `something unprintable (${typeof thrown}) was thrown`;
  }
}

/** Where it was thrown, as far as anybody can say; the cause goes first. */
export function stackOf(thrown: unknown): string {
  const { cause, stack } = thrown instanceof Error ? thrown : { cause: undefined, stack: undefined };
  if (cause instanceof Error) return stackOf(cause);
  // People assign to it.
  return typeof (stack as unknown) === 'string' ? (stack as string) : messageOf(thrown);
}

function textOf(thrown: unknown): string {
  if (thrown === '') return 'an empty string was thrown';
  if (typeof thrown === 'object' && thrown !== null) return JSON.stringify(thrown);
  return `${String(thrown)} was thrown`;
}
