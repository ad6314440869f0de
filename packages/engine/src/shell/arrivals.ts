/** What comes from the store for inputs that wait: their entity, the values they must read, or what keeps them from coming. */
import { CantataError, CONTINUE } from '@cantata/core';
import { isPassing } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Agenda } from './agenda.ts';
import type { Input } from './input.ts';
import type { Read } from './residents.ts';
import type { Setbacks } from './setbacks.ts';
import type { Standstill } from './standstill.ts';

export interface ArrivalsParts {
  readonly log: Log;
  readonly agenda: Agenda;
  readonly setbacks: Setbacks;
  readonly standstill: Standstill;
}

export class Arrivals {
  readonly #parts: ArrivalsParts;

  constructor(parts: ArrivalsParts) {
    this.#parts = parts;
  }

  /** An entity was read: who waited for it comes first, and then everything the world owes it. */
  read(read: Read): void {
    if (read.kind === 'failed') return this.failed(read.id, read.inputs, read.error);
    if (read.entity === undefined) return this.#unfounded(read.id, read.inputs);
    const owed = { entity: read.id, command: CONTINUE, causation: 'load', actor: 'engine', loaded: true };
    this.#parts.agenda.putFirst([...read.inputs, owed]);
  }

  fetched(input: Input): void {
    this.#parts.agenda.putFirst([input]);
  }

  failed(id: string, inputs: readonly Input[], error: CantataError): void {
    const { log, setbacks, standstill } = this.#parts;
    if (error.code === 'already_ended') return standstill.refuse(inputs, error);
    log('error', 'an entity could not be read', { entity: id, code: error.code, message: error.message });
    if (isPassing(error)) return setbacks.notRead(inputs, error);
    standstill.park(id, error);
    for (const input of inputs) standstill.undecidable(input, error);
  }

  /**
   * Nobody started it. An inbox row for it is refused with the next commit; unless its start is among those that
   * waited: what was told before does not exist, the rest comes again in that order.
   */
  #unfounded(id: string, inputs: readonly Input[]): void {
    const { agenda, standstill } = this.#parts;
    const start = inputs.findIndex(({ command }) => command.type === 'start');
    const missing = new CantataError('execution_not_found', `there is no execution ${id}`);
    standstill.refuse(start === -1 ? inputs : inputs.slice(0, start), missing);
    if (start !== -1) agenda.putFirst(inputs.slice(start));
  }
}
