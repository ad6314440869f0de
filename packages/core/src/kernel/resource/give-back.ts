/** What gives back what a resource granted, whichever kind it is of. */
import type { Instant } from '../../ports/clock.ts';
import type { Message } from '../law.ts';
import type { Claim } from './claim.ts';
import { prefixOf } from './ids.ts';

interface Ended {
  /** Of a breaker: what came of the attempt it let through. */
  readonly succeeded?: boolean | undefined;
  /** Of permits: those which; all of them where it is not said. */
  readonly times?: readonly Instant[];
}

export function giveBack(resource: string, claim: Claim, { succeeded, times }: Ended = {}): Message {
  switch (prefixOf(resource)) {
    case 'rate':
      return {
        to: resource,
        command: { type: 'rate.return', claim, ...(times === undefined ? {} : { times }) },
      };
    case 'breaker':
      return {
        to: resource,
        command: { type: 'breaker.release', claim, ...(succeeded === undefined ? {} : { succeeded }) },
      };
    case 'correlation':
      return { to: resource, command: { type: 'correlation.release', claim } };
    default:
      return { to: resource, command: { type: 'semaphore.release', claim } };
  }
}
