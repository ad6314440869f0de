/** Brings commands of other processes, and messages that found nobody at hand, to the loop. A slow poll makes it sure. */
import type { Clock, Codec, InboxStore, MessageRow } from '@cantata/core';
import type { Log } from '../log.ts';
import type { Command } from './entity.ts';
import type { Input } from './input.ts';
import type { Ownership } from './ownership.ts';

const PAGE = 1_000;

export interface InboxParts {
  readonly inbox: InboxStore;
  readonly clock: Clock;
  readonly codec: Codec;
  readonly log: Log;
  readonly ownership: Ownership;
  readonly pollMs: number;
  readonly submit: (input: Input) => void;
}

export class InboxReader {
  readonly #parts: InboxParts;
  /** Rows given to the loop and not yet gone from the store. */
  readonly #taken = new Set<string>();
  #cancel: (() => void) | undefined;
  #closed = false;
  #reading = false;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  start(): void {
    void this.#poll();
  }

  stop(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Rows may be waiting: look now. */
  hint(): void {
    if (this.#closed || this.#reading) return;
    this.#cancel?.();
    void this.#poll();
  }

  async #poll(): Promise<void> {
    this.#reading = true;
    try {
      const rows = this.#parts.ownership.size === 0 ? [] : await this.#parts.inbox.read('all', PAGE);
      this.#forgetGone(rows);
      if (!this.#closed) for (const row of rows) this.#take(row);
    } catch (error) {
      this.#parts.log('warn', 'the inbox could not be read', { message: String(error) });
    } finally {
      this.#reading = false;
    }
    if (this.#closed) return;
    const { clock, pollMs } = this.#parts;
    this.#cancel = clock.at(clock.now() + pollMs, () => void this.#poll());
  }

  #take(row: MessageRow): void {
    if (this.#taken.has(row.id) || !this.#parts.ownership.owns(row.shard)) return;
    this.#taken.add(row.id);
    this.#parts.submit({
      entity: row.entity,
      command: this.#parts.codec.decode(row.data) as unknown as Command,
      causation: row.id,
      actor: row.actor,
      traceparent: row.traceparent,
      message: row.id,
      replies: row.replies,
    });
  }

  /** A page that is not full shows every row there is: ids that are not in it are gone. */
  #forgetGone(rows: readonly MessageRow[]): void {
    if (rows.length === PAGE || this.#taken.size === 0) return;
    const present = new Set(rows.map((row) => row.id));
    for (const id of this.#taken) if (!present.has(id)) this.#taken.delete(id);
  }
}
