/** Proves, a page at a time, that every execution that sleeps has a wake-up; one without is woken, loudly. */
import type { ExecutionIndex, WakeupStore } from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import type { Ownership } from './ownership.ts';
import { OPEN, type Recovery } from './recovery.ts';

const PAGE = 1_000;

export interface NightWatchParts {
  readonly executions: ExecutionIndex;
  readonly wakeups: WakeupStore;
  readonly log: Log;
  readonly settings: EngineSettings;
  readonly ownership: Ownership;
  readonly recovery: Pick<Recovery, 'carryOnMissing'>;
}

export class NightWatch {
  readonly #parts: NightWatchParts;
  /** Where the next page begins. */
  #before: string | undefined;
  #isWalking = false;

  constructor(parts: NightWatchParts) {
    this.#parts = parts;
  }

  /** Looks at the next page of sleepers; after the last one at the first again. Never rejects. */
  async page(): Promise<void> {
    const { ownership, settings, log } = this.#parts;
    if (this.#isWalking || ownership.size === 0 || settings.recover !== 'all') return;
    this.#isWalking = true;
    try {
      await this.#check();
    } catch (error) {
      log('warn', 'sleeping executions could not be listed', { message: messageOf(error) });
    }
    this.#isWalking = false;
  }

  async #check(): Promise<void> {
    const { executions, recovery, log } = this.#parts;
    const before = this.#before === undefined ? {} : { before: this.#before };
    const rows = await executions.list({ statuses: OPEN, asleep: true, limit: PAGE, ...before });
    this.#before = rows.length < PAGE ? undefined : rows.at(-1)?.executionId;
    const suspects = await this.#withoutWakeup(rows.map(({ executionId }) => executionId));
    const lost = await this.#withoutWakeup(await this.#asleep(suspects));
    for (const execution of lost)
      log('error', 'a sleeping execution had lost its wake-up and is woken', { execution });
    await recovery.carryOnMissing(lost);
  }

  async #withoutWakeup(ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return ids;
    const known = new Set((await this.#parts.wakeups.of(ids)).map(({ entity }) => entity));
    return ids.filter((id) => !known.has(id));
  }

  /** Rows and wake-ups are read one after the other: who woke in between has neither lost anything nor sleeps. */
  async #asleep(ids: readonly string[]): Promise<readonly string[]> {
    const rows = await Promise.all(ids.map((id) => this.#parts.executions.get(id)));
    return rows.flatMap((row) => (row?.asleep === true ? [row.executionId] : []));
  }
}
