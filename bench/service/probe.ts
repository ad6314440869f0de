/** What the benchmark asks the process that serves, and what that tells. */

export interface Asked {
  /** `moments`: those since it was asked before; the first time begins to keep them. */
  readonly ask: 'memory' | 'moments' | 'processor';
}

export interface Told {
  readonly memory?: Memory;
  readonly moments?: readonly Moment[];
  /** Time of all its threads since it began, in milliseconds. */
  readonly processor?: number;
}

/** In bytes, after a collection. */
export interface Memory {
  readonly rss: number;
  /** Of the resident memory, what V8 holds for new objects: it grows in a burst, once for all, and stays. */
  readonly young: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
}

/** An agent's call and answer, in nanoseconds of the machine's monotonic clock, which all its processes share. */
export interface Moment {
  /** Execution and task. */
  readonly key: string;
  readonly called: number;
  readonly answered: number;
}
