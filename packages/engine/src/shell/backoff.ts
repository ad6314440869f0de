/** A pause after a failure, longer each time it fails in a row: whoever is waited for may recover. */
import type { Clock } from '@cantata/core';

const FIRST_MS = 100;
const LONGEST_MS = 5_000;

export class Backoff {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  #failures = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  get isPausing(): boolean {
    return this.#cancel !== undefined;
  }

  /** Further failures during a pause belong to the one that began it. */
  failed(): void {
    if (this.isPausing) return;
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancel = this.#clock.at(this.#clock.now() + ms, () => {
      this.#cancel = undefined;
      this.#onOver();
    });
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Ends a pause without a word, and forgets what failed. */
  reset(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#failures = 0;
  }
}
