/**
 * Removes what has ended long ago, one execution after the other and slowly: each removal keeps the store busy once, and
 * the pause after it is many times as long, so that nobody who works beside it feels more than a share of it. What others
 * hold stays: values that a fork has taken over, and a child as long as its parent is open. Only the owner of a shard does
 * it, and only for what is of that shard.
 */
import {
  type Clock,
  type Codec,
  duration,
  type Ended,
  type ExecutionRow,
  hasEnded,
  type Requested,
  type Store,
  shardOf,
} from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import type { Ownership } from './ownership.ts';

/** By whom the line says that it was removed. */
const RETENTION = 'retention';
/** What is read at once of the index of ends. */
const PAGE = 50;
/** The pause after a removal, in times of what it took: a twentieth of the time is spent. */
const PAUSES = 19;
const LEAST_PAUSE_MS = 50;
/** How often is looked whether there is something new to remove. */
const LOOK_MS = 60_000;
/** For the first time: whoever begins has better things to do. */
const FIRST_LOOK_MS = 1_000;

export interface RetentionParts {
  readonly store: Pick<Store, 'executions' | 'log'>;
  readonly clock: Clock;
  readonly codec: Codec;
  readonly log: Log;
  readonly settings: Pick<EngineSettings, 'executionRetentionMs'>;
  readonly ownership: Ownership;
}

export class Retention {
  readonly #parts: RetentionParts;
  #cancel: (() => void) | undefined;
  #isStopped = false;
  /** Where the next page begins; undefined at the earliest end there is. */
  #after: Ended | undefined;
  #page: ExecutionRow[] = [];

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Does nothing where everything is kept. */
  start(): void {
    if (this.#parts.settings.executionRetentionMs !== undefined) this.#again(FIRST_LOOK_MS);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #again(inMs: number): void {
    if (this.#isStopped) return;
    const { clock } = this.#parts;
    this.#cancel = clock.at(clock.now() + inMs, () => void this.#step());
  }

  /** Looks at one execution. Never rejects. */
  async #step(): Promise<void> {
    const { clock, log, ownership } = this.#parts;
    const began = clock.now();
    try {
      const row = ownership.size === 0 ? undefined : await this.#next();
      if (row === undefined) return this.#again(LOOK_MS);
      await this.#remove(row);
    } catch (error) {
      log('warn', 'what is past its retention could not be removed', { message: messageOf(error) });
      return this.#again(LOOK_MS);
    }
    this.#again(Math.max(LEAST_PAUSE_MS, PAUSES * (clock.now() - began)));
  }

  async #next(): Promise<ExecutionRow | undefined> {
    if (this.#page.length === 0) {
      this.#page = [...(await this.#parts.store.executions.expired(this.#limit, PAGE, this.#after))];
      this.#after = this.#page.at(-1);
    }
    return this.#page.shift();
  }

  /** What ended before it is past its retention. */
  get #limit(): number {
    const { clock, settings } = this.#parts;
    return clock.now() - (settings.executionRetentionMs ?? Number.POSITIVE_INFINITY);
  }

  async #remove(row: ExecutionRow): Promise<void> {
    const { store, clock, log, ownership } = this.#parts;
    const { executionId, sequence } = row;
    if (!hasEnded(row) || !ownership.owns(shardOf(executionId)) || (await this.#isAwaited(executionId)))
      return;
    const reason = `it ended ${duration(clock.now() - Number(row.completedAt))} ago`;
    // One that somebody has retried meanwhile is another one than was seen, and stays.
    if (await store.executions.remove({ executionId, sequence, at: clock.now(), by: RETENTION, reason }))
      log('info', 'an execution past its retention was removed', { execution: executionId, reason });
  }

  /** Whoever started it may still look at it. */
  async #isAwaited(executionId: string): Promise<boolean> {
    const { store, codec } = this.#parts;
    const [first] = await store.log.readEntity(executionId, 0, 1);
    if (first === undefined) return false;
    const { parent } = codec.decode(first.data) as unknown as Requested;
    const row = parent === undefined ? undefined : await store.executions.get(parent.execution);
    return row !== undefined && !hasEnded(row);
  }
}
