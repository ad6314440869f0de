/** What one commit carries, gathered while commands are decided: rows for the store, and what follows once they are safe. */
import type {
  BlobRow,
  CantataError,
  Clock,
  Codec,
  Commit,
  Effect,
  EventRow,
  ExecutionRow,
  Instant,
  Json,
  Message,
  MessageRow,
  OutcomeRow,
  Rest,
  SnapshotOccasion,
  SnapshotRow,
  Span,
} from '@cantata/core';
import { drainEffects, EVENT_SCHEMA, shardOf } from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Entity, type Event, encodeEntity, owedBy, summaryOf, tenantOfMessage } from './entity.ts';
import type { Decided, Input, Outcome, Reply } from './input.ts';
import type { Ownership } from './ownership.ts';
import { Rests } from './rests.ts';
import { seal } from './sealed.ts';

/** Events since the last snapshot from which on an entity that goes to sleep gets one. */
const SLEEPS_WITH_SNAPSHOT = 100;

export interface DueEffect {
  readonly entity: Entity;
  readonly effect: Effect;
  /** Listed at load: an attempt that is not in flight here was lost with the process that ran it. */
  readonly owed: boolean;
}

/** The row of a parked execution, and who wants to know whether it was written. */
export interface Mark {
  readonly row: ExecutionRow;
  readonly done: (error?: CantataError) => void;
}

export interface BatchParts {
  readonly ownership: Ownership;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly log: Log;
}

