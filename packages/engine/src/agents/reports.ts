/**
 * Tells circuit breakers how attempts ended, in batches. Of agents that are well nothing is told: a breaker counts
 * failures in a row, and only an answer after a failure says something new. A failure is told in the same turn of the
 * event loop.
 */
import { type Clock, type FaultTolerance, MAX_OUTCOMES } from '@cantata/core';
import type { Input } from '../shell/input.ts';

/** The breaker of an agent type, and what a workflow says of breakers. */
export interface Breaker extends Required<NonNullable<FaultTolerance['circuitBreaker']>> {
  readonly id: string;
}

export interface ReportsParts {
  readonly clock: Clock;
  readonly submit: (input: Input) => void;
  /** Whether a breaker counts failures already. */
  readonly countsFailures: (breaker: string) => boolean;
}

interface Pending {
  readonly breaker: Breaker;
  readonly outcomes: boolean[];
}

export class Reports {
  readonly #parts: ReportsParts;
  /** Breakers that were told of a failure last. */
  readonly #failing = new Set<string>();
  #pending: Pending[] = [];
  #isScheduled = false;

  constructor(parts: ReportsParts) {
    this.#parts = parts;
  }

  note(breaker: Breaker, isWell: boolean): void {
    const { id } = breaker;
    if (!isWell) this.#failing.add(id);
    else if (!this.#failing.delete(id) && !this.#parts.countsFailures(id)) return;
    const last = this.#pending.findLast((report) => report.breaker.id === id);
    if (last === undefined || !isSame(last.breaker, breaker) || last.outcomes.length === MAX_OUTCOMES)
      this.#pending.push({ breaker, outcomes: [isWell] });
    else last.outcomes.push(isWell);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#parts.clock.defer(() => this.#tell());
  }

  #tell(): void {
    this.#isScheduled = false;
    const reports = this.#pending;
    this.#pending = [];
    for (const { breaker, outcomes } of reports) {
      this.#parts.submit({
        entity: breaker.id,
        command: {
          type: 'breaker.report',
          outcomes,
          threshold: breaker.failureThreshold,
          openMs: breaker.timeoutSeconds * 1_000,
        },
        causation: 'report',
        actor: 'engine',
      });
    }
  }
}

function isSame(one: Breaker, other: Breaker): boolean {
  return one.failureThreshold === other.failureThreshold && one.timeoutSeconds === other.timeoutSeconds;
}
