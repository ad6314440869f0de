/**
 * Forgets what nobody asks for any more: requests that may have come twice, and ids and outcomes of messages. By their age,
 * found by an index, a bounded batch at a time; the engine that owns the shards does it, and no commit pays for it.
 */
import type { Clock, InboxStore, Instant, RequestStore } from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import type { Ownership } from './ownership.ts';

/** Rows of each kind. Half a millisecond for a thousand. */
const BATCH = 1_000;
/** Between two batches, so that commits get in between. */
const PAUSE_MS = 100;
const EVERY_MS = 60_000;
/**
 * An outcome stays longer than the request it belongs to: who was told the id of a request just before it was forgotten
 * still finds what became of it, however slow they are.
 */
const MARGIN_MS = 3_600_000;

export interface PrunerParts {
  readonly requests: RequestStore;
  readonly inbox: InboxStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: EngineSettings;
  readonly ownership: Ownership;
}

export class Pruner {
  readonly #parts: PrunerParts;
  #next: Instant;
  #isPruning = false;

  constructor(parts: PrunerParts) {
    this.#parts = parts;
    this.#next = parts.clock.now() + EVERY_MS;
  }

  /** Now and then; until nothing is old any more. Never rejects. */
  async look(): Promise<void> {
    const { clock, log } = this.#parts;
    if (this.#isPruning || clock.now() < this.#next) return;
    this.#isPruning = true;
    try {
      while (await this.#batch()) await this.#pause();
    } catch (error) {
      log('warn', 'what is old could not be forgotten', { message: messageOf(error) });
    }
    this.#next = clock.now() + EVERY_MS;
    this.#isPruning = false;
  }

  /** Whether there may be more. */
  async #batch(): Promise<boolean> {
    const { ownership, clock, settings, requests, inbox } = this.#parts;
    if (ownership.size === 0) return false;
    const before = clock.now() - settings.requestRetentionMs;
    const forgotten = await requests.prune(before, BATCH);
    return (await inbox.prune(before - MARGIN_MS, BATCH)) === BATCH || forgotten === BATCH;
  }

  #pause(): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => void clock.at(clock.now() + PAUSE_MS, resolve));
  }
}
