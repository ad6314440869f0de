/**
 * Looks up for a resource whether an execution that holds something of it is still there: whoever was written off has given
 * nothing back, and nobody else would. And whether it waits for somebody who waits for the resource.
 */
import { claimKey, type ExecutionIndex, hasEnded } from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { circleAt, type Load } from '../read/circle.ts';
import type { Input } from './input.ts';

export interface HoldersParts {
  readonly executions: ExecutionIndex;
  readonly load: Load;
  readonly log: Log;
  readonly submit: (input: Input) => void;
}

export class Holders {
  readonly #parts: HoldersParts;
  /** Resources about which is being asked whether somebody waits in a circle. */
  readonly #followed = new Set<string>();

  constructor(parts: HoldersParts) {
    this.#parts = parts;
  }

  /** Tells the resource when the holder has ended or does not exist. Never rejects: the resource asks again. */
  async ask(resource: string, execution: string): Promise<void> {
    const { executions, log, submit } = this.#parts;
    try {
      const row = await executions.get(execution);
      if (row !== undefined && !hasEnded(row)) return await this.#breakCircle(resource);
      log('warn', 'an execution that has ended held something still', { execution, resource });
      const causation = `holder:${execution}`;
      submit({ entity: resource, command: { type: 'holder.gone', execution }, causation, actor: 'engine' });
    } catch (error) {
      const message = messageOf(error);
      log('warn', 'the holder of a resource could not be looked up', { execution, resource, message });
    }
  }
  /** Each resource of a circle is asked, and each finds the same victim: only the one that it waits for says so. */
  async #breakCircle(resource: string): Promise<void> {
    const { load, log, submit } = this.#parts;
    if (this.#followed.has(resource)) return;
    this.#followed.add(resource);
    try {
      const circle = await circleAt(resource, load);
      if (circle?.victim.resource !== resource) return;
      const { claim } = circle.victim;
      const explanation = circle.wordsOf(claimKey(claim)) ?? '';
      log('warn', 'tasks wait for each other in a circle; the last of them fails', { resource, explanation });
      const command = { type: 'semaphore.break', claim, holders: circle.holders, explanation } as const;
      submit({ entity: resource, command, causation: `circle:${claimKey(claim)}`, actor: 'engine' });
    } finally {
      this.#followed.delete(resource);
    }
  }
}
