/** Does what the world owes an entity once the commit is safe: hands out attempts, stops agents, sets timers. */
import { type Effect, timerKey } from '@cantata/core';
import type { Dispatcher } from '../agents/dispatcher.ts';
import type { Children } from './children.ts';
import { type Command, type Entity, owedBy } from './entity.ts';
import type { Holders } from './holders.ts';
import type { Decided, Input } from './input.ts';
import type { Timers } from './timers.ts';

type Arm = Extract<Effect, { kind: 'arm' }>;

export interface PerformerParts {
  readonly timers: Timers;
  readonly dispatcher: Dispatcher;
  readonly holders: Holders;
  readonly children: Children;
  readonly submit: (input: Input) => void;
  /** An entity was read, and stands in memory. */
  readonly onRead: (entity: Entity) => void;
}

export class Performer {
  readonly #timers: Timers;
  readonly #dispatcher: Dispatcher;
  readonly #holders: Holders;
  readonly #children: Children;
  readonly #submit: (input: Input) => void;
  readonly #onRead: (entity: Entity) => void;
  /** Keys of the timers of each entity, so that an evicted one leaves none behind. */
  readonly #timersOf = new Map<string, Set<string>>();

  constructor({ timers, dispatcher, holders, children, submit, onRead }: PerformerParts) {
    this.#timers = timers;
    this.#dispatcher = dispatcher;
    this.#holders = holders;
    this.#children = children;
    this.#submit = submit;
    this.#onRead = onRead;
  }

  /** `owed` tells an effect listed at load from a new one: an owed attempt that does not run here was lost. */
  perform(entity: Entity, effect: Effect, owed: boolean): void {
    switch (effect.kind) {
      case 'dispatch':
        if (entity.kind === 'execution') this.#dispatcher.dispatch(entity.state, effect, owed);
        return;
      case 'cancel_agent':
        if (entity.kind === 'execution') this.#dispatcher.cancel(entity.state, effect);
        return;
      case 'start_child':
        if (entity.kind === 'execution') void this.#children.start(entity.state, effect);
        return;
      case 'ask_holder':
        return void this.#holders.ask(entity.id, effect.holder);
      case 'arm':
        return this.#arm(entity, effect);
      case 'disarm':
        return this.#disarm(entity.id, timerKey(effect.timer));
      case 'continue':
      case 'snapshot':
        // The loop deals with these two itself.
        return;
      default:
        return effect satisfies never;
    }
  }

  /** The entity was just read: whatever runs for it without being owed is stopped. */
  loaded(entity: Entity): void {
    if (entity.kind === 'execution') this.#dispatcher.prune(entity.state);
    this.#onRead(entity);
  }

  /** The entity left memory: its timers go. Its agents go on; their answers bring it back. */
  forget(id: string): void {
    for (const key of this.#timersOf.get(id) ?? []) this.#timers.disarm(`${id}|${key}`);
    this.#timersOf.delete(id);
    this.#dispatcher.left(id);
  }

  /** The execution ended: nothing is owed to it any more. */
  ended(id: string): void {
    this.#dispatcher.ended(id);
  }

  hasTimer(id: string, key: string): boolean {
    return this.#timers.has(`${id}|${key}`);
  }

  #arm(entity: Entity, arm: Arm): void {
    const { id } = entity;
    const key = timerKey(arm.timer);
    let keys = this.#timersOf.get(id);
    if (keys === undefined) {
      keys = new Set();
      this.#timersOf.set(id, keys);
    }
    keys.add(key);
    this.#timers.arm(`${id}|${key}`, arm.at, () => {
      this.#forgetKey(id, key);
      this.#submit({
        entity: id,
        command: { type: 'timer', timer: arm.timer } as Command,
        causation: `timer:${key}`,
        actor: 'engine',
        settled: (decided) => this.#rang(arm, decided),
      });
    });
  }

  /** The clock was set back after it rang: the law saw a timer that was early, and still waits for it. */
  #rang({ timer, at }: Arm, decided: Decided | undefined): void {
    if (decided === undefined || decided.at >= at) return;
    const { entity } = decided;
    const key = timerKey(timer);
    if (this.hasTimer(entity.id, key)) return;
    for (const owed of owedBy(entity))
      if (owed.kind === 'arm' && timerKey(owed.timer) === key) return this.#arm(entity, owed);
  }

  #disarm(id: string, key: string): void {
    if (this.#forgetKey(id, key)) this.#timers.disarm(`${id}|${key}`);
  }

  #forgetKey(id: string, key: string): boolean {
    const keys = this.#timersOf.get(id);
    if (keys?.delete(key) !== true) return false;
    if (keys.size === 0) this.#timersOf.delete(id);
    return true;
  }
}
