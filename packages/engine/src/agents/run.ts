/** One attempt that is being performed: what its agent is told while it works. */
import type { AgentContext, CancelSignal, Effect, Instant, Json, JsonObject, Progress } from '@cantata/core';
import type { LogLevel } from '../log.ts';
import type { Live, LiveFrame } from './live.ts';
import type { Answer } from './outcome.ts';
import type { Breaker } from './reports.ts';

type Dispatch = Extract<Effect, { kind: 'dispatch' }>;

export type RunOf = Pick<Run, 'executionId' | 'tenant' | 'dispatch' | 'agentType' | 'breaker' | 'startedAt'>;

/** The signal is made when somebody looks at it: most agents never do, and it costs more than all the rest. */
export class Run implements AgentContext {
  readonly executionId: string;
  readonly tenant: string;
  readonly dispatch: Dispatch;
  /** What it answered, or that it was not given to its agent; until that is committed. */
  answer: Answer | undefined;
  /** What implements its agent, and its circuit breaker where its workflow has one. */
  readonly agentType: string;
  readonly breaker: Breaker | undefined;
  readonly startedAt: Instant;
  readonly #live: Live;
  #controller: AbortController | undefined;
  #isOver = false;

  constructor({ executionId, tenant, dispatch, agentType, breaker, startedAt }: RunOf, live: Live) {
    this.executionId = executionId;
    this.tenant = tenant;
    this.dispatch = dispatch;
    this.agentType = agentType;
    this.breaker = breaker;
    this.startedAt = startedAt;
    this.#live = live;
  }

  get signal(): CancelSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.#controller?.signal.aborted === true;
  }

  abort(reason: string): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(new Error(reason));
  }

  /** Told whenever its agent gives a sign of life, and when nobody listens for one any more. */
  heard: () => void = () => undefined;
  over: () => void = () => undefined;

  /** Nobody counts on it any more: what its agent still says is not told. */
  end(): void {
    this.#isOver = true;
    this.over();
  }

  /** Set by whoever performs it. */
  writeDown: AgentContext['keep'] = () => Promise.reject(new Error('nothing can be kept'));

  // Bound, because agents take them out of the context.
  readonly keep = (key: string, value: Json): Promise<Json> => this.writeDown(key, value);
  readonly heartbeat = (): void => this.heard();

  readonly progress = (progress: Progress): void => {
    this.heard();
    if (!this.#isOver) this.#live.publish({ ...this.#from(), kind: 'progress', progress });
  };

  readonly log = (level: LogLevel, message: string, fields?: JsonObject): void => {
    const said = fields === undefined ? { level, message } : { level, message, fields };
    if (!this.#isOver) this.#live.publish({ ...this.#from(), kind: 'log', ...said });
  };

  #from(): Pick<LiveFrame, 'executionId' | 'task' | 'item' | 'seat'> {
    const { task, item, seat } = this.dispatch;
    return { executionId: this.executionId, task, item, seat };
  }
}
