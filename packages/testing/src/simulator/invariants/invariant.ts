/**
 * Something that must hold of every universe that is over, in a file of its own. It reads what the store, the world
 * outside and the processes have, and concludes for itself: never with the law's own counters or queues.
 */
import type { Finished } from '../finished.ts';

export interface Invariant {
  readonly name: string;
  /** What must hold, as a sentence. */
  readonly says: string;
  /** A sentence for each thing that does not hold, with the ids of what it is about. */
  readonly check: (finished: Finished) => Iterable<string>;
}
