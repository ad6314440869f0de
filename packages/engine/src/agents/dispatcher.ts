/**
 * Hands attempts to agents and brings their answers back as commands. It knows what runs in this process, and a
 * run stays known until its answer is committed, so that an entity that was evicted and read again does not take a
 * running or just finished attempt for lost.
 */
import {
  type Agent,
  type AgentDirectory,
  type AtAssignment,
  type AttemptEnd,
  type Clock,
  type Effect,
  type ExecutionState,
  findAttempt,
  isLetThrough,
  isSeated,
  type PlanGroup,
  type Seat,
  sharedOf,
  speaksWell,
  taskLabel,
  tenantOf,
} from '@cantata/core';
import { errorFrom, stackOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import type { Input } from '../shell/input.ts';
import type { Blobs } from '../values/blobs.ts';
import { TurnAssignment } from './assignment.ts';
import { type AttemptRef, Attempts } from './attempts.ts';
import type { CircuitAdvice, Circuits } from './circuits.ts';
import type { AgentsOf, Health } from './health.ts';
import { keepResult } from './keeping.ts';
import type { Live } from './live.ts';
import { type AgentAnswer, answerOf, errorAnswer } from './outcome.ts';
import type { Breaker, Reports } from './reports.ts';
import { Run } from './run.ts';

type Dispatch = Extract<Effect, { kind: 'dispatch' }>;
type Cancel = Extract<Effect, { kind: 'cancel_agent' }>;

export interface DispatcherParts {
  readonly agents: AgentDirectory;
  readonly log: Log;
  readonly live: Live;
  readonly settings: EngineSettings;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly circuits: Circuits;
  readonly reports: Reports;
  readonly health: Health;
  readonly submit: (input: Input) => void;
}

export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #runs = new Attempts<Run>();
  /** Attempts for which no agent is bound here, with the type they wait for. */
  readonly #unbound = new Attempts<string>();
  #closed = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  /** Attempts that run or whose answer is not committed yet. */
  get running(): number {
    return this.#runs.size;
  }

  /** Of agents of a type, for a tenant. O(attempts that run). */
  runningOf({ tenant, agentType }: AgentsOf): number {
    let running = 0;
    for (const run of this.#runs)
      if (run.agentType === agentType && run.tenant === tenant && run.answer === undefined) running += 1;
    return running;
  }

  /** Attempts that wait for somebody to be bound. */
  get waiting(): number {
    return this.#unbound.size;
  }

  knows(executionId: string, at: AttemptRef): boolean {
    return this.#runs.get(executionId, at) !== undefined || this.#unbound.get(executionId, at) !== undefined;
  }

  /** Agent types that attempts of an execution wait for because nobody is bound to them. */
  unboundTypes(executionId: string): readonly string[] {
    return [...new Set(this.#unbound.of(executionId))];
  }

  /** `owed` tells an attempt found at load from a new one: if it does not run here, its process is gone. */
  dispatch(state: ExecutionState, dispatch: Dispatch, owed: boolean): void {
    const { executionId } = state;
    if (this.#closed || findAttempt(state, dispatch) === undefined) return;
    const run = this.#runs.get(executionId, dispatch);
    if (run !== undefined) return this.#submit(run);
    const type = typeOf(state, dispatch);
    const agent = this.#parts.agents.find(type);
    if (agent === undefined) return this.#missing(executionId, dispatch, type);
    if (owed) {
      this.#parts.health.lost({ tenant: tenantOf(state), agentType: type });
      return this.#lost(executionId, dispatch, 'the process that ran the agent ended');
    }
    void this.#perform(state, dispatch, agent, type);
  }

  /** Tells an agent to stop. Of an attempt that is over already nothing is expected any more. */
  cancel(state: ExecutionState, cancel: Cancel): void {
    const { executionId } = state;
    const run = this.#runs.get(executionId, cancel);
    if (findAttempt(state, cancel) === undefined) {
      if (run !== undefined && run.answer === undefined && cancel.timedOut === true)
        this.#tooLate(run, cancel);
      this.#forget(executionId, cancel);
    }
    run?.abort(cancel.reason);
  }

  /** The execution was read: what it does not wait for any more is stopped. Its word to do so may have been lost. */
  prune(state: ExecutionState): void {
    for (const run of [...this.#runs.of(state.executionId)]) {
      if (findAttempt(state, run.dispatch) !== undefined) continue;
      this.#forget(state.executionId, run.dispatch);
      run.abort('the attempt does not count any more');
    }
  }

  /** The execution has ended: whoever still works for it is told to stop and not listened to. */
  ended(executionId: string): void {
    for (const run of this.#runs.of(executionId)) {
      run.end();
      run.abort('the execution has ended');
    }
    this.#runs.deleteAll(executionId);
    this.#unbound.deleteAll(executionId);
  }

  /** The execution left memory. Its agents go on; what waits is found again when it is read. */
  left(executionId: string): void {
    this.#unbound.deleteAll(executionId);
  }

  /** Stops every agent. Their answers, if any come, are not waited for: whoever owns the shards hands them out again. */
  abandon(reason: string): void {
    const runs = [...this.#runs];
    this.#runs.clear();
    this.#unbound.clear();
    for (const run of runs) {
      run.end();
      run.abort(reason);
    }
  }

  close(): void {
    this.#closed = true;
    this.abandon('the engine is closing');
  }

  #forget(executionId: string, at: AttemptRef): void {
    this.#runs.get(executionId, at)?.end();
    this.#runs.delete(executionId, at);
    this.#unbound.delete(executionId, at);
  }

  async #perform(state: ExecutionState, dispatch: Dispatch, agent: Agent, type: string): Promise<void> {
    const { live, clock, settings } = this.#parts;
    const breaker = breakerOf(state, type, settings);
    const { executionId } = state;
    const run = new Run(
      {
        executionId,
        tenant: tenantOf(state),
        dispatch,
        agentType: type,
        breaker,
        startedAt: clock.now(),
      },
      live,
    );
    this.#runs.set(run.executionId, dispatch, run);
    const at = refOf(dispatch);
    run.writeDown = (key, value) =>
      keepResult(this.#parts, { execution: executionId, at, seat: dispatch.seat, key, value });
    const silentMs = heartbeatTimeoutOf(state, dispatch);
    if (silentMs !== undefined) this.#listen(run, silentMs);
    try {
      if (breaker !== undefined && !(await this.#mayGo(state, run, breaker.id))) return;
      const assignment = new TurnAssignment(state, dispatch, type);
      if (state.hasReferences && !(await this.#fetched(assignment, run))) return;
      const outcome: unknown = await agent.perform(assignment, run);
      if (!this.#counts(run) || run.answer !== undefined) return;
      this.#answered(
        run,
        outcome instanceof Error ? this.#threw(run, outcome) : answerOf(outcome, this.#parts.settings),
      );
    } catch (thrown) {
      if (!this.#counts(run) || run.answer !== undefined) return;
      this.#answered(run, this.#threw(run, thrown));
    }
  }

  /** Agents that are known to fail are not asked, unless their circuit breaker let the attempt through. */
  async #mayGo(state: ExecutionState, run: Run, breaker: string): Promise<boolean> {
    const { dispatch, agentType } = run;
    if (dispatch.deed !== undefined || isThrough(state, dispatch, agentType)) return true;
    const asked = this.#parts.circuits.advise(breaker);
    const advice: CircuitAdvice = typeof asked === 'string' ? asked : await asked;
    if (!this.#counts(run) || run.answer !== undefined) return false;
    if (advice === 'go') return true;
    run.answer = { type: 'turn.diverted', agentType, ...(advice === 'try' ? { tries: true } : {}) };
    this.#submit(run);
    return false;
  }

  /** What it says is told to whoever counts, and to the execution. */
  #answered(run: Run, answer: AgentAnswer): void {
    const { clock, health } = this.#parts;
    run.answer = answer;
    const error = answer.type === 'turn.failed' ? answer.error : undefined;
    const now = clock.now();
    health.answered(run, error, now, now - run.startedAt);
    this.#speaks(run, error ?? 'completed');
    this.#submit(run);
  }

  #tooLate(run: Run, { reason }: Cancel): void {
    const { clock, health } = this.#parts;
    health.timedOut(run, clock.now(), reason);
    this.#speaks(run, { code: 'task_timed_out' });
  }

  #speaks({ breaker }: Run, end: AttemptEnd): void {
    const isWell = breaker === undefined ? undefined : speaksWell(end);
    if (breaker !== undefined && isWell !== undefined) this.#parts.reports.note(breaker, isWell);
  }

  /** Whether it may begin: its values are at hand, and it still counts. What cannot be read was not its agent's fault. */
  async #fetched(assignment: TurnAssignment, run: Run): Promise<boolean> {
    try {
      await this.#parts.blobs.reading((values) => assignment.use(values));
    } catch (thrown) {
      const error = errorFrom(thrown, 'store_unavailable');
      if (!this.#counts(run)) return false;
      this.#forget(run.executionId, run.dispatch);
      this.#lost(run.executionId, run.dispatch, `what it works on cannot be read: ${error.message}`);
    }
    return this.#counts(run);
  }

  /** Ends an attempt whose agent has been silent for too long. A takeover hands it out anew, and listens anew. */
  #listen(run: Run, silentMs: number): void {
    const { clock } = this.#parts;
    let until = clock.now() + silentMs;
    let disarm: () => void = () => undefined;
    const wait = (): void => void (disarm = clock.at(until, ring));
    const ring = (): void => {
      if (!this.#counts(run) || run.answer !== undefined) return;
      if (clock.now() < until) return wait();
      const message = `the agent gave no sign of life for ${silentMs / 1_000} s`;
      this.#answered(run, { type: 'turn.failed', error: { code: 'heartbeat_missed', message } });
      run.abort(message);
    };
    run.heard = () => void (until = clock.now() + silentMs);
    run.over = () => disarm();
    wait();
  }

  /** After close, a timeout or the end of the execution nobody counts on the answer. */
  #counts(run: Run): boolean {
    return this.#runs.get(run.executionId, run.dispatch) === run;
  }

  #threw({ executionId, dispatch, isAborted }: Run, thrown: unknown): AgentAnswer {
    this.#parts.log('debug', 'an agent threw', {
      execution: executionId,
      task: taskLabel(dispatch.task, dispatch.item),
      stack: stackOf(thrown),
    });
    return errorAnswer(thrown, isAborted);
  }

  /** Nothing for one that still works. An answer that was kept when its execution was parked comes a second time. */
  #submit({ executionId, dispatch, answer }: Run): void {
    if (answer === undefined) return;
    this.#parts.submit({
      entity: executionId,
      command: { ...answer, ...refOf(dispatch) },
      causation: String(dispatch.sequence),
      actor: dispatch.seat,
      settled: () => this.#forget(executionId, dispatch),
    });
  }

  #lost(executionId: string, dispatch: Dispatch, reason: string): void {
    this.#unbound.delete(executionId, dispatch);
    this.#parts.submit({
      entity: executionId,
      command: { type: 'turn.lost', ...refOf(dispatch), reason },
      causation: String(dispatch.sequence),
      actor: 'engine',
    });
  }

  #missing(executionId: string, dispatch: Dispatch, type: string): void {
    if (this.#unbound.get(executionId, dispatch) === type) return;
    this.#unbound.set(executionId, dispatch, type);
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

/** Of work alone: what is undone has the bound of its attempt. */
function heartbeatTimeoutOf({ plan }: ExecutionState, { task, deed }: Dispatch): number | undefined {
  const definition = plan.tasks[plan.taskIndex.get(task) as number]?.definition;
  if (deed !== undefined || definition === undefined || !isSeated(definition)) return undefined;
  return definition.heartbeatTimeoutMs;
}

/** Undefined where the workflow has none. */
function breakerOf(
  state: ExecutionState,
  agentType: string,
  { breakerThreshold }: EngineSettings,
): Breaker | undefined {
  const policy = state.plan.definition.faultTolerance.circuitBreaker;
  return policy === undefined
    ? undefined
    : { failureThreshold: breakerThreshold, ...policy, id: sharedOf('breaker', tenantOf(state), agentType) };
}

function isThrough(state: ExecutionState, dispatch: Dispatch, agentType: string): boolean {
  const item = findAttempt(state, dispatch);
  return item !== undefined && isLetThrough(item, agentType);
}

function typeOf({ plan }: ExecutionState, { seat }: Dispatch): string {
  const { group } = plan.seats[plan.seatIndex.get(seat) as number] as Seat;
  return (plan.groups[group] as PlanGroup).definition.type;
}

function refOf({ task, item, activation, deed, attempt, assignment }: Dispatch): AtAssignment {
  return {
    task,
    ...(item === undefined ? {} : { item }),
    ...(activation === undefined ? {} : { activation }),
    ...(deed === undefined ? {} : { deed }),
    attempt,
    assignment,
  };
}
