/**
 * Given what happened, when something is told, then this follows: the law of executions as sentences.
 *
 *     given(aPlan({ tasks: { a: [], b: ['a'] } }))
 *       .commands(starts())
 *       .when(completes('a', 'done'))
 *       .thenHappens({ type: 'task.completed', task: 'a', attempt: 1, output: 'done' }, ...);
 *
 * Every step on the way is checked (C1 to C5 of checked-execution.ts). Time is a number that stands still until
 * somebody moves it. It is `thenHappens` and not `then`, because an object with a `then` is a promise to JavaScript.
 */
import {
  createPlan,
  type Definition,
  type Effect,
  type ErrorCode,
  type ExecutionEvent,
  type ExecutionState,
  type Instant,
  type Message,
  type Plan,
} from '@cantata/core';
import { expect } from 'vitest';
import { CheckedExecution, type CheckedStep } from './checked-execution.ts';
import type { Told } from './commands.ts';

export function given(subject: Plan | Definition): Given {
  return new Given('graph' in subject ? subject : createPlan(subject));
}

export class Given {
  readonly #execution: CheckedExecution;
  #now: Instant = 0;
  #last: CheckedStep | undefined;

  constructor(plan: Plan) {
    this.#execution = new CheckedExecution(plan);
  }

  get state(): ExecutionState {
    return this.#execution.state;
  }

  /** Everything that has happened. */
  get log(): readonly ExecutionEvent[] {
    return this.#execution.log.map(({ event }) => event);
  }

  /** Another version of the workflow is at hand, under this digest. */
  knows(digest: string, version: Plan): this {
    this.state.versions = new Map(this.state.versions).set(digest, version);
    return this;
  }

  /** Moves the time of what follows. */
  at(now: Instant): this {
    this.#now = now;
    return this;
  }

  /** History, as if read from the log. */
  events(...events: readonly ExecutionEvent[]): this {
    for (const event of events) this.#execution.fold(event, this.#now);
    return this;
  }

  /** History by what was told. None of it may be refused. */
  commands(...told: readonly Told[]): this {
    for (const one of told) {
      this.when(one);
      expect(this.#step.rejection).toBeUndefined();
    }
    return this;
  }

  when(told: Told, at: Instant = this.#now): this {
    this.#now = at;
    const command = typeof told === 'function' ? told(this.state) : told;
    this.#last = this.#execution.tell(command, at);
    return this;
  }

  /**
   * Exactly these events, in this order; only the type where the fields are somebody else's test.
   * None means that nothing happens and nothing is refused.
   */
  thenHappens(...expected: readonly (ExecutionEvent | ExecutionEvent['type'])[]): this {
    expect(this.#step.rejection).toBeUndefined();
    const { events } = this.#step;
    expect(events.map((event, n) => (typeof expected[n] === 'string' ? event.type : event))).toEqual(
      expected,
    );
    return this;
  }

  /** These events before all others, of which at least this is so. */
  thenHas(...expected: readonly (Partial<ExecutionEvent> | ExecutionEvent['type'])[]): this {
    expect(this.#step.rejection).toBeUndefined();
    const like = expected.map((one) => (typeof one === 'string' ? { type: one } : one));
    expect(this.#step.events.slice(0, like.length)).toMatchObject(like);
    return this;
  }

  /** Refused: nothing happens, nothing is owed, and the message says why. */
  thenRejected(code: ErrorCode, message?: string | RegExp): this {
    const { rejection, events, effects, messages } = this.#step;
    expect(rejection?.code).toBe(code);
    if (message !== undefined) expect(rejection?.message).toMatch(message);
    expect({ events, effects, messages }).toEqual({ events: [], effects: [], messages: [] });
    return this;
  }

  /** Exactly these effects, newly owed by this step. */
  thenOwes(...effects: readonly Effect[]): this {
    expect(this.#step.effects).toEqual(effects);
    return this;
  }

  /** What the last step sends. */
  get messages(): readonly Message[] {
    return this.#step.messages;
  }

  thenSends(...messages: readonly Message[]): this {
    expect(this.#step.messages).toEqual(messages);
    return this;
  }

  thenIs(status: ExecutionState['status']['kind']): this {
    expect(this.state.status.kind).toBe(status);
    return this;
  }

  /** What the last step sent, for whatever `thenSends` is too strict for. */
  get lastMessages(): readonly Message[] {
    return this.#step.messages;
  }

  /** For whatever has no sentence of its own. */
  thenState(check: (state: ExecutionState) => void): this {
    check(this.state);
    return this;
  }

  get #step(): CheckedStep {
    if (this.#last === undefined) throw new Error('say `when` before `then`');
    return this.#last;
  }
}
