/**
 * The shard loop: decide, evolve at once, append with the group; then show, publish and perform.
 *
 * E1 Decisions of one batch build on each other; nobody outside sees them before the commit.
 * E2 One commit is in flight at a time, so positions never commit out of order.
 * E3 A refused or unanswered commit evicts every entity in it, and each is read again: memory is never ahead of the
 *    store, and no timer or attempt is forgotten. Where the store is ahead of memory, memory catches up first.
 * E4 An input is answered exactly once: with the commit of what it caused, or with the reason it was not done.
 * E5 An entity whose law throws is parked alone; all others go on.
 */
import {
  CantataError,
  type Clock,
  CONTINUE,
  type Codec,
  type ExecutionRow,
  type Span,
  type Store,
  shardOf,
} from '@cantata/core';
import { errorFrom, isPassing, messageOf, stackOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import { aftermath } from './aftermath.ts';
import { Backoff } from './backoff.ts';
import { Batch, type Mark } from './batch.ts';
import { Decider } from './decider.ts';
import { Doubts } from './doubts.ts';
import { type Entity, isResource } from './entity.ts';
import { FollowUp } from './follow-up.ts';
import { type Input, type Outcome, type Reply, rejected } from './input.ts';
import type { Loader } from './loader.ts';
import type { Ownership } from './ownership.ts';
import type { Parking } from './parking.ts';
import type { Performer } from './performer.ts';
import { type Read, Residents } from './residents.ts';

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
  /** An inbox row stays where it is until its entity is released. */
  readonly onKept: (message: string) => void;
  /** What was kept for an entity may be read again. */
  readonly onReleased: (entity: string) => void;
  readonly onCommitted: (spans: readonly Span[], ended: Iterable<Entity>) => void;
  /** Another engine owns the shards now. */
  readonly onFenced: () => void;
}

export class ShardLoop {
  readonly #parts: LoopParts;
  readonly #residents: Residents;
  readonly #decider: Decider;
  readonly #followUp: FollowUp;
  readonly #backoff: Backoff;
  #queue: Input[] = [];
  /** To be refused with the next commit, which removes their inbox rows. */
  #refusals: Reply[] = [];
  #marks: Mark[] = [];
  /** The batch that is being committed. */
  #batch: Batch | undefined;
  readonly #doubts: Doubts;
  #scheduled = false;
  #busy = false;
  #closed = false;
  readonly #idle: (() => void)[] = [];

