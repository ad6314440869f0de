/**
 * A plan carried out in thought, event by event: what `schedule` reports is what happened here. Picks seats as the
 * engine does. Nothing scans tasks: an event costs the groups of one pool, the pools of one group, and a heap.
 */
import { nth } from '../nth.ts';
import { IndexHeap } from './index-heap.ts';
import type { Limits, Schedulable, Slots } from './schedule.ts';
import { Usage } from './usage.ts';

/** One use: `toTheEnd`, then read. */
export class Simulation {
  /** The moment it has come to. */
  now = 0;
  readonly slots: Slots;
  readonly usage: Usage;
  readonly busyMsOfSeat: Float64Array;
  readonly peakSeatsOfGroup: Uint32Array;

  readonly #plan: Schedulable;
  readonly #items: Uint32Array;
  /** By task: dependencies that have not ended, items that have not started, items that have not ended. */
  readonly #waitsFor: Uint32Array;
  readonly #toStart: Uint32Array;
  readonly #toEnd: Uint32Array;
  /** By task: how many more of its items may be started before one has to end. */
  readonly #room: Float64Array;
  /** By pool: the ready tasks with items to start, by their place in the list. */
  readonly #ready: readonly IndexHeap[];
  readonly #placeOfTask: Float64Array;
  /** By group. Of free seats the first is used, so that what is never needed stands at the end. */
  readonly #free: readonly IndexHeap[];
  /** By pool: its groups that have a free seat. */
  readonly #freeGroups: Uint32Array;
  /** Every pool with a ready task and a free seat, by the place of its first ready task. May hold others too. */
  readonly #open: IndexHeap;
  readonly #placeOfPool: Float64Array;
  /** Busy seats by the end of their item. */
  readonly #busy: IndexHeap;
  readonly #busyUntil: Float64Array;
  readonly #taskOfSeat: Uint32Array;
  /** Tasks that need no seat and have begun, by their end. */
  readonly #waits: IndexHeap;
  readonly #waitsUntil: Float64Array;
  #rows = 0;

  /** `items`: how many each task has, at least 1. `place`: of each task in the list, all different. */
  constructor(plan: Schedulable, limits: Limits, items: Uint32Array, place: Float64Array) {
    const { tasks, seats, groups, pools } = plan;
    this.#plan = plan;
    this.usage = new Usage(plan, limits);
    this.slots = emptySlots(items);
    this.busyMsOfSeat = new Float64Array(seats.length);
    this.peakSeatsOfGroup = new Uint32Array(groups.length);

    this.#items = items;
    this.#waitsFor = plan.graph.indegree.slice();
    this.#toStart = items.slice();
    this.#toEnd = items.slice();
    this.#room = Float64Array.from(
      tasks,
      ({ definition }) => definition.maxConcurrency ?? Number.POSITIVE_INFINITY,
    );
    this.#placeOfTask = place;
    const sizes = new Uint32Array(pools.length);
    for (const { pool } of tasks) sizes[pool] = (sizes[pool] as number) + 1;
    const inReady = new Uint32Array(tasks.length);
    this.#ready = pools.map(({ index }) => new IndexHeap(sizes[index] as number, place, inReady));

