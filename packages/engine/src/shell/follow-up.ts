/** What follows a commit that went through: callers are told, events are published, the world gets what it is owed. */
import { CONTINUE, type ExecutionRow, type Instant, type Span } from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Batch, DueEffect } from './batch.ts';
import type { Entity } from './entity.ts';
import type { Input } from './input.ts';
import type { Performer } from './performer.ts';
import type { Residents } from './residents.ts';

export interface FollowUpParts {
  readonly log: Log;
  readonly residents: Residents;
  readonly performer: Performer;
  readonly submit: (input: Input) => void;
  readonly evict: (id: string) => void;
  /** Messages without their entity at hand were written to the inbox. */
  readonly onPosted: () => void;
  /** Outcomes of messages are in the store: their ids. */
  readonly onAnswered: (messages: readonly string[]) => void;
  readonly onWrittenOff: (row: ExecutionRow) => void;
  /** An entity left memory and is to be read again then. */
  readonly onAsleep: (wakeAt: Instant) => void;
  readonly onCommitted: (spans: readonly Span[], ended: Iterable<Entity>) => void;
}

export class FollowUp {
  readonly #parts: FollowUpParts;

  constructor(parts: FollowUpParts) {
    this.#parts = parts;
  }

  /** In this order: an answer is settled before the reload that would take its attempt for lost. */
  run(batch: Batch, spans: readonly Span[]): void {
    const { onCommitted, onPosted, onAnswered, onWrittenOff, residents, performer } = this.#parts;
    for (const { input, outcome } of batch.replies) input.reply?.(outcome);
    if (batch.answered.length > 0) onAnswered(batch.answered);
    for (const { input, decided } of batch.settled) input.settled?.(decided);
    for (const { done } of batch.marks) done();
    for (const row of batch.writtenOff) onWrittenOff(row);
    if (spans.length > 0 || batch.ended.size > 0) onCommitted(spans, batch.ended);
    if (batch.posted > 0) onPosted();
    for (const entity of batch.loaded) if (residents.of(entity.id) === entity) performer.loaded(entity);
    for (const due of batch.effects) this.#perform(due);
    for (const entity of batch.ended) this.#leave(entity);
    for (const entity of batch.rests.sleeping) this.#sleep(entity);
  }

  #perform({ entity, effect, owed }: DueEffect): void {
    const { residents, performer, submit, log } = this.#parts;
    // An entity that was evicted or replaced since derives its effects anew.
    if (residents.of(entity.id) !== entity) return;
    if (effect.kind === 'continue') {
      return submit({ entity: entity.id, command: CONTINUE, causation: 'continue', actor: 'engine' });
    }
    try {
      performer.perform(entity, effect, owed);
    } catch (error) {
      // The reconciler finds what is owed and not performed.
      const message = messageOf(error);
      log('error', `an effect could not be performed: ${effect.kind}`, { entity: entity.id, message });
    }
  }

  /** Its wake-up is safe. */
  #sleep(entity: Entity): void {
    const { residents, evict, onAsleep } = this.#parts;
    if (residents.of(entity.id) !== entity) return;
    evict(entity.id);
    if (typeof entity.wakeup === 'number') onAsleep(entity.wakeup);
  }

  #leave(entity: Entity): void {
    const { residents, performer, evict } = this.#parts;
    if (residents.of(entity.id) !== entity) return;
    evict(entity.id);
    performer.ended(entity.id);
  }
}
