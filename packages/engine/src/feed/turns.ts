/**
 * One at a time, and the event loop has its turn in between: many who catch up at once, each with a page of the store that
 * is read without a pause, would hold up everything else.
 */
import type { Clock } from '@cantata/core';

export class Turns {
  readonly #clock: Pick<Clock, 'defer'>;
  readonly #waiting: (() => void)[] = [];
  #isDeferred = false;

  constructor(clock: Pick<Clock, 'defer'>) {
    this.#clock = clock;
  }

  /** Resolves when it is the caller's turn, in the order of the calls. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#defer();
    });
  }

  #defer(): void {
    if (this.#isDeferred || this.#waiting.length === 0) return;
    this.#isDeferred = true;
    this.#clock.defer(() => {
      this.#isDeferred = false;
      this.#waiting.shift()?.();
      this.#defer();
    });
  }
}
