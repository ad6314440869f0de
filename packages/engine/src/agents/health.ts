/**
 * How the agents of each type did in this process since it started, for each tenant apart: what an agent says when it fails
 * is of the one it worked for. In memory alone: counters, never a decision.
 */
import type { Instant, TaskError } from '@cantata/core';

/** Whom an attempt is for, and who makes it. */
export interface AgentsOf {
  readonly tenant: string;
  readonly agentType: string;
}

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
  /** By tenant, then by type. */
  readonly #tenants = new Map<string, Map<string, Counts>>();

  /** Types of which attempts were made for a tenant. */
  types(tenant: string): Iterable<string> {
    return this.#tenants.get(tenant)?.keys() ?? [];
  }

  of({ tenant, agentType }: AgentsOf): Outcomes {
    const { totalMs, ...rest } = this.#tenants.get(tenant)?.get(agentType) ?? newCounts();
    const answered = rest.succeeded + rest.failed;
    return { ...rest, meanMs: answered === 0 ? undefined : totalMs / answered };
  }

  /** It answered. Of one that was told to stop nothing is said. */
  answered(agents: AgentsOf, error: TaskError | undefined, at: Instant, tookMs: number): void {
    if (error?.code === 'agent_aborted') return;
    const counts = this.#countsOf(agents);
    counts.totalMs += tookMs;
    counts.lastMs = tookMs;
    if (error === undefined) counts.succeeded += 1;
    else {
      counts.failed += 1;
      counts.lastError = { code: error.code, message: error.message, at };
    }
  }

  timedOut(agents: AgentsOf, at: Instant, message: string): void {
    const counts = this.#countsOf(agents);
    counts.timedOut += 1;
    counts.lastError = { code: 'task_timed_out', message, at };
  }

  lost(agents: AgentsOf): void {
    this.#countsOf(agents).lost += 1;
  }

  #countsOf({ tenant, agentType }: AgentsOf): Counts {
    let types = this.#tenants.get(tenant);
    if (types === undefined) {
      types = new Map();
      this.#tenants.set(tenant, types);
    }
    let counts = types.get(agentType);
    if (counts === undefined) {
      counts = newCounts();
      types.set(agentType, counts);
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
