/** Whatever happens at random, each hears every event of its filter exactly once and in order. */

import type { CantataError, PublishedEvent, Store, WorkflowVersion } from '@cantata/core';
import { answers, answersLate, Dice, hangs, throws } from '@cantata/testing';
import { LossyBus } from '@cantata/testing/simulator';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';
import { expected, feedOf, Listener, SMALL } from './listening.suite.ts';
import type { FeedFilter } from './messages.ts';

const STEPS = 60;
const TENANTS = ['default', 'acme'];

/** Several processes on one store, each with a bus that fails; the first owns the shards. */
class Storm {
  readonly #world: World;
  /** Without faults. */
  readonly #plain: Store;
  readonly #dice: Dice;
  readonly #buses = [new LossyBus(), new LossyBus()];
  readonly listeners: Listener[] = [];
  readonly #executions: string[] = [];
  readonly #workflows: WorkflowVersion[] = [];
  readonly processes: Process[] = [];
  readonly #feeds: ReturnType<typeof feedOf>[] = [];

  constructor(world: World, plain: Store, dice: Dice) {
    this.#world = world;
    this.#plain = plain;
    this.#dice = dice;
  }

  async begin(): Promise<void> {
    for (const bus of this.#buses) {
      const process = await this.#world.process({ bus });
      this.processes.push(process);
      const page = this.#dice.between(1, 9);
      const bounds = {
        page,
        kept: this.#dice.between(1, 9),
        keptCharacters: SMALL.keptCharacters,
        givenCharacters: page * 400,
      };
      this.#feeds.push(feedOf(process, { bounds }));
    }
    const lines = [answers('done'), answersLate(30), throws(), hangs()];
    for (const task of ['a', 'b', 'c'])
      this.#world.agents.on(task, ...lines.map(() => this.#dice.pick(lines)));
    this.#world.agents.otherwise(answers('done'));
    for (const tenant of TENANTS) {
      for (let n = 0; n < 2; n++) {
        const tasks = { a: [], b: [], c: ['a'], d: ['b', 'c'] };
        this.#workflows.push(await this.#world.workflow(this.#owner, { tasks }, tenant));
      }
    }
  }

  get #owner(): Process {
    return this.processes[0] as Process;
  }

  async step(): Promise<void> {
    const dice = this.#dice;
    const deeds = [
      () => this.#start(),
      () => this.#start(),
      () => this.#join(),
      () => this.#join(),
      () => this.#leave(),
      () => this.#slow(),
      () => this.#fail(),
      () => this.#world.clock.advance(dice.pick([0, 1, 40, 700])),
      () => this.#world.clock.advance(dice.pick([0, 1, 40, 700])),
    ];
    await dice.pick(deeds)();
  }

  async #start(): Promise<void> {
    const starts = Array.from({ length: this.#dice.between(1, 4) }, () =>
      this.#owner.engine.start({ workflow: this.#dice.pick(this.#workflows), input: null, by: 'ann' }),
    );
    this.#executions.push(...(await this.#world.clock.of(Promise.all(starts))));
  }

  #filter(): FeedFilter {
    const dice = this.#dice;
    const tenant = dice.pick(TENANTS);
    const filter = dice.chance(0.4)
      ? { tenant, workflowId: dice.pick(this.#workflows).workflowId }
      : { tenant };
    const executionId =
      dice.chance(0.4) && this.#executions.length > 0 ? dice.pick(this.#executions) : undefined;
    return executionId === undefined ? filter : { ...filter, executionId };
  }

  async #join(): Promise<void> {
    const feed = this.#dice.pick(this.#feeds);
    const after = this.#dice.chance(0.4) ? 'now' : this.#dice.between(0, await this.#plain.feed.end());
    const listener = new Listener(this.#filter());
    if (this.#dice.chance(0.3)) listener.hold();
    const joining = listener.join(feed, after);
    joining.catch(() => undefined);
    if (this.#dice.chance(0.5)) await this.#start();
    try {
      this.listeners.push(await this.#world.clock.of(joining));
    } catch (error) {
      // The store failed as it began: that is told at once, and it may try again.
      expect((error as CantataError).code).toMatch(/^store_/);
    }
  }

  #leave(): Promise<void> {
    if (this.listeners.length > 0 && this.#dice.chance(0.5))
      this.#dice.pick(this.listeners).subscription?.close();
    return this.#world.clock.settle();
  }

  #slow(): Promise<void> {
    if (this.listeners.length > 0) {
      const listener = this.#dice.pick(this.listeners);
      if (this.#dice.chance(0.5)) listener.hold();
      else listener.letGo();
    }
    return this.#world.clock.settle();
  }

  async #fail(): Promise<void> {
    const dice = this.#dice;
    const bus = dice.pick(this.#buses);
    const count = dice.between(1, 4);
    dice.pick([
      () => bus.lose(count),
      () => bus.refuse(count),
      () => bus.double(count),
      () => bus.swap(count),
    ])();
    const { store } = dice.pick(this.processes);
    const scope = { times: count, after: dice.below(3) };
    dice.pick([
      () => store.refuse('feed.read', 'store_busy', scope),
      () => store.refuse('executions.removals', 'store_unavailable', scope),
      () => store.answerLate('feed.read', dice.between(1, 300), scope),
      () => store.delay('feed.read', dice.between(1, 300), scope),
      () => store.delay('feed.end', dice.between(1, 50), scope),
    ])();
  }

  async end(): Promise<void> {
    for (const { store } of this.processes) store.heal();
    for (const bus of this.#buses) bus.heal();
    for (const listener of this.listeners) listener.letGo();
    await this.#world.clock.advance(20_000);
  }
}

/** One seed is another one in the next storm. */
const SEEDS = Array.from({ length: 12 }, (_, n) => n + 1);

describe.each(STORES)('listeners of two processes on one %s store', (name, share) => {
  it.each(name === 'memory' ? SEEDS : SEEDS.slice(0, 3))(
    'hear every event of their filters once and in order, whatever happens (seed %i)',
    (seed) =>
      inWorld(share, async (world) => {
        const store = await world.store();
        const storm = new Storm(world, store, new Dice(seed));
        await storm.begin();
        for (let n = 0; n < STEPS; n++) await storm.step();
        await storm.end();
        const { engine } = storm.processes[0] as Process;
        const published = new Map<string, readonly PublishedEvent[]>();
        let heardInAll = 0;
        for (const listener of storm.listeners) {
          const { filter, from, offsets, end, heard } = listener;
          const all = await expected(store, filter, from);
          if (end === 'closed') expect(offsets).toEqual(all.slice(0, offsets.length));
          else expect({ filter, from, offsets, end }).toEqual({ filter, from, offsets: all, end: undefined });
          for (const { executionId, published: events } of heard) {
            const own =
              published.get(executionId) ?? (await world.clock.of(engine.reader.events(executionId)));
            published.set(executionId, own);
            expect(events[0]).toEqual(own[(events[0]?.sequence ?? 0) - 1]);
          }
          heardInAll += heard.length;
        }
        expect(heardInAll).toBeGreaterThan(100);
      })(),
    30_000,
  );
});
