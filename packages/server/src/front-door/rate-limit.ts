/**
 * How many requests each caller may send: a token bucket (`burst` at once, refilled by `requestsPerSecond`). Libraries
 * count in fixed windows and by address; here it is by who calls, wherever from, and the time to wait is exact.
 *
 * Time and memory are constant for a request: buckets are in the order of their last use, and those beyond
 * `MAX_CALLERS` are forgotten, which makes them full.
 */
import { CantataError } from '@cantata/core';
import type { App } from '../app.ts';
import type { Principal } from '../auth/principal.ts';

export interface RateLimit {
  /** Above 0; may be a fraction. */
  readonly requestsPerSecond: number;
  /** 1 or more. Default: what comes in one second. */
  readonly burst?: number;
}

interface Bucket {
  permits: number;
  at: number;
}

const MAX_CALLERS = 10_000;

/** To be called after `guard`: only who is known has a bucket. */
export function limitRates(app: App, rates: Rates): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.principal !== null) rates.spend(request.principal);
    done();
  });
}

/** What each caller may send, by whatever door they come. */
export class Rates {
  readonly #limit: RateLimit | undefined;
  readonly #buckets: Buckets | undefined;

  /** @throws CantataError `config_invalid`. */
  constructor(limit: RateLimit | undefined, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#buckets = limit && new Buckets(limit, now);
  }

  /** One request. @throws CantataError `rate_limited`. */
  spend(caller: Principal): void {
    const waitMs = Math.ceil(this.#buckets?.take(caller) ?? 0);
    if (waitMs === 0) return;
    throw new CantataError(
      'rate_limited',
      `${this.#limit?.requestsPerSecond} requests a second are allowed; the next one in ${waitMs} ms`,
      { retryable: true, detail: { retry_after_ms: waitMs } },
    );
  }
}

export class Buckets {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** By caller; the one that was used last at the end. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    { requestsPerSecond, burst = Math.max(1, Math.ceil(requestsPerSecond)) }: RateLimit,
    now: () => number,
  ) {
    if (!(requestsPerSecond > 0) || !(burst >= 1))
      throw new CantataError('config_invalid', 'requests a second must be above 0, and the burst 1 or more');
    this.#perMs = requestsPerSecond / 1_000;
    this.#burst = burst;
    this.#now = now;
  }

  /** Milliseconds to wait; 0 where it may go on, which uses a permit. */
  take({ tenant, subject }: Principal): number {
    const now = this.#now();
    // Neither can have a line break in it.
    const caller = `${tenant}\n${subject}`;
    const { permits, at } = this.#buckets.get(caller) ?? { permits: this.#burst, at: now };
    const has = Math.min(this.#burst, permits + (now - at) * this.#perMs);
    const left = has >= 1 ? has - 1 : has;
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { permits: left, at: now });
    this.#forget();
    return has >= 1 ? 0 : (1 - has) / this.#perMs;
  }

  #forget(): void {
    if (this.#buckets.size <= MAX_CALLERS) return;
    const [oldest] = this.#buckets.keys();
    this.#buckets.delete(oldest as string);
  }
}
