/**
 * Brings sleepers back in time: one timer for the next of them, whatever their number. They are read a little before they
 * are due and their own timers do the rest, so none is early, and many that are due together are in memory by then.
 *
 * Where only what is asked for is carried on, executions sleep until somebody asks. Resources wake nevertheless: who is
 * carried on may wait for one. Schedules do not: nobody asked for what they would start.
 */
import {
  type Clock,
  type Instant,
  isResource,
  prefixOf,
  type WakeupRow,
  type WakeupStore,
} from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import type { Ownership } from './ownership.ts';
import type { Recovery } from './recovery.ts';

const PAGE = 500;

export interface AlarmParts {
  readonly wakeups: WakeupStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: EngineSettings;
  readonly ownership: Ownership;
  readonly recovery: Pick<Recovery, 'carryOnMissing'>;
}

export class Alarm {
  readonly #parts: AlarmParts;
  #set: { readonly at: Instant; readonly cancel: () => void } | undefined;
  #looking = false;
  /** Asked for again while it was looking. */
  #again = false;
  #stopped = false;

  constructor(parts: AlarmParts) {
    this.#parts = parts;
  }

  /** Somebody fell asleep until then. */
  noted(wakeAt: Instant): void {
    if (!this.#stopped) this.#setFor(wakeAt);
  }

  /** Reads who is due soon, and sets the timer for the next one. Never rejects. */
  async look(): Promise<void> {
    this.#again = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#again && this.#isOurs) {
      this.#again = false;
      try {
        await this.#round();
      } catch (error) {
        // The reconciler asks again.
        this.#parts.log('warn', 'who is to wake could not be read', { message: messageOf(error) });
      }
    }
    this.#looking = false;
  }

  /** The shards are somebody else's, and so are the sleepers. */
  forget(): void {
    this.#set?.cancel();
    this.#set = undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.forget();
  }

  get #isOurs(): boolean {
    return !this.#stopped && this.#parts.ownership.size > 0;
  }

  async #round(): Promise<void> {
    const { wakeups, clock, settings, recovery } = this.#parts;
    let last: (WakeupRow & { readonly at: Instant }) | undefined;
    do {
      const rows = (await wakeups.next('all', PAGE, last)).filter(isTimed);
      if (!this.#isOurs) return;
      const until = clock.now() + settings.wakeAheadMs;
      const due = rows.filter(({ at }) => at <= until);
      const wanted = due.filter(({ entity }) => this.#isWanted(entity));
      const next = rows[due.length];
      if (next !== undefined) this.#setFor(next.at);
      await recovery.carryOnMissing(wanted.map(({ entity }) => entity));
      last = due.length === PAGE ? due.at(-1) : undefined;
    } while (last !== undefined && this.#isOurs);
  }

  #isWanted(entity: string): boolean {
    if (this.#parts.settings.recover === 'all') return true;
    return isResource(entity) && prefixOf(entity) !== 'schedule';
  }

  #setFor(wakeAt: Instant): void {
    const { clock, settings } = this.#parts;
    const at = wakeAt - settings.wakeAheadMs;
    if (this.#set !== undefined && this.#set.at <= at) return;
    this.#set?.cancel();
    const cancel = clock.at(at, () => {
      this.#set = undefined;
      void this.look();
    });
    this.#set = { at, cancel };
  }
}

function isTimed(row: WakeupRow): row is WakeupRow & { readonly at: Instant } {
  return row.at !== null;
}
