/**
 * Looks up for a resource whether an execution that holds something of it is still there. Whoever was written off has
 * given nothing back, and nobody else would.
 */
import type { ExecutionIndex } from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Input } from './input.ts';
import { isOver } from './write-off.ts';

export interface HoldersParts {
  readonly executions: ExecutionIndex;
  readonly log: Log;
  readonly submit: (input: Input) => void;
}

export class Holders {
  readonly #parts: HoldersParts;

  constructor(parts: HoldersParts) {
    this.#parts = parts;
  }

  /** Tells the resource when the holder has ended or does not exist. Never rejects: the resource asks again. */
  async ask(resource: string, execution: string): Promise<void> {
    const { executions, log, submit } = this.#parts;
    try {
      const row = await executions.get(execution);
      if (row !== undefined && !isOver(row)) return;
      log('warn', 'an execution that has ended held something still', { execution, resource });
      const causation = `holder:${execution}`;
      submit({ entity: resource, command: { type: 'holder.gone', execution }, causation, actor: 'engine' });
    } catch (error) {
      const message = messageOf(error);
      log('warn', 'the holder of a resource could not be looked up', { execution, resource, message });
    }
  }
}
