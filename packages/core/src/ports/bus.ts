/** What carries committed events to whoever listens. It may lose everything at any moment; the log remembers. */
import type { EventRow } from './store.ts';

/** A run of committed events of one shard. Publishing the same span twice has no effect. */
export interface Span {
  readonly shard: number;
  readonly first: number;
  readonly last: number;
  readonly events: readonly EventRow[];
}

export interface Bus {
  publish(spans: readonly Span[]): void | Promise<void>;
  /** Calls the listener for every span published from now on, in order within a shard. */
  subscribe(listener: (span: Span) => void): () => void;
}
