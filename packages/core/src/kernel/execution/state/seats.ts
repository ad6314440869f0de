/** Who sits where, and who waits for a seat. */
import type { Plan } from '../../../plan/plan.ts';
import { Queue } from '../../queue.ts';
import type { Load } from '../ceiling.ts';
import { ReadyQueue } from '../ready-queue.ts';
import type { Item } from './item.ts';

/** Who sits where, who waits for a seat, and which pools could go on. */
export interface Seating {
  readonly occupant: (Item | undefined)[];
  /** What all busy seats ask for. */
  readonly used: Load;
  readonly freeOfGroup: readonly Queue<number>[];
  readonly freeInPool: Uint32Array;
  readonly readyOfPool: readonly ReadyQueue[];
  readonly assignable: Set<number>;
  /** Ready items that stand in no queue of a pool, by the name of the group or seat that is to do them. */
  readonly reserved: Map<string, Set<Item>>;
  /** For whom each of them is reserved. */
  readonly reservedFor: Map<Item, string>;
  /** Whoever of `reserved` has a free seat, the longest first. */
  readonly callable: Set<string>;
  /** Counts up with every item that becomes ready: the order in which equals are served. */
  nextOrder: number;
}

export function newSeating(plan: Plan): Seating {
  const freeOfGroup = plan.groups.map((group) => {
    const free = new Queue<number>();
    for (const seat of group.seats) free.push(seat);
    return free;
  });
  return {
    occupant: new Array<Item | undefined>(plan.seats.length).fill(undefined),
    used: { cpuMillis: 0, memoryBytes: 0 },
    freeOfGroup,
    freeInPool: Uint32Array.from(plan.pools, (pool) => pool.seatCount),
    readyOfPool: plan.pools.map(() => new ReadyQueue(plan.places)),
    assignable: new Set(),
    reserved: new Map(),
    reservedFor: new Map(),
    callable: new Set(),
    nextOrder: 0,
  };
}