  constructor(parts: LoopParts) {
    this.#parts = parts;
    this.#residents = new Residents(parts.loader, (read) => this.#onRead(read));
    this.#doubts = new Doubts(parts.store.log, parts.ownership, (span) => parts.onCommitted([span], []));
    this.#backoff = new Backoff(parts.clock, () => this.#schedule());
    const shared = { ...parts, residents: this.#residents, submit: (input: Input) => this.submit(input) };
    this.#decider = new Decider({ ...shared, onBroken: (id, error) => this.park(id, error) });
    this.#followUp = new FollowUp({ ...shared, evict: (id) => this.#evict(id) });
  }

  get residents(): ReadonlyMap<string, Entity> {
    return this.#residents.all;
  }

  get queued(): number {
    return this.#queue.length + this.#residents.waiting;
  }

  /** Entities for which something is on its way: queued, being read or being committed. O(queue). */
  underway(): ReadonlySet<string> {
    const ids = new Set(this.#residents.reading);
    for (const { entity } of this.#queue) ids.add(entity);
    for (const { id } of this.#batch?.concerned ?? []) ids.add(id);
    return ids;
  }

  /** Takes an input; never throws. A full queue refuses callers, but never answers, timers or messages. */
  submit(input: Input): void {
    if (this.#closed) return tell(input, closed());
    if (input.reply !== undefined && this.queued >= this.#parts.settings.maxQueuedInputs) {
      return tell(
        input,
        new CantataError('engine_busy', `${this.queued} commands wait to be decided`, { retryable: true }),
      );
    }
    this.#queue.push(input);
    this.#schedule();
  }

  /** Deals with an inbox row that no law can be asked about. */
  refuse(input: Input, error: CantataError): void {
    if (this.#closed) return;
    this.#refusals.push({ input, outcome: rejected(error) });
    this.#schedule();
  }

  /** Writes the row of a parked execution with the next commit. Rejects with what kept it from being written. */
  mark(row: ExecutionRow): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closed());
      this.#marks.push({ row, done: (error) => (error === undefined ? resolve() : reject(error)) });
      this.#schedule();
    });
  }

  /** Resolves when nothing is queued, being read or being committed. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Takes no more inputs; what is queued and not yet decided is answered with `engine_closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#drop(closed());
    await this.idle();
    this.#residents.abandon();
  }

  /** Forgets everything in memory: the shards are somebody else's. */
  abandon(): void {
    for (const id of [...this.#residents.all.keys()]) this.#evict(id);
    const elsewhere = new CantataError('shards_owned_elsewhere', 'another engine owns the shards');
    for (const input of this.#residents.abandon()) tell(input, elsewhere);
    this.#drop(elsewhere);
    this.#doubts.clear();
    this.#tellIdle();
  }

  /** Empties the queue. Inbox rows stay for whoever owns the shards next. */
  #drop(error: CantataError): void {
    this.#refusals = [];
    for (const input of this.#queue.splice(0)) tell(input, error);
    for (const { done } of this.#marks.splice(0)) done(error);
    this.#backoff.reset();
  }

  // ---------------------------------------------------------------- the turn

  #schedule(): void {
    if (this.#scheduled || this.#busy || this.#backoff.isPausing || !this.#hasWork()) return;
    this.#scheduled = true;
    this.#parts.clock.defer(() => {
      this.#scheduled = false;
      void this.#turn();
    });
  }

  #hasWork(): boolean {
    return this.#queue.length > 0 || this.#refusals.length > 0 || this.#marks.length > 0;
  }

  #isIdle(): boolean {
    return !this.#hasWork() && !this.#residents.isReading && !this.#busy && !this.#scheduled;
  }

  #tellIdle(): void {
    if (this.#idle.length > 0 && this.#isIdle()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #turn(): Promise<void> {
    if (this.#busy || this.#backoff.isPausing) return;
    this.#busy = true;
    try {
      if (await this.#hasCaughtUp()) await this.#commit(this.#gather());
    } catch (bug) {
      // It cost one turn; the next goes on.
      const fields = { message: messageOf(bug), stack: stackOf(bug) };
      this.#parts.log('error', 'a turn of the loop went wrong', fields);
    }
    this.#busy = false;
    this.#schedule();
    this.#tellIdle();
  }

  async #commit(batch: Batch): Promise<void> {
    if (batch.isEmpty) return this.#followUp.run(batch, []);
    this.#batch = batch;
    try {
      await this.#parts.store.log.commit(batch.commit());
    } catch (error) {
      this.#batch = undefined;
      return this.#refused(batch, errorFrom(error, 'store_unavailable'));
    }
    this.#batch = undefined;
    this.#backoff.succeeded();
    this.#followUp.run(batch, batch.committed());
  }

  /** Takes from the queue until the batch is full. An input that must be alone gets a batch of its own. */
  #gather(): Batch {
    const { maxBatchEvents, maxBatchBytes } = this.#parts.settings;
    const batch = new Batch(this.#parts);
    for (const refusal of this.#refusals.splice(0)) batch.refuse(refusal);
    for (const mark of this.#marks.splice(0)) this.#takeMark(mark, batch);
    let taken = 0;
    while (taken < this.#queue.length && batch.eventCount < maxBatchEvents && batch.size < maxBatchBytes) {
      const input = this.#queue[taken] as Input;
      if (input.alone === true && !batch.isUntouched) break;
      taken += 1;
      this.#takeSafely(input, batch);
      if (input.alone === true && !batch.isUntouched) break;
    }
    this.#queue = taken === this.#queue.length ? [] : this.#queue.slice(taken);
    return batch;
  }

  /** Whoever was released meanwhile is not marked any more: its next commit writes its row. */
  #takeMark(mark: Mark, batch: Batch): void {
    const { executionId } = mark.row;
    if (this.#parts.parking.reason(executionId) === undefined) return mark.done();
    if (!this.#parts.ownership.owns(shardOf(executionId))) return mark.done(elsewhereError());
    batch.mark(mark);
  }

  /** Whatever goes wrong with one input, the loop goes on with the next. */
  #takeSafely(input: Input, batch: Batch): void {
    try {
      this.#take(input, batch);
    } catch (bug) {
      this.#broken(input, errorFrom(bug, 'parked'));
    }
  }

  #take(input: Input, batch: Batch): void {
    const { ownership, parking } = this.#parts;
    if (!ownership.owns(shardOf(input.entity))) return tell(input, elsewhereError());
    const parked = parking.reason(input.entity);
    if (parked !== undefined) {
      if (input.revives !== true) return this.#keep(input, parked);
      this.#revive(input.entity);
    }
    const entity = this.#residents.of(input.entity);
    if (entity === undefined) return this.#residents.read(input);
    const error = this.#decider.decide(entity, input, batch);
    if (error === undefined) batch.inputs.push(input);
    else this.#broken(input, error);
  }

  // ---------------------------------------------------------------- parked

  /** E5: the entity stops alone, loudly; its inbox is kept. */
  park(id: string, error: CantataError): void {
    this.#evict(id);
    this.#parts.parking.park(id, error);
  }

  /** The law threw at this input. An answer that did it is given up: its attempt is handed out anew when asked for. */
  #broken(input: Input, error: CantataError): void {
    this.park(input.entity, error);
    this.#keep(input, error);
    input.settled?.();
  }

  /** Its inbox row waits in the store; answers of agents and timers come back with the entity. */
  #keep(input: Input, error: CantataError): void {
    if (input.message !== undefined) this.#parts.onKept(input.message);
    tell(input, error);
  }

  #revive(id: string): void {
    this.#parts.parking.release(id);
    this.#parts.onReleased(id);
  }

  #evict(id: string): void {
    this.#residents.evict(id);
    this.#parts.performer.forget(id);
  }

