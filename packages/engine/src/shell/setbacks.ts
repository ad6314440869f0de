/**
 * What the store did not take or give: a commit that was refused or not answered, an entity that could not be read, a
 * store that does not answer at all. Nothing of it counts (E3), and everybody who was in it is dealt with (E4).
 */
import { type CantataError, type Clock, CONTINUE, isResource, type LogStore, type Span } from '@cantata/core';
import { errorFrom } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import { aftermath } from './aftermath.ts';
import type { Agenda } from './agenda.ts';
import { Backoff } from './backoff.ts';
import type { Batch } from './batch.ts';
import { Doubts } from './doubts.ts';
import { type Input, rejected, tell } from './input.ts';
import type { Ownership } from './ownership.ts';
import type { Parking } from './parking.ts';

export interface SetbacksParts {
  readonly store: { readonly log: LogStore };
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: EngineSettings;
  readonly ownership: Ownership;
  readonly parking: Parking;
  readonly agenda: Agenda;
  readonly onKept: (message: string) => void;
  readonly onReleased: (entity: string) => void;
  /** What a commit without an answer wrote after all. */
  readonly onFound: (span: Span) => void;
  /** An entity stands still, and this input with it. */
  readonly park: (input: Input, error: CantataError) => void;
  /** A pause is over. */
  readonly onOver: () => void;
}

export class Setbacks {
  readonly #parts: SetbacksParts;
  readonly #backoff: Backoff;
  readonly #doubts: Doubts;

  constructor(parts: SetbacksParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.clock, parts.onOver);
    this.#doubts = new Doubts(parts.store.log, parts.ownership, (span) => this.#found(span));
  }

  /** The store is left alone for a while. */
  get isPausing(): boolean {
    return this.#backoff.isPausing;
  }

  /** The store took something. */
  over(): void {
    this.#backoff.succeeded();
  }

  /** The queue was emptied: nobody waits for the store any more. */
  reset(): void {
    this.#backoff.reset();
  }

  /** The shards are somebody else's: what was written to them is not ours to find out. */
  forget(): void {
    this.#doubts.clear();
  }

  /** A commit of this term was refused or not answered: its entities are out of memory already. */
  refused(batch: Batch, error: CantataError): void {
    this.#doubts.add(batch.shards);
    const isWhole = batch.refusals.length === 0 && batch.marks.length === 0;
    const retry = this.#dealWith(batch.inputs, error, isWhole);
    this.#keepRefusals(batch, error);
    this.#parts.agenda.putFirst([...retry, ...this.#reloads(batch)]);
    if (error.code !== 'store_data_refused') this.#backoff.failed();
  }

  /** The store may be able to read an entity in a moment: who waited for it is treated as if its commit had failed. */
  notRead(inputs: readonly Input[], error: CantataError): void {
    this.#parts.agenda.putFirst(this.#dealWith(inputs, error));
    this.#backoff.failed();
  }

  /** Where the store may be ahead of memory, memory catches up. Whether it has. */
  async haveCaughtUp(): Promise<boolean> {
    if (this.#doubts.isEmpty) return true;
    try {
      await this.#doubts.resolve();
      return true;
    } catch (error) {
      this.#notCaughtUp(errorFrom(error, 'store_unavailable'));
      return false;
    }
  }

  /** What caused these events was dealt with and its inbox rows are gone: to decide it again would do it twice. */
  #found(span: Span): void {
    this.#parts.agenda.dropMessages(new Set(span.events.map(({ causation }) => causation)));
    this.#parts.onFound(span);
  }

  /** Nothing can be decided before the store answers: whoever waits is treated as if its commit had failed. */
  #notCaughtUp(error: CantataError): void {
    const { log, agenda } = this.#parts;
    log('error', 'the store cannot be read', { code: error.code, message: error.message });
    const inputs = agenda.takeAll();
    agenda.dropMarks(error);
    agenda.putFirst(this.#dealWith(inputs, error));
    this.#backoff.failed();
  }

  /** Inputs that are tried again; all others are dealt with. */
  #dealWith(inputs: readonly Input[], error: CantataError, isWhole = true): readonly Input[] {
    const { settings, agenda, park } = this.#parts;
    const after = aftermath({ inputs, error, isWhole, attempts: settings.commitAttempts });
    for (const input of after.tell) tell(input, error);
    for (const input of after.refuse) agenda.refuse({ input, outcome: rejected(error) });
    this.#leave(after.leave);
    for (const input of after.park) park(input, error);
    return after.retry;
  }

  /**
   * To be read again from the inbox, where they are still to be found there; and what was told the same entities after them,
   * which must not overtake them.
   */
  #leave(inputs: readonly Input[]): void {
    if (inputs.length === 0) return;
    const { agenda, onKept, onReleased } = this.#parts;
    const after = agenda.takeMessagesTo(new Set(inputs.map(({ entity }) => entity)));
    for (const { message, entity, writesOff } of [...inputs, ...after]) {
      if (message !== undefined) onKept(message);
      onReleased(writesOff?.cancel.entity ?? entity);
    }
  }

  /**
   * No event tells whether a refusal was written, so the inbox is asked, as for any other row. Refusals write little: a
   * store that refuses their data refuses them for good, and they stay in the inbox.
   */
  #keepRefusals({ inputs, refusals }: Batch, error: CantataError): void {
    if (refusals.length === 0) return;
    if (error.code !== 'store_data_refused') return this.#leave(refusals.map(({ input }) => input));
    if (inputs.length > 0) return this.#parts.agenda.refuse(...refusals);
    const rows = refusals.map(({ input }) => input.message as string);
    this.#parts.log('error', 'inbox rows cannot be dealt with', { rows });
  }

  /** Everybody who was in it is read again: what it waits for must be known to somebody. */
  #reloads({ concerned }: Batch): readonly Input[] {
    // A resource without a timer waits for messages alone: whoever has one reads it.
    const waiting = [...concerned].filter(
      ({ id, wakeup }) =>
        (!isResource(id) || wakeup !== undefined) && this.#parts.parking.reason(id) === undefined,
    );
    return waiting.map(({ id }) => ({
      entity: id,
      command: CONTINUE,
      causation: 'reload',
      actor: 'engine',
    }));
  }
}
