/**
 * Carries open executions on that nobody carries: all that are awake when the shards become ours, and later whatever is
 * found awake in the store without being in memory; sleepers come back by their wake-ups. Where only what is asked for is carried on, that is what was in hand when
 * the shards were lost, what somebody waits for, and the sub-workflows of those. A page at a time, so that a million open ones cost rows, not memory.
 */
import { type Clock, CONTINUE, type ExecutionIndex, type Instant, isResource, shardOf } from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import type { Entity, ExecutionEntity } from './entity.ts';
import type { Outcome } from './input.ts';
import type { ShardLoop } from './loop.ts';
import type { Ownership } from './ownership.ts';
import type { Parking } from './parking.ts';

/** Statuses that are no end. */
export const OPEN: readonly string[] = ['planning', 'allocating', 'running', 'paused', 'compensating'];
const PAGE = 500;
/** There is nothing to carry on. */
const GONE: ReadonlySet<string> = new Set(['execution_not_found', 'already_ended']);

export interface RecoveryParts {
  readonly executions: ExecutionIndex;
  readonly clock: Clock;
  readonly log: Log;
  readonly loop: ShardLoop;
  readonly ownership: Ownership;
  readonly parking: Parking;
  readonly settings: EngineSettings;
}

export class Recovery {
  readonly #parts: RecoveryParts;
  /** Where the next page begins. */
  #before: string | undefined;
  /** When this engine began to be. */
  readonly #since: Instant;
  /** What is to be in hand and is not: it was when the shards were lost, or a parent that is waits for it. */
  readonly #left = new Set<string>();
  #asking: Promise<boolean> | undefined;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
    this.#since = parts.clock.now();
  }

  /** The shards are about to be somebody else's: what is in memory was asked for here. */
  leave(): void {
    if (this.#parts.settings.recover === 'all') return;
    for (const id of this.#parts.loop.residents.keys()) if (!isResource(id)) this.#left.add(id);
  }

  /** The shards are ours: everything that is open, or was ours before, is ours to carry on. */
  async takeOver(): Promise<void> {
    // A page that was begun before knows nothing of what came since.
    await this.#asking;
    this.#before = undefined;
    while (await this.page()) {
      // The next page, when this one is in memory.
    }
  }

  /** Carries on what the next page of open executions lacks. Whether there are more pages. */
  async page(): Promise<boolean> {
    const { settings, ownership } = this.#parts;
    if (this.#asking !== undefined || ownership.size === 0) return false;
    this.#asking = settings.recover === 'all' ? this.#ofOpen() : this.#ofLeft();
    try {
      return await this.#asking;
    } finally {
      this.#asking = undefined;
    }
  }

  async #ofOpen(): Promise<boolean> {
    try {
      const before = this.#before === undefined ? {} : { before: this.#before };
      const rows = await this.#parts.executions.list({
        statuses: OPEN,
        asleep: false,
        limit: PAGE,
        ...before,
      });
      this.#before = rows.length < PAGE ? undefined : rows.at(-1)?.executionId;
      await this.carryOnMissing(rows.map(({ executionId }) => executionId));
      return this.#before !== undefined;
    } catch (error) {
      // The next round of the reconciler goes on from here.
      this.#parts.log('warn', 'open executions could not be listed', { message: messageOf(error) });
      return false;
    }
  }

  /** What cannot be read yet stays for the next round of the reconciler. */
  async #ofLeft(): Promise<boolean> {
    const page = [...this.#left].slice(0, PAGE);
    const before = this.#left.size;
    await Promise.all(
      page.map(async (id) => {
        const outcome = await this.#carryOn(id);
        const isKnown = outcome.kind === 'accepted' || GONE.has(outcome.code);
        if (isKnown || this.#parts.parking.reason(id) !== undefined) this.#left.delete(id);
      }),
    );
    return this.#left.size > 0 && this.#left.size < before;
  }

  /** Somebody here waits for its end: nobody else would carry it on while the shards are ours. */
  ask(executionId: string): void {
    if (!this.#parts.ownership.owns(shardOf(executionId)) || !this.#isMissing(executionId)) return;
    void this.#carryOn(executionId);
  }

  /**
   * It was read. Where all that is open is carried on, so are its children, and everybody knows. Else they are asked for
   * with it; and where nothing has happened to it by that, its log says so: other processes tell by its last event whether
   * this one drives it.
   */
  read(entity: Entity): void {
    if (this.#parts.settings.recover === 'all' || entity.kind !== 'execution') return;
    for (const child of childrenOf(entity)) if (this.#isMissing(child)) this.#left.add(child);
    void this.page();
    if (entity.state.status.kind === 'running' && entity.state.lastAt < this.#since) this.#witness(entity);
  }

  #witness({ id }: ExecutionEntity): void {
    const { clock, loop } = this.#parts;
    const command = { type: 'checkpoint', checkpoint: clock.id(), cause: 'takeover' } as const;
    loop.submit({ entity: id, command, causation: 'takeover', actor: 'engine' });
  }

  /** Carries on those of them that are not in memory, or on their way. Resolves when they are. */
  async carryOnMissing(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const underway = this.#parts.loop.underway();
    const missing = ids.filter((id) => this.#isMissing(id, underway));
    await Promise.all(missing.map((id) => this.#carryOn(id)));
  }

  #isMissing(id: string, underway: ReadonlySet<string> = this.#parts.loop.underway()): boolean {
    const { loop, parking } = this.#parts;
    return !loop.residents.has(id) && !underway.has(id) && parking.reason(id) === undefined;
  }

  /** Resolves when it is in memory, or something keeps it from being; then a later page finds it again. */
  #carryOn(entity: string): Promise<Outcome> {
    return new Promise((reply) => {
      this.#parts.loop.submit({ entity, command: CONTINUE, causation: 'recovery', actor: 'engine', reply });
    });
  }
}

/** Those it waits for, and those it gave up, which may still be stopped or undone. What has ended is known by its row. */
function* childrenOf({ state }: ExecutionEntity): Iterable<string> {
  for (const { items } of state.tasks)
    for (const { child, status } of items)
      if (child !== undefined && status.kind !== 'completed') yield child;
}
