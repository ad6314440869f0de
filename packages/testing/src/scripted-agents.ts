/**
 * Agents that do as they are told, performance by performance, and a ledger of what they did: the outside world of a
 * test. A performance is one call of an agent; the last line of a script is repeated.
 */
import {
  type Agent,
  type AgentContext,
  type AgentDirectory,
  type AgentOutcome,
  type Assignment,
  type Clock,
  type Json,
  type TaskError,
  taskLabel,
} from '@cantata/core';

/** What an agent does in one performance. */
export type Line = (assignment: Assignment, context: AgentContext, clock: Clock) => Promise<AgentOutcome>;

/** Returns a value, whatever it is: what is no JSON too. */
export function answers(output: unknown): Line {
  return async () => ({ kind: 'completed', output });
}

export function answersWith(work: (assignment: Assignment) => unknown): Line {
  return async (assignment) => ({ kind: 'completed', output: work(assignment) });
}

export function answersLate(ms: number, output: unknown = null): Line {
  return async (_, __, clock) => {
    await new Promise<void>((resolve) => void clock.at(clock.now() + ms, resolve));
    return { kind: 'completed', output };
  };
}

/** A promise of its own make that is resolved twice. */
export function answersTwice(first: Json, second: Json): Line {
  return () => {
    const answer = (resolve: (outcome: AgentOutcome) => void): void => {
      resolve({ kind: 'completed', output: first });
      resolve({ kind: 'completed', output: second });
    };
    // oxlint-disable-next-line unicorn/no-thenable -- a promise of one's own make is the point
    return { then: answer } as unknown as Promise<AgentOutcome>;
  };
}

/** Says itself that it failed. */
export function reports(error: Partial<TaskError> = {}): Line {
  return async () => ({ kind: 'failed', error: { code: 'agent_error', message: 'it broke', ...error } });
}

/** Throws what it is given, undefined too; an error where it is given nothing. */
export function throws(...given: readonly [thrown?: unknown]): Line {
  const thrown = given.length === 0 ? new Error('it threw') : given[0];
  return async () => {
    throw thrown;
  };
}

/** Does not answer, and does not listen. */
export function hangs(): Line {
  return () => new Promise<never>(() => undefined);
}

/** Works until it is told to stop, and then stops. */
export function obeys(): Line {
  return (_, { signal }) =>
    new Promise((_resolve, reject) => {
      const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });
}

/** Answers when the test says so. */
export class Cue {
  #give: ((outcome: AgentOutcome) => void) | undefined;
  readonly line: Line = () => new Promise((resolve) => (this.#give = resolve));

  get isAwaited(): boolean {
    return this.#give !== undefined;
  }

  answer(output: unknown = null): void {
    if (this.#give === undefined) throw new Error('nobody performs it yet');
    this.#give({ kind: 'completed', output });
  }
}

/** One performance as the agent saw it. */
export interface Performance {
  readonly executionId: string;
  /** `research` or `research[2]`. */
  readonly place: string;
  readonly attempt: number;
  readonly assignment: number;
  readonly seat: string;
  readonly idempotencyKey: string;
  readonly input: Json;
  readonly at: number;
  readonly signal: AgentContext['signal'];
}

export class ScriptedAgents implements AgentDirectory {
  readonly where: string = 'cantata.config.ts';
  readonly performances: Performance[] = [];
  readonly #clock: Clock;
  readonly #scripts = new Map<string, readonly Line[]>();
  /** Performances so far, by execution and place. */
  readonly #performed = new Map<string, number>();
  readonly #unbound = new Set<string>();
  #otherwise: Line = answersWith(({ task, item }) => `${taskLabel(task, item)} is done`);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is done at a place (`research`, `research[2]`, or `research` for all its items), performance by performance of each execution. */
  on(place: string, ...lines: readonly Line[]): this {
    this.#scripts.set(place, lines);
    return this;
  }

  /** What is done where nothing else was said. */
  otherwise(line: Line): this {
    this.#otherwise = line;
    return this;
  }

  /** Nobody is bound to a type, or somebody is again. */
  unbind(type: string): this {
    this.#unbound.add(type);
    return this;
  }

  bind(type: string): this {
    this.#unbound.delete(type);
    return this;
  }

  /** Places in the order in which they were performed. */
  get places(): readonly string[] {
    return this.performances.map(({ place }) => place);
  }

  at(place: string, executionId?: string): readonly Performance[] {
    return this.performances.filter(
      (one) => one.place === place && (executionId === undefined || one.executionId === executionId),
    );
  }

  find(agentType: string): Agent | undefined {
    if (this.#unbound.has(agentType)) return undefined;
    return { perform: (assignment, context) => this.#perform(assignment, context) };
  }

  #perform(assignment: Assignment, context: AgentContext): Promise<AgentOutcome> {
    const { executionId, task, item, attempt, assignment: number, seat, idempotencyKey, input } = assignment;
    const place = taskLabel(task, item);
    this.performances.push({
      executionId,
      place,
      attempt,
      assignment: number,
      seat,
      idempotencyKey,
      input: structuredClone(input),
      at: this.#clock.now(),
      get signal() {
        return context.signal;
      },
    });
    const key = `${executionId} ${place}`;
    const earlier = this.#performed.get(key) ?? 0;
    this.#performed.set(key, earlier + 1);
    return this.#lineOf(task, place, earlier)(assignment, context, this.#clock);
  }

  #lineOf(task: string, place: string, earlier: number): Line {
    const script = this.#scripts.get(place) ?? this.#scripts.get(task) ?? [];
    return script[Math.min(earlier, script.length - 1)] ?? this.#otherwise;
  }
}
