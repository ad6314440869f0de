/**
 * The shard loop: decide, evolve at once, append with the group; then show, publish and perform.
 *
 * E1 Decisions of one batch build on each other; nobody outside sees them before the commit.
 * E2 One commit is in flight at a time, so positions never commit out of order.
 * E3 A refused or unanswered commit evicts every entity in it, and each is read again: memory is never ahead of the
 *    store, and no timer or attempt is forgotten. Where the store is ahead of memory, memory catches up first.
 * E4 An input is answered exactly once: with the commit of what it caused, or with the reason it was not done. A refusal
 *    is fenced like any other answer: a commit that writes nothing still compares the epochs.
 * E5 An entity whose law throws is parked alone; all others go on. A cancel ends it nevertheless (`standstill.ts`).
 */
import {
  CantataError,
  type Clock,
  type Codec,
  type ExecutionRow,
  type Instant,
  LAST_EVENTS,
  type Plan,
  type Span,
  type Store,
  shardOf,
  ValuesMissing,
} from '@cantata/core';
import { errorFrom, messageOf, stackOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import type { Blobs } from '../values/blobs.ts';
import type { RecentValues } from '../values/recent-values.ts';
import { Agenda } from './agenda.ts';
import { Arrivals } from './arrivals.ts';
import { Batch, type Mark } from './batch.ts';
import { Decider } from './decider.ts';
import { type Entity, hasEnded } from './entity.ts';
import { Fetches } from './fetches.ts';
import { FollowUp } from './follow-up.ts';
import { type Input, type Reply, rejected, tell } from './input.ts';
import type { Loader } from './loader.ts';
import type { Order } from './order.ts';
import type { Ownership } from './ownership.ts';
import type { Parking } from './parking.ts';
import type { Performer } from './performer.ts';
import { Residents } from './residents.ts';
import { Setbacks } from './setbacks.ts';
import { Sleepers } from './sleepers.ts';
import type { Staffing } from './staffing.ts';
import { Standstill } from './standstill.ts';
import { isCancel } from './write-off.ts';

export interface LoopParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly codec: Codec;
  readonly blobs: Blobs;
  readonly recent: RecentValues;
  readonly log: Log;
  readonly settings: EngineSettings;
  readonly staffing: Staffing;
  readonly ownership: Ownership;
  readonly order: Order;
  readonly loader: Loader;
  readonly parking: Parking;
  /** Does what the world owes, after the commit. */
  readonly performer: Performer;
  /** The plan of a fresh execution, which is at hand because its start looked it up. */
  /** The plan of another version of a workflow, if it is at hand. */
  readonly planOf: (digest: string) => Plan | undefined;
  readonly newEntity: (id: string, input: Input) => Entity | undefined;
  /** Messages without their entity at hand were written to the inbox. */
  readonly onPosted: () => void;
  /** An inbox row stays where it is until its entity is released. */
  readonly onKept: (message: string) => void;
  /** What was kept for an entity may be read again. */
  readonly onReleased: (entity: string) => void;
  /** Outcomes of messages are in the store: their ids. */
  readonly onAnswered: (messages: readonly string[]) => void;
  readonly onCommitted: (spans: readonly Span[], ended: Iterable<Entity>) => void;
  /** An execution that could not be decided for has ended by its row. */
  readonly onWrittenOff: (row: ExecutionRow) => void;
  /** Another engine owns the shards now. */
  readonly onFenced: () => void;
  /** An entity left memory and is to be read again then. */
  readonly onAsleep: (wakeAt: Instant) => void;
  /** Whether somebody in this process waits for the end of an execution. */
  readonly isAwaited: (executionId: string) => boolean;
}

export class ShardLoop {
  readonly #parts: LoopParts;
  readonly #residents: Residents;
  readonly #decider: Decider;
  readonly #followUp: FollowUp;
  readonly #setbacks: Setbacks;
  readonly #standstill: Standstill;
  readonly #arrivals: Arrivals;
  readonly #sleepers: Sleepers;
  readonly #fetches: Fetches;
  readonly #agenda = new Agenda();
  /** The batch that is being committed. */
  #batch: Batch | undefined;
  #scheduled = false;
  #busy = false;
  #closed = false;
  readonly #idle: (() => void)[] = [];

