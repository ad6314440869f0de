/** How long to wait before the next try. */

const FIRST_MS = 200;
/** A server that asks for longer is not waited for. */
export const MOST_ASKED_MS = 60_000;

/** Full jitter: anywhere up to twice the wait before, so that many clients do not come back at once. */
export function backoffMs(attempt: number, maxMs: number): number {
  return Math.random() * Math.min(maxMs, FIRST_MS * 2 ** Math.min(attempt, 20));
}

/** Of `Retry-After`: seconds, or a date. Undefined where there is none. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** @throws the reason of the signal. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
