/** How the agents of each type did in this process since it started. In memory alone: counters, never a decision. */
import type { Instant, TaskError } from '@cantata/core';

/** Of one agent type. Durations are of attempts that were answered. */
export interface Outcomes {
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  /** Their process ended, or what they work on could not be read. */
  readonly lost: number;
  readonly lastError: (Pick<TaskError, 'code' | 'message'> & { readonly at: Instant }) | undefined;
  readonly meanMs: number | undefined;
  readonly lastMs: number | undefined;
}

interface Counts {
  succeeded: number;
  failed: number;
  timedOut: number;
  lost: number;
  totalMs: number;
  lastMs: number | undefined;
  lastError: Outcomes['lastError'];
}

export class Health {
  readonly #types = new Map<string, Counts>();

  get types(): Iterable<string> {
    return this.#types.keys();
  }

  of(agentType: string): Outcomes {
    const { totalMs, ...rest } = this.#types.get(agentType) ?? newCounts();
    const answered = rest.succeeded + rest.failed;
    return { ...rest, meanMs: answered === 0 ? undefined : totalMs / answered };
  }

  /** It answered. Of one that was told to stop nothing is said. */
  answered(agentType: string, error: TaskError | undefined, at: Instant, tookMs: number): void {
    if (error?.code === 'agent_aborted') return;
    const counts = this.#countsOf(agentType);
    counts.totalMs += tookMs;
    counts.lastMs = tookMs;
    if (error === undefined) counts.succeeded += 1;
    else {
      counts.failed += 1;
      counts.lastError = { code: error.code, message: error.message, at };
    }
  }

  timedOut(agentType: string, at: Instant, message: string): void {
    const counts = this.#countsOf(agentType);
    counts.timedOut += 1;
    counts.lastError = { code: 'task_timed_out', message, at };
  }

  lost(agentType: string): void {
    this.#countsOf(agentType).lost += 1;
  }

  #countsOf(agentType: string): Counts {
    let counts = this.#types.get(agentType);
    if (counts === undefined) {
      counts = newCounts();
      this.#types.set(agentType, counts);
    }
    return counts;
  }
}

function newCounts(): Counts {
  return {
    succeeded: 0,
    failed: 0,
    timedOut: 0,
    lost: 0,
    totalMs: 0,
    lastMs: undefined,
    lastError: undefined,
  };
}