  constructor(parts: LoopParts) {
    this.#parts = parts;
    this.#residents = new Residents(parts.loader, (read) =>
      this.#arrived(read.inputs, () => this.#arrivals.read(read)),
    );
    this.#fetches = new Fetches({
      ...parts,
      onFetched: (input) => this.#arrived([input], () => this.#arrivals.fetched(input)),
      onFailed: (input, error) =>
        this.#arrived([input], () => this.#arrivals.failed(input.entity, [input], error)),
    });
    this.#sleepers = new Sleepers({ ...parts, residents: this.#residents.all });
    const shared = {
      ...parts,
      executions: parts.store.executions,
      residents: this.#residents,
      agenda: this.#agenda,
      submit: (input: Input) => this.submit(input),
      evict: (id: string) => this.#evict(id),
      schedule: () => this.#schedule(),
    };
    this.#standstill = new Standstill(shared);
    const standstill = this.#standstill;
    this.#setbacks = new Setbacks({
      ...shared,
      onFound: (span) => this.#onFound(span),
      park: (input, error) => standstill.parkWith(input, error),
      onOver: () => this.#schedule(),
    });
    this.#arrivals = new Arrivals({ ...shared, setbacks: this.#setbacks, standstill });
    this.#decider = new Decider({ ...shared, onBroken: (id, error) => standstill.park(id, error) });
    this.#followUp = new FollowUp({ ...shared, onWrittenOff: (row) => standstill.writtenOff(row) });
  }

  get residents(): ReadonlyMap<string, Entity> {
    return this.#residents.all;
  }

  /**
   * An entity in memory, if all of it is committed: only to be looked at, and before anything is waited for. A commit that
   * is under way may be refused (E1); whoever looks then asks the store.
   */
  committed(id: string): Entity | undefined {
    const entity = this.#residents.of(id);
    return entity === undefined || this.#batch?.concerned.has(entity) ? undefined : entity;
  }

  get queued(): number {
    return this.#agenda.size + this.#residents.waiting + this.#fetches.size;
  }

  /** What callers are told while too much waits. */
  get full(): CantataError | undefined {
    if (this.queued < this.#parts.settings.maxQueuedInputs) return undefined;
    return new CantataError('engine_busy', `${this.queued} commands wait to be decided`, { retryable: true });
  }

  /** Entities for which something is on its way: queued, being read or being committed. O(queue). */
  underway(): ReadonlySet<string> {
    const ids = new Set([...this.#residents.reading, ...this.#fetches.entities()]);
    for (const { entity } of this.#agenda) ids.add(entity);
    for (const { id } of this.#batch?.concerned ?? []) ids.add(id);
    return ids;
  }

  /** Takes an input; never throws. A full queue refuses callers, but never answers, timers or messages. */
  submit(input: Input): void {
    if (this.#closed) return tell(input, closed());
    const full = input.reply === undefined ? undefined : this.full;
    if (full !== undefined) return tell(input, full);
    this.#agenda.push(input);
    this.#schedule();
  }

  /** Deals with an inbox row that no law can be asked about. */
  refuse(input: Input, error: CantataError): void {
    if (this.#closed) return;
    this.#agenda.refuse({ input, outcome: rejected(error) });
    this.#schedule();
  }

  /** Writes the row of a parked execution with the next commit. Rejects with what kept it from being written. */
  mark(row: ExecutionRow): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closed());
      this.#agenda.mark({ row, done: (error) => (error === undefined ? resolve() : reject(error)) });
      this.#schedule();
    });
  }

  /** Seen at a quiet moment: an entity that has been idle for long goes to sleep with the next commit. */
  quiet(entity: Entity): void {
    if (!this.#closed && this.#sleepers.notice(entity)) this.#schedule();
  }

  /** Resolves when nothing is queued, being read or being committed. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Takes no more inputs; what is queued and not yet decided is answered with `engine_closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#sleepers.forget();
    this.#drop(closed());
    await this.idle();
    this.#residents.abandon();
  }

  /** Forgets everything in memory: the shards are somebody else's. */
  abandon(): void {
    for (const id of [...this.#residents.all.keys()]) this.#evict(id);
    const elsewhere = new CantataError('shards_owned_elsewhere', 'another engine owns the shards');
    for (const input of [...this.#residents.abandon(), ...this.#fetches.abandon()]) tell(input, elsewhere);
    this.#drop(elsewhere);
    this.#setbacks.forget();
    this.#sleepers.forget();
    this.#tellIdle();
  }

  /** Empties the queue. Inbox rows stay for whoever owns the shards next. */
  #drop(error: CantataError): void {
    this.#agenda.takeRefusals();
    for (const input of this.#agenda.takeAll()) tell(input, error);
    this.#agenda.dropMarks(error);
    this.#setbacks.reset();
  }

  // ---------------------------------------------------------------- the turn

  #schedule(): void {
    if (this.#scheduled || this.#busy || this.#setbacks.isPausing || this.#hasNothing) return;
    this.#scheduled = true;
    this.#parts.clock.defer(() => {
      this.#scheduled = false;
      void this.#turn();
    });
  }

  get #hasNothing(): boolean {
    return this.#agenda.isEmpty && this.#sleepers.isEmpty;
  }

  #isIdle(): boolean {
    const isWaiting = this.#residents.isReading || this.#fetches.size > 0;
    return this.#hasNothing && !isWaiting && !this.#busy && !this.#scheduled;
  }

  #tellIdle(): void {
    if (this.#idle.length > 0 && this.#isIdle()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #turn(): Promise<void> {
    if (this.#busy || this.#setbacks.isPausing) return;
    this.#busy = true;
    try {
      if (await this.#setbacks.haveCaughtUp()) await this.#commit(this.#gather());
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
    this.#setbacks.over();
    this.#parts.order.settled(true);
    this.#followUp.run(batch, batch.committed());
  }

  /** Takes from the queue until the batch is full. An input that must be alone gets a batch of its own. */
  #gather(): Batch {
    const { maxBatchEvents, maxBatchBytes } = this.#parts.settings;
    const agenda = this.#agenda;
    const batch = new Batch(this.#parts);
    for (const refusal of agenda.takeRefusals()) this.#refuse(refusal, batch);
    for (const mark of agenda.takeMarks()) this.#takeMark(mark, batch);
    while (batch.eventCount < maxBatchEvents && batch.size < maxBatchBytes) {
      const input = agenda.next;
      if (input === undefined || (input.alone === true && !batch.isUntouched)) break;
      agenda.take();
      this.#takeSafely(input, batch);
      if (input.alone === true && !batch.isUntouched) break;
    }
    const isAlone = batch.inputs[0]?.alone === true;
    if (!this.#closed && !isAlone)
      for (const [entity, rest] of this.#sleepers.pick(batch.concerned)) batch.sleep(entity, rest);
    return batch;
  }

  #refuse(refusal: Reply, batch: Batch): void {
    const { message } = refusal.input;
    if (message !== undefined) this.#parts.order.decided(message);
    batch.refuse(refusal);
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
      this.#standstill.broken(input, errorFrom(bug, 'parked'));
    }
  }

  #take(input: Input, batch: Batch): void {
    const { ownership, parking } = this.#parts;
    if (!ownership.owns(shardOf(input.entity))) return tell(input, elsewhereError());
    const cancel = input.writesOff?.cancel;
    // Somebody revived it meanwhile: it may be cancelled like any other.
    if (cancel !== undefined && parking.reason(cancel.entity) === undefined) return this.submit(cancel);
    const parked = parking.reason(input.entity);
    if (parked !== undefined) {
      // What stands still may be readable again: then its own law ends it.
      if (input.revives !== true && !isCancel(input)) return this.#standstill.keep(input, parked);
      this.#standstill.revive(input.entity);
    }
    const entity = this.#residents.of(input.entity);
    if (entity === undefined) return this.#residents.read(input);
    const isOver = hasEnded(entity);
    const error = this.#decider.decide(entity, input, batch);
    if (error === undefined) batch.inputs.push(input);
    else if (error instanceof ValuesMissing) this.#fetches.fetch(input, error.digests);
    else if (isOver) this.#standstill.brokenAfterEnd(input, error);
    else this.#standstill.broken(input, error);
  }

  // ---------------------------------------------------------------- around the turn

  /** E5: the entity stops alone, loudly; its inbox is kept. */
  park(id: string, error: CantataError): void {
    this.#standstill.park(id, error);
  }

  /** What a commit without an answer wrote after all: nobody listens any more to who works for what ended there. */
  #onFound(span: Span): void {
    for (const { entity, type } of span.events)
      if (LAST_EVENTS.has(type)) this.#parts.performer.ended(entity);
    this.#parts.onCommitted([span], []);
  }

  /** Something came from the store for inputs that waited. */
  #arrived(inputs: readonly Input[], take: () => void): void {
    if (this.#closed) for (const input of inputs) tell(input, closed());
    else take();
    this.#schedule();
    this.#tellIdle();
  }

  #evict(id: string): void {
    this.#residents.evict(id);
    this.#parts.performer.forget(id);
  }

  // ---------------------------------------------------------------- a commit that was refused

  /** E3 and E4: nothing of the batch counts, whether it was written is found out. */
  #refused(batch: Batch, error: CantataError): void {
    const { log, order, onFenced } = this.#parts;
    order.settled(false);
    log('error', 'a commit was refused', {
      code: error.code,
      message: error.message,
      events: batch.eventCount,
    });
    for (const { done } of batch.marks) done(error);
    const isOfThisTerm = batch.term === this.#parts.ownership.term;
    if (error.code === 'store_fenced' && isOfThisTerm) {
      for (const { input } of batch.replies) tell(input, error);
      // Everything leaves memory, not only what was in it.
      return onFenced();
    }
    for (const entity of batch.concerned)
      if (this.#residents.of(entity.id) === entity) this.#evict(entity.id);
    if (this.#closed || !isOfThisTerm) {
      // A commit of an earlier term says nothing about this one.
      for (const { input } of batch.replies) tell(input, error);
      return;
    }
    this.#setbacks.refused(batch, error);
  }
}

function closed(): CantataError {
  return new CantataError('engine_closed', 'the engine is closing or closed', { retryable: true });
}

function elsewhereError(): CantataError {
  return new CantataError('shards_owned_elsewhere', 'another engine owns this shard');
}
