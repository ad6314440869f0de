/**
 * What one commit says of sleep: who leaves memory with it and until when, and whose wake-up is over. A resource that owes
 * a timer has a wake-up awake or asleep: no row of its own says that it is open, so after a crash it is found by that.
 */
import { type Instant, restOf, type WakeupRow } from '@cantata/core';
import { type Entity, owedBy } from './entity.ts';

export class Rests {
  readonly #sleeping = new Map<Entity, Instant | undefined>();
  /** What the store will know once the commit went through. */
  readonly #after = new Map<Entity, Entity['wakeup']>();

  /** Who sleeps once the commit went through. */
  get sleeping(): Iterable<Entity> {
    return this.#sleeping.keys();
  }

  get isEmpty(): boolean {
    return this.#sleeping.size === 0;
  }

  sleep(entity: Entity, wakeAt: Instant | undefined): void {
    this.#sleeping.set(entity, wakeAt);
  }

  isAsleep(entity: Entity): boolean {
    return this.#sleeping.has(entity);
  }

  /** O(entities that are written to), and what they owe where they are resources. */
  of(touched: Iterable<Entity>): {
    readonly wakeups: readonly WakeupRow[];
    readonly woken: readonly string[];
  } {
    const wakeups: WakeupRow[] = [];
    const woken: string[] = [];
    const put = (entity: Entity, at: Instant | null | undefined): void => {
      this.#after.set(entity, at);
      if (at !== undefined) wakeups.push({ entity: entity.id, shard: entity.shard, at });
      else if (entity.wakeup !== undefined) woken.push(entity.id);
    };
    for (const entity of touched) {
      if (entity.kind === 'resource') {
        const wakeAt = restOf(owedBy(entity))?.wakeAt;
        if (wakeAt !== entity.wakeup) put(entity, wakeAt);
      } else if (this.#sleeping.has(entity)) put(entity, this.#sleeping.get(entity) ?? null);
      else if (entity.wakeup !== undefined) put(entity, undefined);
    }
    return { wakeups, woken };
  }

  /** The commit went through. */
  committed(): void {
    for (const [entity, wakeup] of this.#after) entity.wakeup = wakeup;
  }
}