    const byNumber = new Float64Array(seats.length);
    const inFree = new Uint32Array(seats.length);
    this.#free = groups.map((group) => {
      const free = new IndexHeap(group.seats.length, byNumber, inFree);
      for (const seat of group.seats) free.push(seat);
      return free;
    });
    this.#freeGroups = Uint32Array.from(pools, (pool) => pool.groups.length);
    this.#placeOfPool = new Float64Array(pools.length);
    this.#open = new IndexHeap(pools.length, this.#placeOfPool);
    this.#busyUntil = new Float64Array(seats.length);
    this.#busy = new IndexHeap(seats.length, this.#busyUntil);
    this.#taskOfSeat = new Uint32Array(seats.length);
    const seatless = plan.seatless === undefined ? 0 : tasks.length;
    this.#waitsUntil = new Float64Array(seatless);
    this.#waits = new IndexHeap(seatless, this.#waitsUntil);
  }

  toTheEnd(): void {
    const busy = this.#busy;
    const waits = this.#waits;
    for (const { index } of this.#plan.tasks) if (this.#waitsFor[index] === 0) this.#makeReady(index);
    this.#fillSeats();
    while (busy.size > 0 || waits.size > 0) {
      this.now = Math.min(this.#nextEnd(), this.#nextWaitEnd());
      while (this.#nextEnd() === this.now) this.#end(busy.pop());
      while (this.#nextWaitEnd() === this.now) this.#endWait(waits.pop());
      this.#fillSeats();
    }
  }

  #nextEnd(): number {
    return this.#busy.size === 0 ? Number.POSITIVE_INFINITY : (this.#busyUntil[this.#busy.head] as number);
  }

  #nextWaitEnd(): number {
    return this.#waits.size === 0 ? Number.POSITIVE_INFINITY : (this.#waitsUntil[this.#waits.head] as number);
  }

  #makeReady(task: number): void {
    const { pool } = nth(this.#plan.tasks, task);
    if (pool === this.#plan.seatless) {
      this.#startWait(task);
      return;
    }
    nth(this.#ready, pool).push(task);
    this.#offer(pool);
  }

  /** Enters a pool among the open ones if it is, or moves it up when its first task is a better one. */
  #offer(pool: number): void {
    const ready = nth(this.#ready, pool);
    if (ready.size === 0 || this.#freeGroups[pool] === 0) return;
    this.#placeOfPool[pool] = this.#placeOfTask[ready.head] as number;
    this.#open.push(pool);
  }

  /** Starts ready items, the first in the list first, until no free seat is left that could take one. */
  #fillSeats(): void {
    const passedOver: number[] = [];
    while (this.#open.size > 0 && this.usage.hasRoom) {
      const pool = this.#open.pop();
      if (this.#freeGroups[pool] === 0) continue;
      const group = this.#freestGroup(pool);
      if (group === -1) passedOver.push(pool);
      else this.#start(pool, group);
    }
    for (const pool of passedOver) this.#offer(pool);
  }

  /** As the engine picks: the group with most free seats, the first of equals. -1 when none fits the limits now. */
  #freestGroup(pool: number): number {
    let best = -1;
    let most = 0;
    for (const group of nth(this.#plan.pools, pool).groups) {
      const free = nth(this.#free, group).size;
      if (free > most && this.usage.fits(group)) {
        most = free;
        best = group;
      }
    }
    return best;
  }

  #start(pool: number, group: number): void {
    const ready = nth(this.#ready, pool);
    const task = ready.head;
    const left = (this.#toStart[task] as number) - 1;
    this.#toStart[task] = left;
    const room = (this.#room[task] as number) - 1;
    this.#room[task] = room;
    if (left === 0 || room === 0) ready.pop();
    const seat = this.#takeSeat(group);
    const { definition, estimate } = nth(this.#plan.tasks, task);
    const end = this.now + estimate.durationMs;
    this.#taskOfSeat[seat] = task;
    this.#busyUntil[seat] = end;
    this.#busy.push(seat);
    this.busyMsOfSeat[seat] = (this.busyMsOfSeat[seat] as number) + estimate.durationMs;

    this.#write(task, definition.parallel ? (this.#items[task] as number) - left - 1 : -1, seat, end);
    this.#offer(pool);
  }

  #write(task: number, item: number, seat: number, end: number): void {
    const row = this.#rows++;
    const { slots } = this;
    slots.task[row] = task;
    slots.item[row] = item;
    slots.seat[row] = seat;
    slots.startMs[row] = this.now;
    slots.endMs[row] = end;
  }

  /** As many items as may be of a task that needs no seat. */
  #startWait(task: number): void {
    const { definition, estimate } = nth(this.#plan.tasks, task);
    const end = this.now + estimate.durationMs;
    const left = this.#toStart[task] as number;
    const now = Math.min(left, definition.maxConcurrency ?? left);
    const first = (this.#items[task] as number) - left;
    for (let item = first; item < first + now; item++)
      this.#write(task, definition.parallel ? item : -1, -1, end);
    this.#toStart[task] = left - now;
    this.#waitsUntil[task] = end;
    this.#waits.push(task);
  }

  #endWait(task: number): void {
    if ((this.#toStart[task] as number) > 0) this.#startWait(task);
    else this.#endTask(task);
  }

  #end(seat: number): void {
    this.#giveSeat(seat);
    const task = this.#taskOfSeat[seat] as number;
    const left = (this.#toEnd[task] as number) - 1;
    this.#toEnd[task] = left;
    const room = (this.#room[task] as number) + 1;
    this.#room[task] = room;
    if (room === 1 && (this.#toStart[task] as number) > 0) this.#makeReady(task);
    if (left === 0) this.#endTask(task);
  }

  #endTask(task: number): void {
    const { offsets, targets } = this.#plan.graph;
    const last = offsets[task + 1] as number;
    for (let edge = offsets[task] as number; edge < last; edge++) {
      const next = targets[edge] as number;
      const waits = (this.#waitsFor[next] as number) - 1;
      this.#waitsFor[next] = waits;
      if (waits === 0) this.#makeReady(next);
    }
  }

  #takeSeat(group: number): number {
    const free = nth(this.#free, group);
    const seat = free.pop();
    this.usage.take(group);
    const { seats, pools } = nth(this.#plan.groups, group);
    const busy = seats.length - free.size;
    if (busy > (this.peakSeatsOfGroup[group] as number)) this.peakSeatsOfGroup[group] = busy;
    if (free.size > 0) return seat;
    for (const pool of pools) this.#freeGroups[pool] = (this.#freeGroups[pool] as number) - 1;
    return seat;
  }

  #giveSeat(seat: number): void {
    const { group } = nth(this.#plan.seats, seat);
    const free = nth(this.#free, group);
    free.push(seat);
    this.usage.give(group);
    if (free.size > 1) return;
    for (const pool of nth(this.#plan.groups, group).pools) {
      this.#freeGroups[pool] = (this.#freeGroups[pool] as number) + 1;
      this.#offer(pool);
    }
  }
}

function emptySlots(items: Uint32Array): Slots {
  let rows = 0;
  for (const count of items) rows += count;
  return {
    task: new Uint32Array(rows),
    item: new Int32Array(rows),
    seat: new Int32Array(rows),
    startMs: new Float64Array(rows),
    endMs: new Float64Array(rows),
  };
}
