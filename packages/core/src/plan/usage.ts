/** What the busy seats of a schedule ask for at the moment, the most they ever asked for, and what may be added. */
import { CantataError } from '../errors.ts';
import { nth } from '../nth.ts';
import type { Limits, Schedulable } from './schedule.ts';

/** An amount of everything that is limited. */
interface Amount {
  seats: number;
  cpuMillis: number;
  memoryBytes: number;
}

export class Usage {
  readonly peak: Readonly<Amount>;
  readonly #peak: Amount = { seats: 0, cpuMillis: 0, memoryBytes: 0 };
  readonly #now: Amount = { seats: 0, cpuMillis: 0, memoryBytes: 0 };
  readonly #limit: Readonly<Amount>;
  /** What a seat of each group asks for, and the least that any group does. */
  readonly #demands: readonly Readonly<Amount>[];
  readonly #least: Readonly<Amount>;

  /** @throws CantataError `limits_too_low` when no group that may do a task fits the limits on its own. */
  constructor(plan: Schedulable, limits: Limits) {
    const none = Number.POSITIVE_INFINITY;
    const { seats = none, cpuMillis = none, memoryBytes = none } = limits;
    this.#limit = { seats, cpuMillis, memoryBytes };
    this.peak = this.#peak;
    this.#demands = plan.groups.map(({ definition: { resources } }) => ({
      seats: 1,
      cpuMillis: resources.cpuMillis ?? 0,
      memoryBytes: resources.memoryBytes ?? 0,
    }));
    this.#least = this.#demands.reduce(smaller, { seats: 1, cpuMillis: none, memoryBytes: none });
    const fitting = plan.pools.map(
      ({ groups }) => groups.length === 0 || groups.some((group) => this.fits(group)),
    );
    const homeless = plan.tasks.find(({ pool }) => !nth(fitting, pool));
    if (homeless !== undefined) {
      throw new CantataError(
        'limits_too_low',
        `no agent that can do the task ${homeless.id} fits the limits`,
      );
    }
  }

  /** False if no seat of any group fits any more; cheap. */
  get hasRoom(): boolean {
    return this.#fits(this.#least);
  }

  /** Whether one more seat of a group fits. */
  fits(group: number): boolean {
    return this.#fits(nth(this.#demands, group));
  }

  take(group: number): void {
    const now = this.#now;
    const { cpuMillis, memoryBytes } = nth(this.#demands, group);
    now.seats += 1;
    now.cpuMillis += cpuMillis;
    now.memoryBytes += memoryBytes;
    const peak = this.#peak;
    if (now.seats > peak.seats) peak.seats = now.seats;
    if (now.cpuMillis > peak.cpuMillis) peak.cpuMillis = now.cpuMillis;
    if (now.memoryBytes > peak.memoryBytes) peak.memoryBytes = now.memoryBytes;
  }

  give(group: number): void {
    const now = this.#now;
    const { cpuMillis, memoryBytes } = nth(this.#demands, group);
    now.seats -= 1;
    now.cpuMillis -= cpuMillis;
    now.memoryBytes -= memoryBytes;
  }

  #fits(demand: Readonly<Amount>): boolean {
    const now = this.#now;
    const limit = this.#limit;
    return (
      now.seats + demand.seats <= limit.seats &&
      now.cpuMillis + demand.cpuMillis <= limit.cpuMillis &&
      now.memoryBytes + demand.memoryBytes <= limit.memoryBytes
    );
  }
}

function smaller(a: Readonly<Amount>, b: Readonly<Amount>): Readonly<Amount> {
  return {
    seats: Math.min(a.seats, b.seats),
    cpuMillis: Math.min(a.cpuMillis, b.cpuMillis),
    memoryBytes: Math.min(a.memoryBytes, b.memoryBytes),
  };
}
