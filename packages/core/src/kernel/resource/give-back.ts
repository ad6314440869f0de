/** What gives back what a resource granted, whichever kind it is of. */
import type { Message } from '../law.ts';
import type { Claim } from './claim.ts';
import { prefixOf } from './ids.ts';

/** `succeeded`: of a breaker, what came of the attempt it let through. */
export function giveBack(resource: string, claim: Claim, succeeded?: boolean): Message {
  switch (prefixOf(resource)) {
    case 'rate':
      return { to: resource, command: { type: 'rate.return', claim } };
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
