/** What one commit carries, gathered while commands are decided: rows for the store, and what follows once they are safe. */
import type {
  Clock,
  Codec,
  Commit,
  Effect,
  EventRow,
  Instant,
  Json,
  Message,
  MessageRow,
  OutcomeRow,
  SnapshotRow,
  Span,
} from '@cantata/core';
import { drainEffects, EVENT_SCHEMA, shardOf } from '@cantata/core';
import { sha256 } from '../digest.ts';
import { type Entity, type Event, encodeEntity, owedBy, summaryOf } from './entity.ts';
import type { Input, Outcome } from './input.ts';
import type { Ownership } from './ownership.ts';

export interface DueEffect {
  readonly entity: Entity;
  readonly effect: Effect;
  /** Listed at load: an attempt that is not in flight here was lost with the process that ran it. */
  readonly owed: boolean;
}

export interface Reply {
  readonly input: Input;
  readonly outcome: Outcome;
}

export class Batch {
  readonly inputs: Input[] = [];
  readonly touched = new Set<Entity>();
  /** Executions that need no place in memory any more. */
  readonly ended = new Set<string>();
  readonly effects: DueEffect[] = [];
  readonly replies: Reply[] = [];
  readonly #events: EventRow[] = [];
  readonly #messages: MessageRow[] = [];
  readonly #consumed: string[] = [];
  readonly #outcomes: OutcomeRow[] = [];
  readonly #snapshots: SnapshotRow[] = [];
  /** Shards whose epoch is checked although nothing is appended to them. */
  readonly #fenced = new Set<number>();
  readonly #positions = new Map<number, number>();
  readonly #ownership: Ownership;
  readonly #codec: Codec;
  readonly #clock: Clock;

  constructor(ownership: Ownership, codec: Codec, clock: Clock) {
    this.#ownership = ownership;
    this.#codec = codec;
    this.#clock = clock;
  }

  get eventCount(): number {
    return this.#events.length;
  }

  get isEmpty(): boolean {
    return (
      this.#events.length === 0 &&
      this.#messages.length === 0 &&
      this.#consumed.length === 0 &&
      this.#outcomes.length === 0 &&
      this.#snapshots.length === 0
    );
  }

  /** Writes down what a step of an entity decided. */
  add(entity: Entity, events: readonly Event[], at: Instant, input: Input): void {
    this.touched.add(entity);
    const { shard, id } = entity;
    const first = entity.state.sequence - events.length + 1;
    let position = this.#positions.get(shard) ?? this.#ownership.position(shard);
    for (let i = 0; i < events.length; i++) {
      const { type, ...data } = events[i] as Event;
      position += 1;
      this.#events.push({
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
        data: this.#codec.encode(data as Json),
      });
    }
    this.#positions.set(shard, position);
  }

  /** Takes over what the entity owes the world since it was last asked; all of it when it was just loaded. */
  takeEffects(entity: Entity, loaded: boolean): void {
    for (const effect of drainEffects(entity.state)) {
      if (effect.kind === 'snapshot') this.snapshot(entity, effect.checkpoint);
      else this.effects.push({ entity, effect, owed: false });
    }
    if (!loaded) return;
    for (const effect of owedBy(entity)) this.effects.push({ entity, effect, owed: true });
  }

  /** The state as it is now, to be stored with the events that led to it. */
  snapshot(entity: Entity, checkpointId: string): void {
    this.touched.add(entity);
    const state = this.#codec.encode(encodeEntity(entity));
    const { id, state: now } = entity;
    this.#snapshots.push({
      entity: id,
      sequence: now.sequence,
      checkpointId,
      at: now.lastAt,
      checksum: sha256(state),
      state,
    });
    entity.snapshotAt = now.sequence;
  }

  /** A message for an entity that is not at hand: its row is safe with this commit, whoever reads it. */
  post(message: Message, id: string, sender: Entity, input: Input): void {
    this.#messages.push({
      id,
      tenant: sender.tenant,
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
    if (input.reply !== undefined) this.replies.push({ input, outcome });
  }

  get posted(): number {
    return this.#messages.length;
  }

  commit(): Commit {
    const shards = new Set(this.#fenced);
    for (const entity of this.touched) shards.add(entity.shard);
    return {
      epochs: Array.from(shards, (shard) => ({ shard, epoch: this.#ownership.epochOf(shard) })),
      events: this.#events,
      messages: this.#messages,
      consumed: this.#consumed,
      outcomes: this.#outcomes,
      executions: [...this.touched].flatMap((entity) =>
        entity.kind === 'execution' ? (summaryOf(entity) ?? []) : [],
      ),
      snapshots: this.#snapshots,
    };
  }

  /** The commit went through: the shards are further now. Returns what was written, by shard. */
  committed(): readonly Span[] {
    const byShard = new Map<number, EventRow[]>();
    for (const event of this.#events) {
      const events = byShard.get(event.shard);
      if (events === undefined) byShard.set(event.shard, [event]);
      else events.push(event);
    }
    return Array.from(byShard, ([shard, events]) => {
      const last = (events.at(-1) as EventRow).position;
      this.#ownership.advance(shard, last);
      return { shard, first: (events[0] as EventRow).position, last, events };
    });
  }
}
