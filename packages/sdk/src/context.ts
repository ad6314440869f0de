/** What an agent is told beside its input, and what it can say while it works. */
import type {
  AgentContext,
  Assignment,
  Directive,
  Json,
  JsonObject,
  Progress,
  SpawnedTask,
  Undone,
} from '@cantata/core';
import { createLog, type Log } from './log.ts';
import { createOnce } from './once.ts';
import { createTeam, type Team } from './team.ts';

/** Take out of it by name what is needed; a copy of it by `{ ...context }` has its data alone. */
export interface Context {
  readonly executionId: string;
  readonly workflow: {
    readonly id: string;
    readonly name: string;
    /** The input the execution was started with. */
    readonly input: Json;
  };
  /** Id of the task, as in the document. */
  readonly task: string;
  /** Which item of a parallel task this is: `index` from 0 to `count - 1`. Undefined for a plain task. */
  readonly item: { readonly index: number; readonly count: number } | undefined;
  /** The logical instance that performs it: `researchers-2`. */
  readonly seat: string;
  readonly agentType: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The same for every attempt of this piece of work: give it to whatever must do a thing only once. */
  readonly idempotencyKey: string;
  /**
   * Set where the agent is to undo what a step did: what that worked on and gave, the key it was done under, and
   * whether nobody knows if it had its effect. `idempotencyKey` is that of the undoing.
   */
  readonly undoes: Undone | undefined;
  /** Outputs of the tasks this one depends on, by id. */
  readonly outputs: JsonObject;
  /** When the attempt runs out of time; undefined without a timeout. */
  readonly deadline: Date | undefined;
  /** Aborts when the answer is no longer wanted: cancelled, timed out, or the process is closing. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Shows people how far the work is: a fraction from 0 to 1, a note, or both. Call it as often as you like. */
  readonly progress: ProgressReport;
  /** A sign of life, for tasks with a `heartbeat_timeout`; progress is one, too. Call it as often as you like. */
  readonly heartbeat: () => void;
  /**
   * Asks for more tasks. They belong to the task of this agent, which ends when they have. It happens when this agent
   * completes, together with that, and not if it fails.
   */
  readonly spawn: (...tasks: readonly SpawnedTask[]) => void;
  /** The id of a task that another agent asked for; undefined for what the document has. */
  readonly spawned: string | undefined;
  /**
   * Gives more items to a task with `for_each` that is open, the own one too. They are elements, as its list has them.
   * It happens when this agent completes, together with that, and not if it fails.
   */
  readonly addItems: (task: string, items: readonly Json[]) => void;
  /**
   * Publishes an event on one of the topics that the workflow declares, for every task that needs one like it. It
   * happens when this agent completes, together with that, and not if it fails.
   */
  readonly publish: (event: string, data?: Json) => void;
  /**
   * Does it once in this turn, whatever becomes of the attempt: what `make` gives is written down before it is returned, and a
   * later attempt gets it without a second call. What is between `make` and the writing can still happen twice: give the
   * `idempotencyKey` to whoever must not do it twice. JSON, up to 100 keys a turn.
   */
  readonly once: <Result extends Json>(key: string, make: () => Result | Promise<Result>) => Promise<Result>;
  /** Who else shares the task, and what to ask of the pattern they work by. */
  readonly team: Team;
}

export interface ProgressReport {
  (fraction: number, note?: string): void;
  (progress: Progress): void;
}

/**
 * The context of one attempt. What the agent asks for is put into `directives`. Its values are copies: an agent that
 * changes its input changes nobody else's.
 */
export function createContext(
  assignment: Assignment,
  port: AgentContext,
  signal: () => AbortSignal,
  directives: Directive[],
): Context {
  return new TurnContext(assignment, port, signal, directives);
}

/**
 * There is one for every attempt under way, and most agents look at little of it: the larger values are copied when they
 * are first looked at, and the functions are made when they are taken out.
 */
class TurnContext implements Context {
  readonly executionId: string;
  readonly workflow: Context['workflow'];
  readonly task: string;
  readonly item: Context['item'];
  readonly seat: string;
  readonly agentType: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly deadline: Date | undefined;
  readonly spawned: string | undefined;
  readonly #assignment: Assignment;
  readonly #port: AgentContext;
  readonly #signal: () => AbortSignal;
  readonly #directives: Directive[];
  #undoes: { readonly value: Undone | undefined } | undefined;
  #outputs: JsonObject | undefined;
  #log: Log | undefined;
  #once: Context['once'] | undefined;
  #team: Team | undefined;

  constructor(
    assignment: Assignment,
    port: AgentContext,
    signal: () => AbortSignal,
    directives: Directive[],
  ) {
    const { item, deadline } = assignment;
    this.executionId = assignment.executionId;
    this.workflow = new WorkflowSeen(assignment);
    this.task = assignment.task;
    this.item = item === undefined ? undefined : { index: item, count: assignment.items };
    this.seat = assignment.seat;
    this.agentType = assignment.agentType;
    this.attempt = assignment.attempt;
    this.idempotencyKey = assignment.idempotencyKey;
    this.deadline = deadline === undefined ? undefined : new Date(deadline);
    this.spawned = assignment.spawned;
    this.#assignment = assignment;
    this.#port = port;
    this.#signal = signal;
    this.#directives = directives;
  }

  get undoes() {
    return (this.#undoes ??= { value: structuredClone(this.#assignment.undoes) }).value;
  }

  get outputs() {
    return (this.#outputs ??= structuredClone(this.#assignment.outputs));
  }

  get signal() {
    return this.#signal();
  }

  get log() {
    return (this.#log ??= createLog(this.#port));
  }

  get once() {
    return (this.#once ??= createOnce(this.#assignment, this.#port));
  }

  get team() {
    return (this.#team ??= createTeam(this.#assignment, this.#directives));
  }

  get spawn(): Context['spawn'] {
    return (...tasks) => void this.#directives.push({ kind: 'spawn', tasks: structuredClone(tasks) });
  }

  get addItems(): Context['addItems'] {
    return (task, items) =>
      void this.#directives.push({ kind: 'add_items', task, items: structuredClone(items) });
  }

  get heartbeat(): Context['heartbeat'] {
    return () => this.#port.heartbeat();
  }

  get publish(): Context['publish'] {
    return (event, data = null) =>
      void this.#directives.push({ kind: 'publish', event, data: structuredClone(data) });
  }

  get progress(): Context['progress'] {
    return (progress: number | Progress, note?: string) => this.#port.progress(readProgress(progress, note));
  }
}

class WorkflowSeen {
  readonly id: string;
  readonly name: string;
  readonly #assignment: Assignment;
  #input: { readonly value: Json } | undefined;

  constructor(assignment: Assignment) {
    this.id = assignment.workflowId;
    this.name = assignment.workflowName;
    this.#assignment = assignment;
  }

  get input() {
    return (this.#input ??= { value: structuredClone(this.#assignment.workflowInput) }).value;
  }
}

function readProgress(progress: number | Progress, note: string | undefined): Progress {
  const said = typeof progress === 'number' ? { fraction: progress, note } : progress;
  return {
    // 0 of 0 is NaN: people divide before they look.
    ...(Number.isFinite(said.fraction) && { fraction: Math.min(1, Math.max(0, said.fraction as number)) }),
    ...(said.note !== undefined && { note: said.note }),
  };
}