  // ---------------------------------------------------------------- reading

  #onRead(read: Read): void {
    if (this.#closed) for (const input of read.inputs) tell(input, closed());
    else if (read.kind === 'failed') this.#notRead(read.id, read.inputs, read.error);
    else if (read.entity === undefined) this.#unfounded(read.id, read.inputs);
    else {
      const owed: Input = {
        entity: read.id,
        command: CONTINUE,
        causation: 'load',
        actor: 'engine',
        loaded: true,
      };
      this.#queue = [...read.inputs, owed, ...this.#queue];
    }
    this.#schedule();
    this.#tellIdle();
  }

  /**
   * Nobody started it. An inbox row for it is refused with the next commit; unless its start is among those that
   * waited: what was told before does not exist, the rest comes again in that order.
   */
  #unfounded(id: string, inputs: readonly Input[]): void {
    const start = inputs.findIndex(({ command }) => command.type === 'start');
    const missing = new CantataError('execution_not_found', `there is no execution ${id}`);
    for (const input of start === -1 ? inputs : inputs.slice(0, start)) {
      tell(input, missing);
      input.settled?.();
      if (input.message !== undefined) this.#refusals.push({ input, outcome: rejected(missing) });
    }
    if (start !== -1) this.#queue = [...inputs.slice(start), ...this.#queue];
  }

  #notRead(id: string, inputs: readonly Input[], error: CantataError): void {
    const { settings, log } = this.#parts;
    log('error', 'an entity could not be read', { entity: id, code: error.code, message: error.message });
    if (!isPassing(error)) {
      this.park(id, error);
      for (const input of inputs) this.#keep(input, error);
      return;
    }
    const after = aftermath({ inputs, error, isWhole: true, attempts: settings.commitAttempts });
    this.#queue = [...this.#dealWith(after, error), ...this.#queue];
    this.#backoff.failed();
  }

  // ---------------------------------------------------------------- a commit that was refused

  /** E3 and E4: nothing of the batch counts, whether it was written is found out. */
  #refused(batch: Batch, error: CantataError): void {
    const { log, settings, onFenced } = this.#parts;
    log('error', 'a commit was refused', {
      code: error.code,
      message: error.message,
      events: batch.eventCount,
    });
    for (const entity of batch.concerned)
      if (this.#residents.of(entity.id) === entity) this.#evict(entity.id);
    for (const { done } of batch.marks) done(error);
    const isFenced = error.code === 'store_fenced';
    if (isFenced || this.#closed || batch.term !== this.#parts.ownership.term) {
      for (const { input } of batch.replies) tell(input, error);
      // A commit of an earlier term says nothing about this one.
      if (isFenced && batch.term === this.#parts.ownership.term) onFenced();
      return;
    }
    this.#doubts.add(batch.shards);
    const isWhole = batch.refusals.length === 0 && batch.marks.length === 0;
    const after = aftermath({ inputs: batch.inputs, error, isWhole, attempts: settings.commitAttempts });
    const retry = this.#dealWith(after, error);
    this.#keepRefusals(batch, error);
    this.#queue = [...retry, ...this.#reloads(batch), ...this.#queue];
    if (error.code !== 'store_data_refused') this.#backoff.failed();
  }

  /** Inputs that are tried again; all others are dealt with. */
  #dealWith(
    { retry, tell: told, refuse, park, leave }: ReturnType<typeof aftermath>,
    error: CantataError,
  ): readonly Input[] {
    for (const input of told) tell(input, error);
    for (const input of refuse) this.refuse(input, error);
    for (const { message, entity } of leave) {
      if (message !== undefined) this.#parts.onKept(message);
      this.#parts.onReleased(entity);
    }
    for (const input of park) {
      this.park(input.entity, error);
      this.#keep(input, error);
    }
    return retry;
  }

  /** Refusals write little, so a store that refuses their data refuses them for good: they stay in the inbox. */
  #keepRefusals({ inputs, refusals }: Batch, error: CantataError): void {
    if (refusals.length === 0) return;
    if (error.code !== 'store_data_refused' || inputs.length > 0)
      return void this.#refusals.push(...refusals);
    const rows = refusals.map(({ input }) => input.message as string);
    this.#parts.log('error', 'inbox rows cannot be dealt with', { rows });
  }

  /** Everybody who was in it is read again: what it waits for must be known to somebody. */
  #reloads({ concerned }: Batch): readonly Input[] {
    const executions = [...concerned].filter(
      ({ id }) => !isResource(id) && this.#parts.parking.reason(id) === undefined,
    );
    return executions.map(({ id }) => ({
      entity: id,
      command: CONTINUE,
      causation: 'reload',
      actor: 'engine',
    }));
  }

  /** Where the store may be ahead of memory, memory catches up. Whether it has. */
  async #hasCaughtUp(): Promise<boolean> {
    if (this.#doubts.isEmpty) return true;
    try {
      await this.#doubts.resolve();
      return true;
    } catch (error) {
      this.#notCaughtUp(errorFrom(error, 'store_unavailable'));
      return false;
    }
  }

  /** Nothing can be decided before the store answers: whoever waits is treated as if its commit had failed. */
  #notCaughtUp(error: CantataError): void {
    const { log, settings } = this.#parts;
    log('error', 'the store cannot be read', { code: error.code, message: error.message });
    const inputs = this.#queue.splice(0);
    for (const { done } of this.#marks.splice(0)) done(error);
    const after = aftermath({ inputs, error, isWhole: true, attempts: settings.commitAttempts });
    this.#queue = [...this.#dealWith(after, error)];
    this.#backoff.failed();
  }
}

function closed(): CantataError {
  return new CantataError('engine_closed', 'the engine is closing or closed', { retryable: true });
}

function elsewhereError(): CantataError {
  return new CantataError('shards_owned_elsewhere', 'another engine owns this shard');
}

/** Tells a caller in this process. An inbox row without a commit stays where it is. */
function tell(input: Input, error: CantataError): void {
  const outcome: Outcome = rejected(error);
  input.reply?.(outcome);
}
