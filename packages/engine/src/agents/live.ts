/** What agents say while they work: progress and log lines. Not events: never stored, gone when nobody listens. */
import type { JsonObject, Progress } from '@cantata/core';
import { messageOf } from '../errors.ts';
import { type Log, type LogLevel, SILENT } from '../log.ts';

export type LiveFrame = {
  readonly executionId: string;
  readonly task: string;
  readonly item: number | undefined;
  readonly seat: string;
} & (
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string; readonly fields?: JsonObject }
);

export class Live {
  readonly #listeners = new Set<(frame: LiveFrame) => void>();
  readonly #log: Log;

  constructor(log: Log = SILENT) {
    this.#log = log;
  }

  subscribe(listener: (frame: LiveFrame) => void): () => void {
    // Wrapped, so that one function subscribed twice is two subscriptions.
    const subscription = (frame: LiveFrame): void => listener(frame);
    this.#listeners.add(subscription);
    return () => void this.#listeners.delete(subscription);
  }

  /** A listener that throws is a bug of its own: no agent fails for it. */
  publish(frame: LiveFrame): void {
    for (const listener of this.#listeners) {
      try {
        listener(frame);
      } catch (error) {
        this.#log('error', 'a listener of live frames threw', { message: messageOf(error) });
      }
    }
  }
}
