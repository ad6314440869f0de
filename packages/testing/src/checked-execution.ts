/**
 * An execution that is checked while it lives. It never decides anything itself: it asks the law, step by step, and
 * throws with a sentence as soon as something that must always hold does not.
 *
 * C1 After every event no invariant of the state is broken.
 * C2 Whatever prefix of the log was turned into a snapshot and read back, the rest folds to the same state.
 * C3 When a step is over, an open execution has a wake-up, or owes itself a `continue`.
 * C4 After a reload `owed` lists every effect that is not discharged, each once, and no dispatch beyond them.
 * C5 Time never goes back, and an execution that has ended owes nothing.
 */
import {
  type Continue,
  drainEffects,
  type Effect,
  type ExecutionCommand,
  type ExecutionEvent,
  type ExecutionState,
  encodeExecution,
  executionLaw,
  hasWakeup,
  type Instant,
  isEnded,
  type Json,
  type Law,
  newExecution,
  type Plan,
  restoreExecution,
  type Step,
  step,
  violations,
} from '@cantata/core';
import { Undischarged } from './undischarged.ts';

export interface CheckedStep extends Step<ExecutionEvent> {
  readonly effects: readonly Effect[];
}

export interface LoggedEvent {
  readonly event: ExecutionEvent;
  readonly at: Instant;
}

export interface CheckedOptions {
  readonly executionId?: string;
  /** C2 for `every` prefix costs the square of the log; the `newest` alone is enough for long random runs. */
  readonly prefixes?: 'every' | 'newest';
  /** Another one than the law's own: for tests of the checks themselves. */
  readonly decide?: typeof executionLaw.decide;
}

export class CheckedExecution {
  readonly state: ExecutionState;
  readonly log: LoggedEvent[] = [];
  readonly undischarged: Undischarged;
  readonly #everyPrefix: boolean;
  #twins: ExecutionState[] = [];
  readonly #law: Law<ExecutionState, ExecutionCommand, ExecutionEvent>;

  constructor(plan: Plan, options: CheckedOptions = {}) {
    this.undischarged = new Undischarged(plan);
    this.state = newExecution(options.executionId ?? 'execution', plan);
    this.#law = {
      ...executionLaw,
      ...(options.decide === undefined ? {} : { decide: options.decide }),
      evolve: (_, event, at) => this.#evolve(event, at),
    };
    this.#everyPrefix = options.prefixes !== 'newest';
  }

  /** One step, and every check of it. */
  tell(command: ExecutionCommand | Continue, now: Instant): CheckedStep {
    const before = this.log.at(-1)?.at ?? 0;
    if (command.type === 'timer') this.undischarged.fired(command.timer, now);
    if (command.type === 'continue') this.undischarged.continued();
    const taken = step(this.#law, this.state, command, now);
    // Of a step itself, not of an event.
    const more = this.state.effects.at(-1);
    if (more?.kind === 'continue') this.undischarged.owes(more);
    if (taken.at < before) throw new Error(`time went back from ${before} to ${taken.at}`);
    this.#checkStep();
    return { ...taken, effects: drainEffects(this.state) };
  }

  /** Folds an event that was decided before. */
  fold(event: ExecutionEvent, at: Instant): void {
    this.#evolve(event, at);
    drainEffects(this.state);
  }

  /** The state as a new process would have it, from the newest snapshot. */
  reloaded(): ExecutionState {
    return twinOf(this.state);
  }

  #evolve(event: ExecutionEvent, at: Instant): void {
    const owed = this.state.effects.length;
    executionLaw.evolve(this.state, event, at);
    this.log.push({ event, at });
    this.undischarged.happened(event);
    for (const effect of this.state.effects.slice(owed)) this.undischarged.owes(effect);
    this.#check(this.state, 'the state');
    for (const twin of this.#twins) {
      twin.versions = this.state.versions;
      executionLaw.evolve(twin, event, at);
    }
    if (!this.#everyPrefix) {
      this.#checkTwins();
      this.#twins = [];
    }
    this.#twins.push(twinOf(this.state));
  }

  #checkStep(): void {
    const { status } = this.state;
    if (isEnded(status)) {
      const effect = this.undischarged.all().find(({ kind }) => kind !== 'continue');
      if (effect !== undefined) throw new Error(`it has ended, and still owes ${JSON.stringify(effect)}`);
    } else if (status.kind !== 'new' && !this.undischarged.more && !hasWakeup(this.state)) {
      throw new Error(`nothing will wake it: it is ${status.kind}`);
    }
    this.#checkTwins();
    const missing = this.undischarged.missingIn([...executionLaw.owed(this.reloaded())]);
    if (missing !== undefined) throw new Error(`after a reload ${missing}`);
  }

  #checkTwins(): void {
    const expected = encoded(this.state);
    for (const twin of this.#twins) {
      this.#check(twin, 'the state after a reload');
      const found = encoded(twin);
      if (found !== expected) throw new Error(`the reload differs:\n  live   ${expected}\n  reload ${found}`);
      drainEffects(twin);
    }
  }

  #check(state: ExecutionState, which: string): void {
    const broken = violations(state);
    if (broken.length === 0) return;
    const last = this.log.at(-1)?.event.type;
    throw new Error(`${which} is broken after ${this.log.length} events (${last}): ${broken.join('; ')}`);
  }
}

function twinOf(state: ExecutionState): ExecutionState {
  return restoreExecution(state.executionId, state.plan, JSON.parse(encoded(state)) as Json);
}

function encoded(state: ExecutionState): string {
  return JSON.stringify(encodeExecution(state));
}
