/**
 * The world outside: who did what for which execution, under which idempotency key. It does what a payment provider
 * does: a key it knows is answered and not done again, and one that was made void is not done at all. It believes nothing it is told about attempts and assignments.
 */
import { type Assignment, type Instant, type TurnResult, taskLabel } from '@cantata/core';

export type DeedKind = 'perform' | 'compensate';

/** One time that an agent reached for the world. */
export interface Deed {
  readonly key: string;
  readonly kind: DeedKind;
  readonly execution: string;
  readonly task: string;
  readonly item: number | undefined;
  readonly activation: number;
  readonly at: Instant;
  /** The number of the process it was done in. */
  readonly process: number;
  /** Before and after which commits the agent was asked to do it: it counts commits and performances alike. */
  readonly order: number;
  /** Whether the world changed: the first time its key came up. */
  readonly isApplied: boolean;
}

/** What an agent was shown of the turns before its own, as it was asked to take it. */
export interface Sight {
  readonly execution: string;
  readonly task: string;
  readonly item: number | undefined;
  readonly activation: number;
  readonly turns: readonly TurnResult[];
}

export class Ledger {
  readonly deeds: Deed[] = [];
  readonly sights: Sight[] = [];
  readonly #known = new Set<string>();
  /** Keys of what was undone. */
  readonly #void = new Set<string>();

  /** An agent is shown what its assignment shows. */
  see({ executionId: execution, task, item, activation, team }: Assignment): void {
    if (team === undefined || team.results.length + team.messages.length === 0) return;
    const turns = [...team.results, ...team.messages];
    this.sights.push({ execution, task, item, activation, turns });
  }

  /** An agent does what its assignment asks for. */
  apply(assignment: Assignment, where: Pick<Deed, 'at' | 'process' | 'order'>): void {
    const { idempotencyKey: key, executionId: execution, task, item } = assignment;
    const kind = key.endsWith('/compensate') ? 'compensate' : 'perform';
    const { activation = 1 } = assignment as { readonly activation?: number };
    this.deeds.push({
      key,
      kind,
      execution,
      task,
      item,
      activation,
      isApplied: !this.#known.has(key) && !this.#void.has(key),
      ...where,
    });
    this.#known.add(key);
    if (assignment.undoes !== undefined) this.#void.add(assignment.undoes.idempotencyKey);
  }
}

/** What was to be done, whatever key it was done under. */
export function deedAddress(
  deed: Pick<Deed, 'execution' | 'task' | 'activation' | 'kind'> & { readonly item?: number | undefined },
): string {
  return `${deed.execution}/${taskLabel(deed.task, deed.item)}#${deed.activation}/${deed.kind}`;
}
