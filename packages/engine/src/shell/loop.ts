/**
 * The shard loop: decide, evolve at once, append with the group; then show, publish and perform.
 *
 * E1 Decisions of one batch build on each other; nobody outside sees them before the commit.
 * E2 One commit is in flight at a time, so positions never commit out of order.
 * E3 A refused or unanswered commit evicts every entity in it: memory is never ahead of the store.
 * E4 An input is answered exactly once: with the commit of what it caused, or with the reason it was not done.
 * E5 An entity whose law throws is parked alone; all others go on.
 */
import {
  CantataError,
  type Clock,
  CONTINUE,
  type Codec,
  isEnded,
  type Message,
  type Span,
  type Step,
  type Store,
  shardOf,
} from '@cantata/core';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import { Batch, type Reply } from './batch.ts';
import { decideOn, type Entity, type Event } from './entity.ts';
import { type Input, type Outcome, rejected } from './input.ts';
import type { Loader } from './loader.ts';
import type { Ownership } from './ownership.ts';
import type { Parking } from './parking.ts';
import type { Performer } from './performer.ts';
import { sleep } from './sleep.ts';

export interface LoopParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly codec: Codec;
  readonly log: Log;
  readonly settings: EngineSettings;
  readonly ownership: Ownership;
  readonly loader: Loader;
  readonly parking: Parking;
  /** Does what the world owes, after the commit. */
  readonly performer: Performer;
  /** The plan of a fresh execution, which is at hand because its start looked it up. */
  readonly newEntity: (id: string, input: Input) => Entity | undefined;
  /** Messages without their entity at hand were written to the inbox. */
  readonly onPosted: () => void;
  readonly onCommitted: (spans: readonly Span[], entities: Iterable<Entity>) => void;
  /** Another engine owns the shards now. */
  readonly onFenced: (error: CantataError) => void;
  /** Asks the store for epochs and positions; false when the shards are another's. */
  readonly resync: () => Promise<boolean>;
}

/** Pause before the store is asked again, doubled with every refusal in a row. */
const FIRST_PAUSE_MS = 25;
const MAX_DOUBLINGS = 6;

export class ShardLoop {
  readonly #parts: LoopParts;
  readonly #residents = new Map<string, Entity>();
  /** Inputs of entities that are being read. */
  readonly #loading = new Map<string, Input[]>();
  /** Inputs for what does not exist: refused with the next commit, which removes their inbox rows. */
  readonly #unfounded: Reply[] = [];
  #queue: Input[] = [];
  #scheduled = false;
  #committing = false;
  #closed = false;
  /** Refused commits in a row. */
  #failures = 0;
  /** A commit was refused or its answer lost: what the store holds must be asked before the next. */
  #isStale = false;
  /** After the store refused data: so many commits of one input each, so that the culprit shows itself. */
  #isolated = 0;
  readonly #idle: (() => void)[] = [];

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  get residents(): ReadonlyMap<string, Entity> {
    return this.#residents;
  }

  /** Takes an input; never throws. A full queue refuses callers, but never answers, timers or messages. */
  submit(input: Input): void {
    if (this.#closed) {
      input.reply?.(rejected(new CantataError('engine_closed', 'the engine is closed', { retryable: true })));
      return;
    }
    if (input.reply !== undefined && this.#queue.length >= this.#parts.settings.maxQueuedInputs) {
      const message = `${this.#queue.length} commands wait to be decided`;
      input.reply(rejected(new CantataError('engine_busy', message, { retryable: true })));
      return;
    }
    this.#queue.push(input);
    this.#schedule();
  }

