/** One execution of a tested workflow, and the hand that moves its time. */
import type { Instant, Json, PublishedEvent, TaskError } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Cast } from './cast.ts';
import { milliseconds } from './script.ts';

export type RunEvent = PublishedEvent;

/** One call of an agent. */
export interface Performed {
  /** `research`, or `research[2]` for an item. */
  readonly place: string;
  readonly attempt: number;
  readonly agentType: string;
  readonly idempotencyKey: string;
  readonly input: Json;
  /** Virtual time, in milliseconds since the Unix epoch. */
  readonly at: Instant;
}

const OPEN: ReadonlySet<string> = new Set(['planning', 'allocating', 'running', 'paused']);
/** Events that are read; no test has more. */
const MOST_EVENTS = 100_000;

export class WorkflowRun {
  readonly id: string;
  /** `running`, `paused`, `completed`, `failed`, `cancelled`, ... */
  status: string = 'planning';
  /** The result; undefined unless it has completed. */
  output: Json | undefined;
  /** Why it failed; undefined unless it has. */
  error: TaskError | undefined;
  /** Everything that has happened, as it is published. */
  events: readonly RunEvent[] = [];
  readonly #engine: Engine;
  readonly #clock: VirtualClock;
  readonly #cast: Cast;

  constructor(id: string, engine: Engine, clock: VirtualClock, cast: Cast) {
    this.id = id;
    this.#engine = engine;
    this.#clock = clock;
    this.#cast = cast;
  }

  /** Calls of agents, in their order. */
  get performed(): readonly Performed[] {
    return this.#cast.performed;
  }

  get hasEnded(): boolean {
    return !OPEN.has(this.status);
  }

  /** Virtual time. */
  get now(): Instant {
    return this.#clock.now();
  }

  /** What it waits for, in sentences; the first one speaks of the whole. */
  async why(): Promise<readonly string[]> {
    return (await this.#engine.reader.why(this.id)).map(({ sentence }) => sentence);
  }

  /** Moves time on: `advance('1h')`, or milliseconds. Everything that is due meanwhile happens in its order. */
  async advance(duration: string | number): Promise<this> {
    const until = this.#clock.now() + milliseconds(duration);
    while (this.#clock.now() < until) await this.#moveTo(Math.min(until, this.#clock.next ?? until));
    return this.settle();
  }

  /**
   * Moves time on until it has ended.
   * @throws Error with what it waits for, when it still has not after `most` (30 days unless given)
   */
  async finish(most: string | number = '30d'): Promise<this> {
    const until = this.#clock.now() + milliseconds(most);
    await this.settle();
    while (!this.hasEnded && (this.#clock.next ?? until) < until) {
      await this.#moveTo(this.#clock.next ?? until);
      await this.#look();
    }
    if (this.hasEnded) return this;
    throw new Error(`it has not ended after ${most}: ${(await this.why()).join(' ')}`);
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<this> {
    await this.#cast.settle();
    await this.#look();
    return this;
  }

  /** Lets running attempts finish and starts nothing new. */
  async pause(reason?: string): Promise<this> {
    return this.#tell(() => this.#engine.pause(this.id, 'test', reason));
  }

  async resume(): Promise<this> {
    return this.#tell(() => this.#engine.resume(this.id, 'test'));
  }

  async cancel(reason?: string): Promise<this> {
    return this.#tell(() => this.#engine.cancel(this.id, 'test', reason));
  }

  /** Tells it something from outside, as `wait: { signal }` awaits it. */
  async signal(signal: string, data: Json = null): Promise<this> {
    return this.#tell(() => this.#engine.signal(this.id, { signal, data, by: 'test' }));
  }

  /** Answers what a task asks, as `wait: { approval }` does, or an item or turn of it: `solve[3]`. */
  async approve(place: string, output?: Json): Promise<this> {
    const given = output === undefined ? {} : { output };
    return this.#tell(() =>
      this.#engine.answer(this.id, { ...placeOf(place), decision: 'approved', ...given, by: 'test' }),
    );
  }

  async reject(place: string, reason?: string): Promise<this> {
    const given = reason === undefined ? {} : { reason };
    return this.#tell(() =>
      this.#engine.answer(this.id, { ...placeOf(place), decision: 'rejected', ...given, by: 'test' }),
    );
  }

  async #tell(command: () => Promise<unknown>): Promise<this> {
    await this.#clock.of(command());
    return this.settle();
  }

  async #moveTo(instant: Instant): Promise<void> {
    await this.#clock.advance(instant - this.#clock.now());
    await this.#cast.settle();
  }

  async #look(): Promise<void> {
    const { status, output, error_details: error } = await this.#engine.reader.status(this.id);
    this.status = status;
    this.output = status === 'completed' ? output : undefined;
    this.error = error ?? undefined;
    this.events = await this.#engine.reader.events(this.id, 0, MOST_EVENTS);
  }
}

function placeOf(place: string): { readonly task: string; readonly item?: number } {
  const [, task = place, item] = /^(.+)\[(\d+)\]$/.exec(place) ?? [];
  return item === undefined ? { task } : { task, item: Number(item) };
}
