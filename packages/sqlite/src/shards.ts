/** The fence (S1) and the end of each shard's log (S2). */
import { CantataError, type Commit } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';
import { refused } from './errors.ts';

/** Where a shard's log ends; `append` moves it along. */
export interface Tail {
  readonly shard: number;
  readonly epoch: number;
  position: number;
  /** The last event, null for an empty shard. */
  event: number | null;
}

export class Shards {
  readonly #named: Statement<Tail>;
  readonly #one: Statement<Tail>;
  readonly #advance: Statement<never>;
  /** What is true as long as only this connection writes. */
  readonly #tails = new Map<number, Tail>();

  constructor(connection: Connection) {
    const columns = 's.shard, s.epoch, s.position, s.event';
    // One statement for all shards of a commit: 100 executions fall into about 83 of them.
    this.#named = connection.prepare(
      `select ${columns} from json_each(?) named join shards s on s.shard = named.value`,
    );
    this.#one = connection.prepare(`select ${columns} from shards s where s.shard = ?`);
    this.#advance = connection.prepare(
      `update shards set position = tail.value ->> 0, event = tail.value ->> 1
         from json_each(?) tail where shards.shard = tail.value ->> 2`,
    );
    connection.onForeignWrite(() => this.forget());
    connection.onRollback(() => this.forget());
  }

  /**
   * The tails of the shards a commit names, inside its transaction.
   * @throws CantataError `store_fenced` unless every epoch matches
   */
  fence(epochs: Commit['epochs']): ReadonlyMap<number, Tail> {
    const unknown = epochs.flatMap(({ shard }) => (this.#tails.has(shard) ? [] : [shard]));
    if (unknown.length > 0) {
      for (const tail of this.#named.all(JSON.stringify(unknown))) this.#tails.set(tail.shard, tail);
    }
    const named = new Map<number, Tail>();
    for (const { shard, epoch } of epochs) {
      const tail = this.#tails.get(shard);
      if (tail === undefined) throw refused(`There is no shard ${shard}.`);
      if (tail.epoch !== epoch) {
        throw new CantataError(
          'store_fenced',
          `Shard ${shard} is at epoch ${tail.epoch}, the commit carries ${epoch}: another engine took over. Nothing was written.`,
        );
      }
      named.set(shard, tail);
    }
    return named;
  }

  /** Epochs changed, or somebody else may have appended: the rows are read again. */
  forget(): void {
    this.#tails.clear();
  }

  tail(shard: number): Tail | undefined {
    return this.#one.get(shard);
  }

  advance(tails: readonly Tail[]): void {
    if (tails.length === 0) return;
    this.#advance.run(JSON.stringify(tails.map(({ shard, position, event }) => [position, event, shard])));
  }
}

/** Everything a commit writes belongs to a shard whose epoch it names; without this the fence would be a courtesy. */
export function fenced(tails: ReadonlyMap<number, Tail>, shard: number, what: string): Tail {
  const tail = tails.get(shard);
  if (tail === undefined)
    throw refused(`The commit writes ${what} of shard ${shard} without naming its epoch.`);
  return tail;
}
