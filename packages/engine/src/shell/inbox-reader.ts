/** Brings commands of other processes, and messages that found nobody at hand, to the loop. A slow poll makes it sure. */
import { CantataError, type Clock, type Codec, type InboxStore, type MessageRow } from '@cantata/core';
import { errorFrom, isPassing, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Command, isCommandFor } from './entity.ts';
import type { Input } from './input.ts';
import type { Order } from './order.ts';
import type { Ownership } from './ownership.ts';

export interface InboxParts {
  readonly inbox: InboxStore;
  readonly clock: Clock;
  readonly codec: Codec;
  readonly log: Log;
  readonly ownership: Ownership;
  readonly order: Order;
  readonly pollMs: number;
  /** Rows that are in hand at once; the others wait in the store. */
  readonly maxRows: number;
  /** Fetches what a command needs to be decided. @throws CantataError what makes it impossible. */
  readonly prepare: (command: Command) => Promise<void> | undefined;
  readonly submit: (input: Input) => void;
  readonly refuse: (input: Input, error: CantataError) => void;
}

interface Taken {
  readonly entity: string;
  /**
   * `kept`: the loop gave it up, it stays in the store until its entity is released. `released`: it was, and is given to
   * the loop again when it is read.
   */
  state: 'in_hand' | 'kept' | 'released';
  /** When it was released: reads that had begun by then may know of it from before it was dealt with. */
  releasedAt?: number;
}

export class InboxReader {
  readonly #parts: InboxParts;
  /**
   * Rows given to the loop and not known to be gone from the store: the oldest there are, because they are read in their
   * order and none is passed over.
   */
  readonly #taken = new Map<string, Taken>();
  #cancel: (() => void) | undefined;
  #closed = false;
  #reading = false;
  /** Rows came while it was reading. */
  #again = false;
  /** Reads that have begun. */
  #reads = 0;
  /** Reads that had begun when the shards were lost. */
  #past = 0;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /** Rows that are being dealt with. */
  get size(): number {
    return this.#taken.size;
  }

  start(): void {
    this.hint();
  }

  stop(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Rows may be waiting: look now. */
  hint(): void {
    if (this.#closed) return;
    if (this.#reading) this.#again = true;
    else void this.#poll();
  }

  /** The loop could not deal with a row now. */
  keep(message: string): void {
    const taken = this.#taken.get(message);
    if (taken !== undefined) taken.state = 'kept';
  }

  /** Whether a row waits until its entity is released. */
  isKept(message: string): boolean {
    return this.#taken.get(message)?.state === 'kept';
  }

  /** An entity can be told things again: rows that were kept for it are read again. */
  release(entity: string): void {
    for (const taken of this.#taken.values()) {
      if (taken.state !== 'kept' || taken.entity !== entity) continue;
      taken.state = 'released';
      taken.releasedAt = this.#reads;
    }
    this.hint();
  }

  /** The shards are somebody else's, and so are the rows. */
  forget(): void {
    this.#taken.clear();
    this.#past = this.#reads;
    this.#parts.order.forget();
  }

  async #poll(): Promise<void> {
    this.#cancel?.();
    this.#reading = true;
    do {
      this.#again = false;
      await this.#read();
    } while (this.#again && !this.#closed);
    this.#reading = false;
    if (this.#closed) return;
    const { clock, pollMs } = this.#parts;
    this.#cancel = clock.at(clock.now() + pollMs, () => void this.#poll());
  }

  async #read(): Promise<void> {
    const { ownership, inbox, log, order } = this.#parts;
    try {
      if (ownership.size === 0) return;
      this.#reads += 1;
      const [number, limit] = [order.reading(), this.#limit()];
      const rows = await inbox.read('all', limit);
      if (this.#isStale) return;
      const present = new Set(rows.map((row) => row.id));
      this.#forgetGone(present);
      const found = rows.filter(({ id }) => !this.#taken.has(id));
      order.read(number, found, rows.length < limit ? present : undefined);
      const behind = new Set<string>();
      for (const row of rows) if (!(await this.#take(row, behind))) return;
    } catch (error) {
      log('warn', 'the inbox could not be read', { message: messageOf(error) });
    }
  }

  /** What is being read was asked for in another term: the shards were lost, and may have been taken again. */
  get #isStale(): boolean {
    return this.#reads <= this.#past;
  }

  /** At least all that are taken. Rows of parked entities stay, and must not hide those behind them. */
  #limit(): number {
    let kept = 0;
    for (const { state } of this.#taken.values()) if (state === 'kept') kept += 1;
    return kept + Math.max(this.#parts.maxRows, this.#taken.size - kept);
  }

  /** Whether the next one may be taken. `behind`: entities of which an older row comes with the next read. */
  async #take(row: MessageRow, behind: Set<string>): Promise<boolean> {
    const { ownership, submit, refuse, prepare } = this.#parts;
    if (this.#closed || this.#isStale || !ownership.owns(row.shard)) return false;
    const known = this.#taken.get(row.id);
    const isLater = known?.state === 'released' && (known.releasedAt ?? 0) >= this.#reads;
    if (isLater) behind.add(row.entity);
    if (known !== undefined && (isLater || known.state !== 'released')) return true;
    // It must not overtake what was told the same entity before. Whoever released that asked for another read.
    if (behind.has(row.entity)) return false;
    const { entity, id: message, actor, tenant, traceparent, replies } = row;
    const input = { entity, causation: row.id, actor, tenant, traceparent, message, replies };
    try {
      const command = this.#commandOf(row);
      await prepare(command);
      if (this.#isStale || !ownership.owns(row.shard)) return false;
      this.#taken.set(row.id, { entity, state: 'in_hand' });
      submit({ ...input, command, revives: command.type === 'continue' });
    } catch (thrown) {
      const error = errorFrom(thrown, 'invariant_broken');
      // The next poll tries it again.
      if (isPassing(error)) return false;
      this.#taken.set(row.id, { entity, state: 'in_hand' });
      refuse({ ...input, command: { type: 'continue' } }, error);
    }
    return true;
  }

  /** @throws CantataError for what no law has a rule for: a damaged row, or one of a newer version. */
  #commandOf(row: MessageRow): Command {
    const command: unknown = this.#parts.codec.decode(row.data);
    if (isCommandFor(row.entity, command)) return command;
    throw new CantataError(
      'invariant_broken',
      `${row.entity} cannot be told ${row.type}; is another version of Cantata running?`,
    );
  }

  /** At least as many of the oldest rows were read as are taken: ids that are not among them are gone. */
  #forgetGone(present: ReadonlySet<string>): void {
    for (const id of this.#taken.keys()) if (!present.has(id)) this.#taken.delete(id);
  }
}
