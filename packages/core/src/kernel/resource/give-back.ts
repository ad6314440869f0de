/** What gives back what a resource granted, whichever kind it is of. */
import type { Message } from '../law.ts';
import type { Claim } from './claim.ts';
import { prefixOf } from './ids.ts';

export function giveBack(resource: string, claim: Claim): Message {
  switch (prefixOf(resource)) {
    case 'rate':
      return { to: resource, command: { type: 'rate.return', claim } };
    case 'breaker':
      return { to: resource, command: { type: 'breaker.release', claim } };
    case 'correlation':
      return { to: resource, command: { type: 'correlation.release', claim } };
    default:
      return { to: resource, command: { type: 'semaphore.release', claim } };
  }
}
