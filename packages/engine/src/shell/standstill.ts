/**
 * E5: an entity that nobody can decide for stands still, alone and loudly; all others go on. What it is told meanwhile is
 * kept where it is safe; a cancel ends it nevertheless.
 */
import {
  CantataError,
  type Clock,
  type Codec,
  type ExecutionIndex,
  type ExecutionRow,
  type Store,
} from '@cantata/core';
import { stackOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Agenda } from './agenda.ts';
import { type Input, rejected, tell } from './input.ts';
import type { Parking } from './parking.ts';
import type { Performer } from './performer.ts';
import { isCancel, WriteOffs } from './write-off.ts';

export interface StandstillParts {
  readonly executions: ExecutionIndex;
  readonly store: Pick<Store, 'log'>;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly log: Log;
  readonly agenda: Agenda;
  readonly parking: Parking;
  readonly performer: Performer;
  readonly evict: (id: string) => void;
  readonly submit: (input: Input) => void;
  /** There is something for the next turn. */
  readonly schedule: () => void;
  /** An inbox row stays where it is until its entity is released. */
  readonly onKept: (message: string) => void;
  /** What was kept for an entity may be read again. */
  readonly onReleased: (entity: string) => void;
  /** An execution that could not be decided for has ended by its row. */
  readonly onWrittenOff: (row: ExecutionRow) => void;
}

export class Standstill {
  readonly #parts: StandstillParts;
  readonly #writeOffs: WriteOffs;

  constructor(parts: StandstillParts) {
    this.#parts = parts;
    this.#writeOffs = new WriteOffs({
      ...parts,
      refuse: (input, error) => {
        this.refuse([input], error);
        parts.schedule();
      },
      keep: (input, error) => this.keep(input, error),
    });
  }

  park(id: string, error: CantataError): void {
    this.#parts.evict(id);
    this.#parts.parking.park(id, error);
  }

  /** It may be tried again, with what was kept for it. */
  revive(id: string): void {
    this.#parts.parking.release(id);
    this.#parts.onReleased(id);
  }

  /** The law threw at this input. An answer that did it is given up: its attempt is handed out anew when asked for. */
  broken(input: Input, error: CantataError): void {
    this.park(input.entity, error);
    this.undecidable(input, error);
    input.settled?.();
  }

  /** The law threw at what somebody tells an execution that has ended: there is nothing to stand still, or to keep it for. */
  brokenAfterEnd(input: Input, error: CantataError): void {
    const { evict, log } = this.#parts;
    const { entity, command } = input;
    evict(entity);
    log('error', 'an execution that has ended could not be told something', {
      entity,
      command: command.type,
      code: error.code,
      message: error.message,
      stack: stackOf(error),
    });
    const message = `execution ${entity} has ended, and the law throws at ${command.type}: ${error.message}`;
    this.refuse([input], new CantataError('invariant_broken', message, { cause: error }));
  }

  /** The store does not take what this input causes. */
  parkWith(input: Input, error: CantataError): void {
    this.park(input.entity, error);
    this.keep(input, error);
  }

  /** Nobody can decide for its entity. A cancel ends it nevertheless; everything else waits. */
  undecidable(input: Input, error: CantataError): void {
    if (isCancel(input)) void this.#writeOffs.ask(input, error);
    else this.keep(input, error);
  }

  /** Its inbox row waits in the store; answers of agents and timers come back with the entity. */
  keep(input: Input, error: CantataError): void {
    if (input.message !== undefined) this.#parts.onKept(input.message);
    tell(input, error);
  }

  /** There is nothing to decide for: inbox rows go with the next commit. */
  refuse(inputs: readonly Input[], error: CantataError): void {
    for (const input of inputs) {
      tell(input, error);
      input.settled?.();
      if (input.message !== undefined) this.#parts.agenda.refuse({ input, outcome: rejected(error) });
    }
  }

  /** Its place is free and its row says so: it never comes back, and whoever still works for it is not listened to. */
  writtenOff(row: ExecutionRow): void {
    const { log, performer, onWrittenOff } = this.#parts;
    log('warn', 'a parked execution was written off', { execution: row.executionId, reason: row.reason });
    performer.ended(row.executionId);
    this.revive(row.executionId);
    onWrittenOff(row);
  }
}
