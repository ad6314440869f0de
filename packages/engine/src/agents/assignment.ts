/** Renders what an agent is given for an attempt from the state of its execution. */
import {
  type Assignment,
  dependencyOutputs,
  type Effect,
  type ExecutionState,
  type Instant,
  idempotencyKey,
  itemInput,
  type Json,
  type JsonObject,
} from '@cantata/core';

type Dispatch = Extract<Effect, { kind: 'dispatch' }>;

/**
 * What an attempt is given. Everything but its address is read when asked for, so that a turn which needs little costs
 * little. Values are the state's own objects: a transport in this process gives its agent a copy.
 */
export class TurnAssignment implements Assignment {
  readonly agentType: string;
  readonly task: string;
  readonly item: number | undefined;
  readonly seat: string;
  readonly attempt: number;
  readonly assignment: number;
  readonly #state: ExecutionState;
  readonly #index: number;

  constructor(state: ExecutionState, dispatch: Dispatch, agentType: string) {
    this.agentType = agentType;
    this.task = dispatch.task;
    this.item = dispatch.item;
    this.seat = dispatch.seat;
    this.attempt = dispatch.attempt;
    this.assignment = dispatch.assignment;
    this.#state = state;
    this.#index = state.plan.taskIndex.get(dispatch.task) as number;
  }

  get executionId(): string {
    return this.#state.executionId;
  }

  get workflowId(): string {
    return this.#state.request?.workflow.id ?? '';
  }

  get workflowName(): string {
    return this.#state.request?.workflow.name ?? '';
  }

  get items(): number {
    return this.#state.tasks[this.#index]?.items.length ?? 1;
  }

  get idempotencyKey(): string {
    return idempotencyKey(this.#state.executionId, this, 'perform');
  }

  get input(): Json {
    return itemInput(this.#state, this.#index, this.item);
  }

  get workflowInput(): Json {
    return this.#state.request?.input ?? null;
  }

  get outputs(): JsonObject {
    return dependencyOutputs(this.#state, this.#index);
  }

  get deadline(): Instant | undefined {
    const { timeoutMs } = this.#state.plan.tasks[this.#index]?.definition ?? {};
    const startedAt = this.#state.tasks[this.#index]?.items[this.item ?? 0]?.startedAt;
    return timeoutMs === undefined || startedAt === undefined ? undefined : startedAt + timeoutMs;
  }
}