  /** Resolves when nothing is queued, being read or being committed. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Takes no more inputs; what is queued and not yet decided is answered with `engine_closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const input of this.#queue.splice(0)) {
      input.reply?.(
        rejected(new CantataError('engine_closed', 'the engine is closing', { retryable: true })),
      );
    }
    await this.idle();
    this.#residents.clear();
  }

  /** Forgets everything in memory: the shards are somebody else's. */
  evictAll(): void {
    for (const id of [...this.#residents.keys()]) this.#evict(id);
  }

  #schedule(): void {
    if (this.#scheduled || this.#committing) return;
    if (this.#queue.length === 0 && this.#unfounded.length === 0) return;
    this.#scheduled = true;
    this.#parts.clock.defer(() => {
      this.#scheduled = false;
      void this.#turn();
    });
  }

  async #turn(): Promise<void> {
    if (this.#committing) return;
    this.#committing = true;
    if (await this.#isReady()) await this.#commit(this.#gather());
    this.#committing = false;
    this.#schedule();
    this.#noticeIdle();
  }

  async #commit(batch: Batch): Promise<void> {
    if (batch.isEmpty) return this.#settle(batch, []);
    try {
      await this.#parts.store.log.commit(batch.commit());
    } catch (error) {
      return this.#refused(batch, asError(error));
    }
    this.#failures = 0;
    if (this.#isolated > 0) this.#isolated -= 1;
    this.#settle(batch, batch.committed());
  }

  #noticeIdle(): void {
    if (this.#isIdle()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #isIdle(): boolean {
    return (
      this.#queue.length === 0 &&
      this.#unfounded.length === 0 &&
      this.#loading.size === 0 &&
      !this.#committing &&
      !this.#scheduled
    );
  }

  #gather(): Batch {
    const { ownership, codec, clock, settings } = this.#parts;
    const batch = new Batch(ownership, codec, clock);
    for (const { input, outcome } of this.#unfounded.splice(0)) batch.conclude(input, outcome);
    const limit = this.#isolated > 0 ? 1 : settings.maxBatchEvents;
    let taken = 0;
    while (taken < this.#queue.length && batch.eventCount < limit) {
      this.#take(this.#queue[taken] as Input, batch);
      taken += 1;
    }
    this.#queue = taken === this.#queue.length ? [] : this.#queue.slice(taken);
    return batch;
  }

  #take(input: Input, batch: Batch): void {
    const { ownership, parking } = this.#parts;
    if (!ownership.owns(shardOf(input.entity))) {
      return this.#answer(
        input,
        rejected(new CantataError('shards_owned_elsewhere', 'another engine owns this shard')),
      );
    }
    const parked = parking.reason(input.entity);
    if (parked !== undefined) return this.#answer(input, rejected(parked));
    const entity = this.#residents.get(input.entity) ?? this.#enter(input);
    if (entity === undefined) return this.#load(input);
    batch.inputs.push(input);
    this.#decide(entity, input, batch);
  }

