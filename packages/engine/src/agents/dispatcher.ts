/**
 * Hands attempts to agents and brings their answers back as commands. It knows what runs in this process, and a
 * run stays known until its answer is committed, so that an entity that was evicted and read again does not take a
 * running or just finished attempt for lost.
 */
import {
  type Agent,
  type AgentDirectory,
  type AgentOutcome,
  type Clock,
  type Effect,
  type ExecutionState,
  taskLabel,
} from '@cantata/core';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import type { Input } from '../shell/input.ts';
import { TurnAssignment } from './assignment.ts';
import type { Live } from './live.ts';
import { type Answer, answerOf, errorAnswer } from './outcome.ts';
import { Run } from './run.ts';

type Dispatch = Extract<Effect, { kind: 'dispatch' }>;
type Cancel = Extract<Effect, { kind: 'cancel_agent' }>;

export interface DispatcherParts {
  readonly agents: AgentDirectory;
  readonly clock: Clock;
  readonly log: Log;
  readonly live: Live;
  readonly settings: EngineSettings;
  readonly submit: (input: Input) => void;
}

export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #runs = new Map<string, Run>();
  /** Attempts for which no agent is bound here: what they wait for is said by `why`. */
  readonly #unbound = new Map<string, string>();
  #closed = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  /** Attempts that run or whose answer is not committed yet. */
  get running(): number {
    return this.#runs.size;
  }

  knows(executionId: string, dispatch: Pick<Dispatch, 'task' | 'item' | 'attempt' | 'assignment'>): boolean {
    const key = keyOf(executionId, dispatch);
    return this.#runs.has(key) || this.#unbound.has(key);
  }

  /** Agent types that attempts of an execution wait for because nobody is bound to them. */
  unboundTypes(executionId: string): readonly string[] {
    const types = [...this.#unbound]
      .filter(([key]) => key.startsWith(`${executionId}/`))
      .map(([, type]) => type);
    return [...new Set(types)];
  }

  dispatch(state: ExecutionState, dispatch: Dispatch, owed: boolean): void {
    const key = keyOf(state.executionId, dispatch);
    if (this.#closed) return;
    const run = this.#runs.get(key);
    if (run !== undefined) {
      // It runs, or its answer was in a commit that was refused.
      if (run.answer !== undefined) this.#submit(key, run, run.answer);
      return;
    }
    const seat = state.plan.seats[state.plan.seatIndex.get(dispatch.seat) ?? -1];
    const type = state.plan.groups[seat?.group ?? -1]?.definition.type ?? '';
    const agent = this.#parts.agents.find(type);
    if (agent === undefined) return this.#missing(state.executionId, key, type, dispatch);
    if (owed) return this.#lost(state.executionId, dispatch);
    void this.#perform(key, state, dispatch, agent, type);
  }

  cancel(executionId: string, cancel: Cancel): void {
    this.#runs.get(keyOf(executionId, cancel))?.abort(cancel.reason);
  }

  /** Stops every agent and takes no more. Their answers are not waited for: the attempts are handed out again later. */
  close(): void {
    this.#closed = true;
    this.abandon('the engine is closing');
  }

  /** Stops every agent; whoever drives the executions now hands their attempts out again. */
  abandon(reason: string): void {
    for (const run of this.#runs.values()) run.abort(reason);
    this.#runs.clear();
    this.#unbound.clear();
  }

  async #perform(
    key: string,
    state: ExecutionState,
    dispatch: Dispatch,
    agent: Agent,
    type: string,
  ): Promise<void> {
    const run = new Run(state.executionId, dispatch, this.#parts.live);
    this.#runs.set(key, run);
    let outcome: AgentOutcome | Error;
    try {
      outcome = await agent.perform(new TurnAssignment(state, dispatch, type), run);
    } catch (error) {
      outcome = error instanceof Error ? error : new Error(String(error));
    }
    // After close, and after a cancel that was not waited for, nobody counts on this answer.
    if (this.#runs.get(key) !== run) return;
    run.answer = this.#judge(outcome, run);
    this.#submit(key, run, run.answer);
  }

  #judge(outcome: AgentOutcome | Error, { executionId, dispatch, isAborted }: Run): Answer {
    if (!(outcome instanceof Error)) return answerOf(outcome, this.#parts.settings);
    this.#parts.log('debug', 'an agent threw', {
      execution: executionId,
      task: taskLabel(dispatch.task, dispatch.item),
      stack: outcome.stack ?? outcome.message,
    });
    return errorAnswer(outcome, isAborted);
  }

  #submit(key: string, { executionId, dispatch }: Run, answer: Answer): void {
    const { task, item, attempt, assignment } = dispatch;
    const at = item === undefined ? { task, attempt, assignment } : { task, item, attempt, assignment };
    this.#parts.submit({
      entity: executionId,
      command: { ...answer, ...at },
      causation: String(dispatch.sequence),
      actor: dispatch.seat,
      settled: () => void this.#runs.delete(key),
    });
  }

  #lost(executionId: string, dispatch: Dispatch): void {
    const { task, item, attempt, assignment } = dispatch;
    const at = item === undefined ? { task, attempt, assignment } : { task, item, attempt, assignment };
    this.#parts.submit({
      entity: executionId,
      command: { type: 'turn.lost', ...at, reason: 'the process that ran the agent ended' },
      causation: String(dispatch.sequence),
      actor: 'engine',
    });
  }

  #missing(executionId: string, key: string, type: string, dispatch: Dispatch): void {
    this.#unbound.set(key, type);
    this.#parts.log(
      'error',
      `no agent is bound to the type ${type}; bind it in ${this.#parts.agents.where}`,
      {
        execution: executionId,
        task: taskLabel(dispatch.task, dispatch.item),
      },
    );
  }
}

function keyOf(executionId: string, at: Pick<Dispatch, 'task' | 'item' | 'attempt' | 'assignment'>): string {
  return `${executionId}/${at.task}/${at.item ?? ''}:${at.attempt}.${at.assignment}`;
}
