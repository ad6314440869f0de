/**
 * Who goes to sleep: entities that only wait, and for long enough. Idle ones are named by the reconciler, which visits
 * every resident anyway. Where more are in memory than are wanted, a hand goes round the residents, a few with every
 * turn of the loop, and takes who has not been touched for a moment: no turn ever looks at all of them.
 */
import { type Clock, hasWakeup, type Instant, type Rest, restOf } from '@cantata/core';
import type { EngineSettings } from '../settings.ts';
import { type Entity, hasEnded, owedBy } from './entity.ts';

export interface SleepersParts {
  readonly clock: Clock;
  readonly settings: EngineSettings;
  readonly residents: ReadonlyMap<string, Entity>;
  /** Whether somebody in this process waits for its end. */
  readonly isAwaited: (id: string) => boolean;
}

/** Bound of those who go with one commit. */
const MOST_AT_ONCE = 500;
/** How many the hand passes in a turn, beside two for each entity that the turn decided for: it outruns any inflow. */
const STEPS = 64;
/** Where there are too many, who was not touched for so long may go. */
const MOMENT_MS = 1_000;

export class Sleepers {
  readonly #parts: SleepersParts;
  /** Whoever was seen to be idle. */
  readonly #drowsy = new Set<string>();
  #hand: Iterator<Entity> | undefined;

  constructor(parts: SleepersParts) {
    this.#parts = parts;
  }

  /** Whether nobody is known who should go with the next commit. */
  get isEmpty(): boolean {
    return this.#drowsy.size === 0;
  }

  /** It was seen at a quiet moment: if it has been quiet for long, it goes with the next commit. Whether it does. */
  notice(entity: Entity): boolean {
    const { clock, settings } = this.#parts;
    const isIdle = clock.now() - entity.touchedAt >= settings.sleepAfterIdleMs;
    if (!isIdle || this.#restOf(entity) === undefined) return false;
    this.#drowsy.add(entity.id);
    return true;
  }

  forget(): void {
    this.#drowsy.clear();
    this.#hand = undefined;
  }

  /** Who goes to sleep with this commit, and until when; nobody whom it concerns otherwise. */
  *pick(concerned: ReadonlySet<Entity>): Iterable<readonly [Entity, Rest]> {
    let picked = 0;
    for (const entity of this.#candidates(concerned.size)) {
      const rest = concerned.has(entity) ? undefined : this.#restOf(entity);
      if (rest === undefined) continue;
      yield [entity, rest];
      picked += 1;
      if (picked === MOST_AT_ONCE) return;
    }
  }

  *#candidates(concerned: number): Iterable<Entity> {
    const { clock, settings, residents } = this.#parts;
    for (const id of this.#drowsy) {
      this.#drowsy.delete(id);
      const entity = residents.get(id);
      if (entity !== undefined) yield entity;
    }
    let excess = residents.size - settings.maxResidents;
    const quietSince = clock.now() - MOMENT_MS;
    for (let steps = STEPS + 2 * concerned; steps > 0 && excess > 0; steps--) {
      const entity = this.#next();
      if (entity === undefined || entity.touchedAt > quietSince) continue;
      excess -= 1;
      yield entity;
    }
  }

  #next(): Entity | undefined {
    this.#hand ??= this.#parts.residents.values();
    const next = this.#hand.next();
    if (next.done !== true) return next.value;
    this.#hand = undefined;
    return undefined;
  }

  /** Undefined for one that must stay. Where nobody but a person would wake others, nothing sleeps. */
  #restOf(entity: Entity): Rest | undefined {
    const { clock, settings, isAwaited } = this.#parts;
    if (settings.recover !== 'all' || hasEnded(entity) || isAwaited(entity.id)) return undefined;
    // What nothing would ever wake is the reconciler's to find, in memory.
    if (entity.kind === 'execution' && !hasWakeup(entity.state)) return undefined;
    const rest = restOf(owedBy(entity));
    return rest !== undefined && isFar(rest.wakeAt, clock.now() + settings.leastSleepMs) ? rest : undefined;
  }
}

function isFar(wakeAt: Instant | undefined, least: Instant): boolean {
  return wakeAt === undefined || wakeAt >= least;
}
