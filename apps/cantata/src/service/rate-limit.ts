/** How many requests each caller of the service may send. */
import type { RateLimit } from '@cantata/server';
import type { Environment } from '../configuration/environment.ts';
import { usage } from '../failure.ts';

/** Undefined: as many as they like. @throws Failure: a burst of nothing. */
export function rateLimitOf({ requestsPerSecond, requestBurst }: Environment): RateLimit | undefined {
  if (requestsPerSecond !== undefined)
    return { requestsPerSecond, ...(requestBurst === undefined ? {} : { burst: requestBurst }) };
  if (requestBurst === undefined) return undefined;
  throw usage('CANTATA_REQUEST_BURST is set, and CANTATA_REQUESTS_PER_SECOND is not');
}