  #enter(input: Input): Entity | undefined {
    if (input.fresh !== true) return undefined;
    const entity = this.#parts.newEntity(input.entity, input);
    if (entity !== undefined) this.#residents.set(entity.id, entity);
    return entity;
  }

  #decide(entity: Entity, input: Input, batch: Batch): void {
    let decided: Step<Event>;
    try {
      decided = decideOn(entity, input.command, this.#parts.clock.now());
      if (decided.events.length > 0) batch.add(entity, decided.events, decided.at, input);
    } catch (error) {
      return this.#park(entity.id, asError(error), input);
    }
    batch.takeEffects(entity, input.loaded === true);
    this.#snapshotIfLong(entity, batch);
    if (entity.kind === 'execution' && isEnded(entity.state.status)) batch.ended.add(entity.id);
    const { rejection } = decided;
    batch.conclude(
      input,
      rejection === undefined ? { kind: 'accepted', sequence: entity.state.sequence } : rejection,
    );
    decided.messages.forEach((message, n) =>
      this.#deliver(message, `${entity.id}:${entity.state.sequence}.${n}`, entity, input, batch),
    );
  }

  /** A message to an entity at hand is decided in the same commit, so it needs no row; others get one. */
  #deliver(message: Message, id: string, sender: Entity, cause: Input, batch: Batch): void {
    const { ownership, parking } = this.#parts;
    const input: Input = {
      entity: message.to,
      command: message.command,
      causation: id,
      actor: cause.actor,
      traceparent: cause.traceparent ?? null,
      // Only a grant sends a start, and it grants an id once: nothing can be stored of it.
      fresh: message.command.type === 'start',
    };
    const here = ownership.owns(shardOf(message.to)) && parking.reason(message.to) === undefined;
    const entity = here ? (this.#residents.get(message.to) ?? this.#enter(input)) : undefined;
    if (entity === undefined) batch.post(message, id, sender, cause);
    else this.#decide(entity, input, batch);
  }

  #snapshotIfLong(entity: Entity, batch: Batch): void {
    const since = entity.state.sequence - entity.snapshotAt;
    if (since < this.#parts.settings.snapshotAfterEvents) return;
    // As long as the state or longer: snapshots then cost a constant share of the log.
    const size = entity.kind === 'execution' ? entity.state.tasks.length : entity.state.holders.size;
    if (since >= 2 * size) batch.snapshot(entity, this.#parts.clock.id());
  }

  // ---------------------------------------------------------------- loading

  #load(input: Input): void {
    const waiting = this.#loading.get(input.entity);
    if (waiting !== undefined) {
      waiting.push(input);
      return;
    }
    this.#loading.set(input.entity, [input]);
    this.#parts.loader.load(input.entity, input.command).then(
      (entity) => this.#loaded(input.entity, entity),
      (error: unknown) => this.#notLoaded(input.entity, asError(error)),
    );
  }

  #loaded(id: string, entity: Entity | undefined): void {
    const waiting = this.#takeLoading(id);
    if (entity === undefined) {
      const missing = rejected(new CantataError('execution_not_found', `there is no execution ${id}`));
      for (const input of waiting) this.#unfounded.push({ input, outcome: missing });
    } else if (this.#closed) {
      const closed = rejected(new CantataError('engine_closed', 'the engine is closed', { retryable: true }));
      for (const input of waiting) this.#answer(input, closed);
    } else {
      this.#residents.set(id, entity);
      const owed: Input = { entity: id, command: CONTINUE, causation: 'load', actor: 'engine', loaded: true };
      this.#queue.unshift(...waiting, owed);
    }
    this.#schedule();
    this.#noticeIdle();
  }

  #notLoaded(id: string, error: CantataError): void {
    const waiting = this.#takeLoading(id);
    for (const input of waiting) this.#park(id, error, input);
    this.#schedule();
    this.#noticeIdle();
  }

  #takeLoading(id: string): readonly Input[] {
    const waiting = this.#loading.get(id) ?? [];
    this.#loading.delete(id);
    return waiting;
  }

  // ---------------------------------------------------------------- after the commit

  #settle(batch: Batch, spans: readonly Span[]): void {
    const { onCommitted, onPosted, performer } = this.#parts;
    for (const { input, outcome } of batch.replies) input.reply?.(outcome);
    for (const input of batch.inputs) input.settled?.();
    onCommitted(spans, batch.touched);
    if (batch.posted > 0) onPosted();
    for (const { entity, effect, owed } of batch.effects) {
      // An entity that was evicted or replaced since derives its effects anew.
      if (this.#residents.get(entity.id) !== entity) continue;
      if (effect.kind === 'continue')
        this.submit({ entity: entity.id, command: CONTINUE, causation: 'continue', actor: 'engine' });
      else performer.perform(entity, effect, owed);
    }
    for (const id of batch.ended) this.#evict(id);
  }

  // ---------------------------------------------------------------- when the store refuses

  /**
   * E3 and E4: whether the commit happened is for the store to say. Callers are told of the error; entities are read
   * again, which brings back what they are owed (answers from the dispatcher, timers); inbox rows are taken again.
   */
  #refused(batch: Batch, error: CantataError): void {
    const { log, settings, onFenced } = this.#parts;
    log('error', 'a commit was refused', {
      code: error.code,
      message: error.message,
      events: batch.eventCount,
    });
    const entities = new Set(batch.inputs.map((input) => input.entity));
    for (const { id } of batch.touched) entities.add(id);
    for (const id of entities) this.#evict(id);
    for (const { input } of batch.replies) input.reply?.(rejected(error));
    if (error.code === 'store_fenced') return onFenced(error);
    this.#isStale = true;
    this.#failures += 1;
    const isCulprit = error.code === 'store_data_refused' && this.#isolated > 0;
    if (isCulprit || this.#failures >= settings.commitAttempts) {
      this.#failures = 0;
      for (const id of entities) this.#park(id, error);
      return;
    }
    if (error.code === 'store_data_refused') this.#isolated = 4 * batch.inputs.length + 16;
    const messages = batch.inputs.filter((input) => input.message !== undefined && input.reply === undefined);
    const reloads = [...entities].map(
      (entity): Input => ({ entity, command: CONTINUE, causation: 'refused', actor: 'engine' }),
    );
    this.#queue.unshift(...messages, ...reloads);
  }

  /** Before the first commit after a refused one: are the shards still ours, and how far are they? */
  async #isReady(): Promise<boolean> {
    if (!this.#isStale) return true;
    const { clock, log, resync, onFenced } = this.#parts;
    await sleep(clock, FIRST_PAUSE_MS * 2 ** this.#failures);
    try {
      if (!(await resync())) {
        onFenced(new CantataError('store_fenced', 'another engine owns the shards'));
      }
      this.#isStale = false;
      return true;
    } catch (error) {
      const { code, message } = asError(error);
      log('error', 'the store cannot be asked how far it is', { code, message });
      this.#failures = Math.min(this.#failures + 1, MAX_DOUBLINGS);
      this.#refuseCallers(asError(error));
      return false;
    }
  }

  /** Nobody waits for a store that is away; what is not a caller's stays queued. */
  #refuseCallers(error: CantataError): void {
    const callers = this.#queue.filter((input) => input.reply !== undefined);
    this.#queue = this.#queue.filter((input) => input.reply === undefined);
    for (const input of callers) input.reply?.(rejected(error));
  }

  /** E5: the entity stops alone, loudly; its inbox is kept, and a restart tries it again. */
  #park(id: string, error: CantataError, input?: Input): void {
    this.#evict(id);
    this.#parts.parking.park(id, error);
    if (input !== undefined) this.#answer(input, rejected(error));
  }

  #evict(id: string): void {
    this.#residents.delete(id);
    this.#parts.performer.forget(id);
  }

  /** Tells a caller in this process. An inbox row without a commit stays where it is. */
  #answer(input: Input, outcome: Outcome): void {
    input.reply?.(outcome);
  }
}

function asError(error: unknown): CantataError {
  if (error instanceof CantataError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new CantataError('parked', message, { cause: error });
}
