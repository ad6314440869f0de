/** What agents say while they work: progress and log lines. Not events: never stored, gone when nobody listens. */
import type { JsonObject, Progress } from '@cantata/core';
import type { LogLevel } from '../log.ts';

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

  subscribe(listener: (frame: LiveFrame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(frame: LiveFrame): void {
    for (const listener of this.#listeners) listener(frame);
  }
}
