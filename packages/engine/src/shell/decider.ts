/** Decides inputs for entities at hand, one after the other, into the batch that will be committed. Never throws. */
import {
  CantataError,
  type Clock,
  type Codec,
  MAX_EVENTS_PER_STEP,
  type Message,
  NO_VALUES,
  type Plan,
  type Step,
  shardOf,
  ValuesMissing,
} from '@cantata/core';
import { errorFrom } from '../errors.ts';
import type { EngineSettings } from '../settings.ts';
import { Keeper } from '../values/keeper.ts';
import type { RecentValues } from '../values/recent-values.ts';
import type { Batch } from './batch.ts';
import {
  decideOn,
  type Entity,
  type Event,
  type ExecutionEntity,
  hasEnded,
  tenantOfMessage,
  undoOf,
  weightOf,
} from './entity.ts';
import { type Input, type Outcome, rejected } from './input.ts';
import type { Order } from './order.ts';
import type { Ownership } from './ownership.ts';
import type { Parking } from './parking.ts';
import type { Residents } from './residents.ts';
import type { Staffing } from './staffing.ts';

export interface DeciderParts {
  readonly clock: Clock;
  readonly codec: Codec;
  readonly recent: RecentValues;
  readonly settings: EngineSettings;
  readonly staffing: Pick<Staffing, 'handsOut'>;
  readonly ownership: Ownership;
  readonly order: Order;
  readonly parking: Parking;
  readonly residents: Residents;
  /** The plan of a fresh execution, which is at hand because its start looked it up. */
  readonly newEntity: (id: string, input: Input) => Entity | undefined;
  readonly submit: (input: Input) => void;
  /** The plan of another version of a workflow, if it is at hand. */
  readonly planOf: (digest: string) => Plan | undefined;
  /** The law threw for an entity that a message was for. */
  readonly onBroken: (id: string, error: CantataError) => void;
}

/** An input that was decided, until all that it told others has been decided, too. */
interface Telling {
  readonly entity: Entity;
  readonly input: Input;
  readonly decided: Step<Event>;
  readonly sequence: number;
  /** Messages of which nobody knows yet what comes of them. */
  left: number;
  /** The error of a message that was taken back. */
  undone: CantataError | undefined;
  /** What was said to one that was refused. */
  refused: Outcome | undefined;
  /** Whose message it was. */
  readonly teller: Telling | undefined;
}

interface Told {
  readonly message: Message;
  readonly id: string;
  readonly telling: Telling;
}

export class Decider {
  readonly #parts: DeciderParts;
  /**
   * Messages on their way, within one commit, in the order in which they were said: what somebody answers must not bring
   * the sender to overtake itself.
   */
  #way: Told[] = [];

  constructor(parts: DeciderParts) {
    this.#parts = parts;
  }

  /**
   * What the law threw, if it did: then nothing of this input is in the batch, and the entity is not to be trusted. Or
   * what must be fetched first: then nothing has happened.
   */
  decide(entity: Entity, input: Input, batch: Batch): CantataError | ValuesMissing | undefined {
    this.#way = [];
    const answer = this.#decide(entity, input, batch);
    // It grows while it is gone through.
    for (let n = 0; n < this.#way.length; n++) this.#deliver(this.#way[n] as Told, batch);
    return answer;
  }

  #decide(
    entity: Entity,
    input: Input,
    batch: Batch,
    teller?: Telling,
  ): CantataError | ValuesMissing | undefined {
    let decided: Step<Event>;
    try {
      decided = this.#step(entity, input, batch);
      if (decided.missing !== undefined) return new ValuesMissing(decided.missing);
      this.#requireRest(entity, decided.events.length);
      if (decided.events.length > 0) batch.add(entity, decided.events, decided.at, input);
      batch.takeEffects(entity, input.loaded === true);
    } catch (error) {
      batch.distrust(entity);
      return errorFrom(error, 'parked');
    }
    if (entity.isRowStale) batch.touch(entity);
    if (hasEnded(entity)) batch.ended.add(entity);
    else {
      // It may have been reopened, by an answer to what it asked for within this commit.
      batch.ended.delete(entity);
      this.#snapshotIfLong(entity, batch);
    }
    const { messages } = decided;
    const telling: Telling = {
      ...{ entity, input, decided, teller, sequence: entity.state.sequence, left: messages.length },
      ...{ undone: undefined, refused: undefined },
    };
    if (messages.length === 0) this.#conclude(telling, batch);
    else this.#tellAll(telling);
    return undefined;
  }

