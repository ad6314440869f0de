/**
 * A bus that can fail: it loses spans, refuses them, gets them twice, or gets a later one before an earlier one. What it
 * tells it tells in order, so whatever comes too late is lost.
 */
import type { Bus, Span } from '@cantata/core';
import { createMemoryBus } from '@cantata/engine';

export class LossyBus implements Bus {
  readonly #inner: Bus = createMemoryBus();
  #lost = 0;
  #refused = 0;
  #doubled = 0;
  #swapped = 0;
  /** What comes after the next. */
  #late: readonly Span[] = [];

  /** The next publications reach nobody. */
  lose(count: number): void {
    this.#lost = count;
  }

  /** The next publications throw. */
  refuse(count: number): void {
    this.#refused = count;
  }

  /** The next publications are made twice. */
  double(count: number): void {
    this.#doubled = count;
  }

  /** Of the next publications each second one comes before the first. */
  swap(count: number): void {
    this.#swapped = count;
  }

  heal(): void {
    this.#lost = 0;
    this.#refused = 0;
    this.#doubled = 0;
    this.#swapped = 0;
  }

  publish(spans: readonly Span[]): void | Promise<void> {
    if (this.#lost-- > 0) return undefined;
    if (this.#refused-- > 0) throw new Error('the bus is gone');
    if (this.#swapped-- > 0 && this.#late.length === 0) {
      this.#late = spans;
      return undefined;
    }
    const published = this.#inner.publish([...spans, ...this.#late]);
    this.#late = [];
    return this.#doubled-- > 0 ? this.#inner.publish(spans) : published;
  }

  subscribe(listener: (span: Span) => void): () => void {
    return this.#inner.subscribe(listener);
  }
}