export class Batch {
  /** What was decided on, without the messages that followed from it in the same commit. */
  readonly inputs: Input[] = [];
  /** Refused without a decision; their inbox rows go. */
  readonly refusals: Reply[] = [];
  readonly marks: Mark[] = [];
  /** Rows of executions that end without their log. */
  readonly writtenOff: ExecutionRow[] = [];
  /** Their summary rows are written. */
  readonly touched = new Set<Entity>();
  /** Whoever was decided for: if the commit is refused, none of them is as the store knows it. */
  readonly concerned = new Set<Entity>();
  /** Whoever was just read. */
  readonly loaded = new Set<Entity>();
  /** When it was begun, in terms of ownership. */
  readonly term: number;
  /** Executions that need no place in memory any more. */
  readonly ended = new Set<Entity>();
  readonly rests: Rests = new Rests();
  readonly effects: DueEffect[] = [];
  readonly replies: Reply[] = [];
  /** Who wants to know that something was decided and is safe. */
  readonly settled: { readonly input: Input; readonly decided: Decided }[] = [];
  readonly #events: EventRow[] = [];
  readonly #messages: MessageRow[] = [];
  readonly #consumed: string[] = [];
  readonly #outcomes: OutcomeRow[] = [];
  readonly #snapshots: SnapshotRow[] = [];
  readonly #blobs: BlobRow[] = [];
  /** Of the last snapshot of each entity. */
  readonly #segments = new Map<Entity, SnapshotRow['segments']>();
  #size = 0;
  /** Shards whose epoch is checked although nothing is appended to them. */
  readonly #fenced = new Set<number>();
  readonly #positions = new Map<number, number>();
  readonly #ownership: Ownership;
  readonly #codec: Codec;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor({ ownership, codec, clock, log }: BatchParts) {
    this.term = ownership.term;
    this.#ownership = ownership;
    this.#codec = codec;
    this.#clock = clock;
    this.#log = log;
  }

  get eventCount(): number {
    return this.#events.length;
  }

  /** Characters of the payloads: what the commit weighs, near enough. */
  get size(): number {
    return this.#size;
  }

  get posted(): number {
    return this.#messages.length;
  }

  /** Whether nothing was put in yet, not even what needs no commit. */
  get isUntouched(): boolean {
    return this.inputs.length === 0 && this.refusals.length === 0 && this.marks.length === 0;
  }

  /** Whether there is nothing to commit: an answer alone is something, it must not come from an engine that was overtaken. */
  get isEmpty(): boolean {
    return (
      this.#events.length === 0 &&
      this.touched.size === 0 &&
      this.#messages.length === 0 &&
      this.#consumed.length === 0 &&
      this.#outcomes.length === 0 &&
      this.replies.length === 0 &&
      this.marks.length === 0 &&
      this.writtenOff.length === 0 &&
      this.rests.isEmpty
    );
  }

  /** Writes down what a step of an entity decided. Whole or not at all: an event that cannot be encoded throws first. */
  add(entity: Entity, events: readonly Event[], at: Instant, input: Input): void {
    const { shard, id } = entity;
    const first = entity.state.sequence - events.length + 1;
    let position = this.#positions.get(shard) ?? this.#ownership.position(shard);
    const rows: EventRow[] = [];
    let size = 0;
    for (let i = 0; i < events.length; i++) {
      const { type, ...payload } = events[i] as Event;
      const data = this.#codec.encode(payload as Json);
      position += 1;
      size += data.length;
      rows.push({
        entity: id,
        sequence: first + i,
        shard,
        position,
        at,
        type,
        schema: EVENT_SCHEMA,
        causation: input.causation,
        actor: input.actor,
        traceparent: input.traceparent ?? null,
        data,
      });
    }
    for (const row of rows) this.#events.push(row);
    this.#positions.set(shard, position);
    this.#size += size;
    this.touched.add(entity);
  }

  /** Large values that events of this commit refer to. */
  keep(blobs: readonly BlobRow[]): void {
    for (const blob of blobs) {
      this.#blobs.push(blob);
      this.#size += blob.data?.length ?? 0;
    }
  }

  /** Its summary row is written although nothing may have happened. */
  touch(entity: Entity): void {
    this.touched.add(entity);
  }

  /**
   * The law threw half-way: what the entity decided before in this commit stands, and its state is no longer that.
   * Its row stays as it is in the store until the entity is read again.
   */
  distrust(entity: Entity): void {
    if (this.touched.delete(entity)) this.#fenced.add(entity.shard);
  }

  /** Takes over what the entity owes the world since it was last asked; all of it when it was just loaded. */
  takeEffects(entity: Entity, loaded: boolean): void {
    this.concerned.add(entity);
    for (const effect of drainEffects(entity.state)) {
      if (effect.kind === 'snapshot') this.snapshot(entity, effect.checkpoint, effect.occasion);
      else this.effects.push({ entity, effect, owed: false });
    }
    if (!loaded) return;
    this.loaded.add(entity);
    for (const effect of owedBy(entity)) this.effects.push({ entity, effect, owed: true });
  }

  /** The state as it is now, to be stored with the events that led to it. Without it the log has everything. */
  snapshot(entity: Entity, checkpointId: string, occasion: SnapshotOccasion): void {
    try {
      const sealed = seal(encodeEntity(entity), this.#codec, entity.segments);
      const { sequence, lastAt: at } = entity.state;
      this.#snapshots.push({ entity: entity.id, sequence, checkpointId, occasion, at, ...sealed });
      this.#segments.set(entity, sealed.segments);
      this.#size += sealed.segments.reduce((sum, { data }) => sum + (data?.length ?? 0), sealed.state.length);
      this.touched.add(entity);
      entity.snapshotAt = sequence;
    } catch (error) {
      this.#log('error', 'a snapshot could not be taken', { entity: entity.id, message: messageOf(error) });
    }
  }

  /** It leaves memory with this commit. A short log is folded faster than a snapshot is read, and costs no more room. */
  sleep(entity: Entity, { wakeAt }: Rest): void {
    this.rests.sleep(entity, wakeAt);
    this.concerned.add(entity);
    this.touched.add(entity);
    const log = entity.state.sequence - entity.snapshotAt;
    if (log >= SLEEPS_WITH_SNAPSHOT) this.snapshot(entity, this.#clock.id(), 'routine');
  }

  /** A message for an entity that is not at hand: its row is safe with this commit, whoever reads it. */
  post(message: Message, id: string, sender: Entity, input: Input): void {
    this.#messages.push({
      id,
      tenant: tenantOfMessage(sender, message, input),
      entity: message.to,
      shard: shardOf(message.to),
      at: this.#clock.now(),
      type: message.command.type,
      causation: input.causation,
      actor: input.actor,
      traceparent: input.traceparent ?? null,
      replies: false,
      data: this.#codec.encode(message.command as unknown as Json),
    });
  }

  /** Deals with an input: its inbox row goes, its outcome stays where somebody asks for it. */
  conclude(input: Input, outcome: Outcome): void {
    if (input.message !== undefined) {
      this.#fenced.add(shardOf(input.entity));
      this.#consumed.push(input.message);
      if (input.replies === true) {
        const encoded = this.#codec.encode(outcome);
        this.#outcomes.push({ id: input.message, at: this.#clock.now(), outcome: encoded });
      }
    }
    if (input.reply === undefined) return;
    this.replies.push({ input, outcome });
    this.#fenced.add(shardOf(input.entity));
  }

  /** Ids of the messages whose outcomes are kept. */
  get answered(): readonly string[] {
    return this.#outcomes.map(({ id }) => id);
  }

  refuse(reply: Reply): void {
    this.refusals.push(reply);
    this.conclude(reply.input, reply.outcome);
  }

  mark(mark: Mark): void {
    this.marks.push(mark);
    this.#fenced.add(shardOf(mark.row.executionId));
  }

  writeOff(row: ExecutionRow): void {
    this.writtenOff.push(row);
    this.#fenced.add(shardOf(row.executionId));
  }

  /** Shards to which this commit may have written. */
  get shards(): readonly number[] {
    return [...this.#positions.keys()];
  }

  commit(): Commit {
    const shards = new Set(this.#fenced);
    for (const entity of this.touched) shards.add(entity.shard);
    const { wakeups, woken } = this.rests.of(this.touched);
    return {
      epochs: Array.from(shards, (shard) => ({ shard, epoch: this.#ownership.epochOf(shard) })),
      events: this.#events,
      messages: this.#messages,
      consumed: this.#consumed,
      outcomes: this.#outcomes,
      executions: this.#rows(),
      snapshots: this.#snapshots,
      wakeups,
      woken: [...woken, ...this.#overOrParked()],
      blobs: this.#blobs,
    };
  }

  #rows(): readonly ExecutionRow[] {
    const rows = this.marks.map(({ row }) => row);
    for (const entity of this.touched) {
      const row = entity.kind === 'execution' ? summaryOf(entity, this.rests.isAsleep(entity)) : undefined;
      if (row !== undefined) rows.push(row);
    }
    // Last: nothing said before in this commit stands against it.
    return [...rows, ...this.writtenOff];
  }

  /** They may have slept when they came to stand still. */
  #overOrParked(): readonly string[] {
    return [...this.marks.map(({ row }) => row), ...this.writtenOff].map(({ executionId }) => executionId);
  }

  /** The commit went through: the shards are further now. Returns what was written, by shard. */
  committed(): readonly Span[] {
    for (const entity of this.touched) entity.isRowStale = false;
    this.rests.committed();
    for (const [entity, segments] of this.#segments)
      entity.segments = new Set(segments.map(({ digest }) => digest));
    const spans = spansOf(this.#events);
    for (const { shard, last } of spans) this.#ownership.advance(shard, last);
    return spans;
  }
}

/** Events in the order of their positions as spans, one a shard. */
export function spansOf(rows: Iterable<EventRow>): readonly Span[] {
  const byShard = new Map<number, EventRow[]>();
  for (const row of rows) {
    const events = byShard.get(row.shard);
    if (events === undefined) byShard.set(row.shard, [row]);
    else events.push(row);
  }
  return Array.from(byShard, ([shard, events]) => {
    const first = (events[0] as EventRow).position;
    return { shard, first, last: (events.at(-1) as EventRow).position, events };
  });
}
