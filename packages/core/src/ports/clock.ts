/** Time, deferral, randomness and ids: everything that is not reproducible comes through here. */

/** Milliseconds since the Unix epoch. */
export type Instant = number;

export interface Clock {
  now(): Instant;
  /** Runs `work` after the current turn of the event loop, before any timer: where a group commit drains. */
  defer(work: () => void): void;
  /** Runs `work` once, not before `at`. Returns a function that takes it back. */
  at(at: Instant, work: () => void): () => void;
  /** A new UUIDv7. */
  id(): string;
}
