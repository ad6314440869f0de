/**
 * Time that stands still until a test moves it. Everything that waits on it happens in a fixed order, and ids count up,
 * so that a run can be had again exactly.
 *
 * V1 What is deferred runs before any timer, and promises are followed to their end in between.
 * V2 A timer never runs before its time; those of one instant run in the order in which they were armed.
 * V3 What a killed process had armed or deferred never runs, and nothing it arms later does.
 * V4 What a frozen process had armed or deferred, or is told meanwhile, waits for its thaw and then runs in its order.
 */
import { type Clock, type Instant, uuidv7 } from '@cantata/core';

/** A Tuesday; far from zero, so that a forgotten instant shows. */
export const VIRTUAL_START: Instant = 1_764_000_000_000;

/** Rounds without a pause after which a test is taken to run in a circle. */
const MOST_ROUNDS = 100_000;

interface Armed {
  readonly at: Instant;
  readonly process: VirtualProcess;
  work: () => void;
}

/** One process as the clock sees it: it can be killed, as `kill -9` does it, frozen for a while, and show a wrong time. */
export class VirtualProcess implements Clock {
  readonly #clock: VirtualClock;
  #alive = true;
  /** What is to go on at the thaw; undefined while the process runs. */
  #held: (() => void)[] | undefined;
  /** Added to the time it is shown. */
  skewMs: number = 0;
  /** Told before each turn of work: the place to die at the n-th of them. */
  onTurn: () => void = () => undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  get isFrozen(): boolean {
    return this.#held !== undefined;
  }

  kill(): void {
    this.#alive = false;
    this.#held = undefined;
    this.#clock.forget(this);
  }

  /** Stands still, as a process without processor time does, and knows nothing of it afterwards. */
  freeze(ms: number): void {
    if (!this.#alive || this.#held !== undefined) return;
    const held: (() => void)[] = [];
    this.#held = held;
    this.#clock.at(this.#clock.now() + ms, () => {
      this.#held = undefined;
      for (const work of held) this.defer(work);
    });
  }

  /** Resolves when it runs: at once unless it is frozen, never if it is killed meanwhile. */
  thawed(): Promise<void> | undefined {
    const held = this.#held;
    return held === undefined ? undefined : new Promise((resolve) => void held.push(resolve));
  }

  /** Does a piece of its work, now or at the thaw. For the clock. */
  run(work: () => void): void {
    if (!this.#alive) return;
    if (this.#held !== undefined) return void this.#held.push(work);
    this.onTurn();
    if (this.#alive) work();
  }

  now(): Instant {
    return this.#clock.now() + this.skewMs;
  }

  defer(work: () => void): void {
    if (this.#alive) this.#clock.deferFor(this, work);
  }

  at(at: Instant, work: () => void): () => void {
    return this.#alive ? this.#clock.armFor(this, at - this.skewMs, work) : () => undefined;
  }

  id(): string {
    return this.#clock.id();
  }
}

export class VirtualClock implements Clock {
  #now: Instant;
  #made = 0;
  /** By time, then by age. */
  readonly #timers: Armed[] = [];
  #deferred: Omit<Armed, 'at'>[] = [];
  /** Whoever uses the clock itself. */
  readonly #own: VirtualProcess = new VirtualProcess(this);

  constructor(start: Instant = VIRTUAL_START) {
    this.#now = start;
  }

  /** Timers that are armed, of all processes that live. */
  get armed(): number {
    return this.#timers.length;
  }

  /** When the next timer is due; undefined where none is armed. */
  get next(): Instant | undefined {
    return this.#timers[0]?.at;
  }

  process(): VirtualProcess {
    return new VirtualProcess(this);
  }

  now(): Instant {
    return this.#now;
  }

  defer(work: () => void): void {
    this.deferFor(this.#own, work);
  }

  at(at: Instant, work: () => void): () => void {
    return this.armFor(this.#own, at, work);
  }

  /** A UUIDv7 that counts up. */
  id(): string {
    this.#made += 1;
    const bytes = new Uint8Array(10);
    new DataView(bytes.buffer).setUint32(6, this.#made);
    return uuidv7(this.#now, bytes);
  }

  deferFor(process: VirtualProcess, work: () => void): void {
    this.#deferred.push({ process, work });
  }

  armFor(process: VirtualProcess, at: Instant, work: () => void): () => void {
    // Clocks count whole milliseconds, and stores have columns for nothing else.
    if (!Number.isSafeInteger(at)) throw new Error(`a timer was armed for ${at}`);
    const timer: Armed = { at, process, work };
    this.#timers.splice(this.#placeOf(at), 0, timer);
    return () => {
      // It may be held for the thaw of its process already.
      timer.work = () => undefined;
      const place = this.#timers.indexOf(timer);
      if (place !== -1) this.#timers.splice(place, 1);
    };
  }

  /** Drops what a process has armed and deferred. */
  forget(process: VirtualProcess): void {
    this.#deferred = this.#deferred.filter((entry) => entry.process !== process);
    const kept = this.#timers.filter((entry) => entry.process !== process);
    this.#timers.splice(0, this.#timers.length, ...kept);
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    // A whole turn of the event loop: what was rejected and heard by nobody is noticed here.
    await new Promise((resolve) => void setImmediate(resolve));
    await this.#settleWork();
  }

  /** Moves time on, timer by timer. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await this.settle();
    while (this.#moveOn(target)) await this.#settleWork();
    this.#now = Math.max(this.#now, target);
    await this.#settleWork();
  }

  /** Moves time on until something holds. @throws when it still does not after `mostMs` */
  async until(holds: () => boolean, mostMs: number = 60_000): Promise<void> {
    const limit = this.#now + mostMs;
    await this.settle();
    while (!holds()) {
      if (!this.#moveOn(limit))
        throw new Error(`it does not hold after ${mostMs} ms, ${this.#timers.length} timers are left`);
      await this.#settleWork();
    }
  }

  /** What a promise comes to, with time moved on as far as it needs. @throws when it is not settled after `mostMs` */
  async of<T>(promise: Promise<T>, mostMs: number = 60_000): Promise<T> {
    let settled = false;
    const note = (): void => {
      settled = true;
    };
    promise.then(note, note);
    await this.until(() => settled, mostMs);
    return promise;
  }

  /** The wall clock is set: back with a negative number, forward without any timer noticing. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** To the next timer, if one is due by then. */
  #moveOn(limit: Instant): boolean {
    const next = this.#timers[0];
    if (next === undefined || next.at > limit) return false;
    this.#now = Math.max(this.#now, next.at);
    return true;
  }

  /** What is deferred and due, when no promise can go on; V1. */
  async #settleWork(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const deferred = this.#deferred;
      if (deferred.length > 0) {
        this.#deferred = [];
        for (const { process, work } of deferred) process.run(work);
      } else {
        const due = this.#timers[0];
        if (due === undefined || due.at > this.#now) return;
        this.#timers.shift();
        due.process.run(() => due.work());
      }
      await promises();
    }
    throw new Error('time stands still and work never ends');
  }

  /** Behind those of the same instant. */
  #placeOf(at: Instant): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#timers[middle] as Armed).at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Resolves when every promise that can go on has: a tick that a promise asked for comes when no promise has anything
 * left to do. A turn of the event loop would do too, and costs more than what most rounds are about.
 */
function promises(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