  /** Everything that follows from it is decided. */
  #conclude({ entity, input, decided, sequence, undone, refused, teller }: Telling, batch: Batch): void {
    // Who does nothing but ask somebody else is refused when that one refuses; and the pool, for whom it asked.
    const passesOn = decided.events.length === 0 || input.command.type === 'pool.request';
    const passedOn = passesOn ? refused : undefined;
    const failure = undone === undefined ? (decided.rejection ?? passedOn) : rejected(undone);
    if (failure !== undefined) input.refused?.(failure);
    if (input.writesOff !== undefined) batch.writeOff(input.writesOff.row);
    if (input.settled !== undefined) batch.settled.push({ input, decided: { entity, at: decided.at } });
    if (input.message !== undefined) this.#parts.order.decided(input.message);
    batch.conclude(input, failure ?? { kind: 'accepted', sequence });
    if (teller === undefined) return;
    teller.refused = failure ?? teller.refused;
    this.#told(teller, batch);
  }

  #told(telling: Telling, batch: Batch): void {
    telling.left -= 1;
    if (telling.left === 0) this.#conclude(telling, batch);
  }

  /** A law that never comes to an end would fill the log and the memory of everybody. */
  #requireRest(entity: Entity, events: number): void {
    entity.restless = events < MAX_EVENTS_PER_STEP ? 0 : entity.restless + events;
    if (entity.restless <= this.#parts.settings.maxEventsWithoutRest) return;
    const message = `it has gone on by itself for ${entity.restless} events, and there is no end of it: a bug, or a loop in its workflow that waits for nothing`;
    throw new CantataError('invariant_broken', message);
  }

  #step(entity: Entity, { command, values }: Input, batch: Batch): Step<Event> {
    const { clock, codec, recent, staffing } = this.#parts;
    const now = clock.now();
    entity.touchedAt = now;
    if (entity.kind === 'resource') return decideOn(entity, command, now);
    if (command.type === 'upgrade') this.#provide(entity, command.workflow.digest);
    const keeper = new Keeper(entity.id, codec, recent, values);
    entity.state.values = keeper.values;
    entity.state.unstaffed = !staffing.handsOut;
    try {
      const decided = decideOn(entity, command, now, keeper.keep);
      batch.keep(keeper.blobs);
      return decided;
    } finally {
      // Whoever is open holds no large value between two decisions.
      entity.state.values = NO_VALUES;
    }
  }

  #provide({ state }: ExecutionEntity, digest: string): void {
    const plan = this.#parts.planOf(digest);
    if (plan !== undefined) state.versions = new Map(state.versions).set(digest, plan);
  }

  #tellAll(telling: Telling): void {
    const { entity, input, decided } = telling;
    // Ids of messages come from the sequence that sent them, which an answer within this commit moves on. What is said
    // without an event, the same answer a second time, has its id from what asked for it.
    const origin =
      decided.events.length > 0 ? `${entity.id}:${telling.sequence}` : `${input.causation}>${entity.id}`;
    for (const [n, message] of decided.messages.entries())
      this.#way.push({ message, id: `${origin}.${n}`, telling });
  }

  /** A message to an entity at hand is decided in the same commit, so it needs no row; others get one. */
  #deliver({ message, id, telling }: Told, batch: Batch): void {
    const { entity: sender, input: cause } = telling;
    const input: Input = {
      entity: message.to,
      command: message.command,
      causation: id,
      actor: cause.actor,
      tenant: tenantOfMessage(sender, message, cause),
      traceparent: cause.traceparent ?? null,
    };
    const entity = this.#atHand(input, sender.id);
    const answer = entity === undefined ? undefined : this.#decide(entity, input, batch, telling);
    // It says itself when all that follows from it is decided.
    if (entity !== undefined && answer === undefined) return;
    // What must be fetched for it first is fetched when it is read from the inbox.
    const error = answer instanceof ValuesMissing ? undefined : answer;
    const undo = error === undefined ? undefined : undoOf(message);
    if (undo === undefined) {
      if (error !== undefined) this.#parts.onBroken(message.to, error);
      this.#parts.order.posted(id, sender.id, message.to);
      batch.post(message, id, sender, cause);
    } else {
      // An execution that cannot begin never was: what was granted for it goes back.
      this.#parts.residents.evict(message.to);
      this.#decide(sender, { ...input, entity: sender.id, command: undo }, batch);
      telling.undone = error;
    }
    this.#told(telling, batch);
  }

  #atHand(input: Input, from: string): Entity | undefined {
    const { ownership, order, parking, residents, newEntity } = this.#parts;
    if (!ownership.owns(shardOf(input.entity)) || parking.reason(input.entity) !== undefined)
      return undefined;
    const resident = residents.of(input.entity);
    if (resident !== undefined) return order.isNext(from, input.entity) ? resident : undefined;
    // Only a grant sends a start, and it grants an id once: nothing can be stored of it.
    const fresh = newEntity(input.entity, input);
    return fresh !== undefined && residents.enter(fresh) ? fresh : undefined;
  }

  /** When the log since the last snapshot outweighs the state: snapshots then cost a constant share of the log. */
  #snapshotIfLong(entity: Entity, batch: Batch): void {
    const { snapshotAfterEvents } = this.#parts.settings;
    const { sequence } = entity.state;
    const least = entity.snapshotAt + snapshotAfterEvents;
    if (sequence < least || sequence < entity.weighAt) return;
    const enough = entity.snapshotAt + 2 * weightOf(entity);
    if (sequence < enough) {
      entity.weighAt = enough;
      return;
    }
    entity.weighAt = sequence + snapshotAfterEvents;
    const checkpoint = this.#parts.clock.id();
    if (entity.kind === 'resource') return batch.snapshot(entity, checkpoint, 'routine');
    const command = { type: 'checkpoint', checkpoint, cause: 'log_size' } as const;
    this.#parts.submit({ entity: entity.id, command, causation: 'log_size', actor: 'engine' });
  }
}
