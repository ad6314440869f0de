/** Renders what an agent is given for an attempt from the state of its execution. */
import {
  type Assignment,
  type Compensation,
  dependencyOutputs,
  type Effect,
  type ExecutionState,
  type Instant,
  idempotencyKey,
  itemInput,
  type Json,
  type JsonObject,
  NO_VALUES,
  type PlanTask,
  stepKey,
  stepSeen,
  type Task,
  type TeamSeen,
  teamSeen,
  together,
  type Undone,
  type Values,
  valueOf,
  valuesOf,
  workflowInput,
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
  readonly activation: number;
  readonly attempt: number;
  readonly assignment: number;
  readonly #state: ExecutionState;
  /** What is undone; undefined where it is work. */
  readonly #step: Compensation | undefined;
  #values: Values = NO_VALUES;

  constructor(state: ExecutionState, dispatch: Dispatch, agentType: string) {
    this.agentType = agentType;
    this.task = dispatch.task;
    this.item = dispatch.item;
    this.seat = dispatch.seat;
    this.activation = dispatch.activation ?? 1;
    this.attempt = dispatch.attempt;
    this.assignment = dispatch.assignment;
    this.#state = state;
    this.#step = dispatch.deed === undefined ? undefined : state.compensations.get(stepKey(dispatch));
  }

  /** Large values it may be asked for. @throws ValuesMissing for what is not among them. */
  use(values: Values): void {
    this.#values = values;
    together(
      [
        () => this.input,
        () => this.workflowInput,
        () => this.outputs,
        () => this.undoes,
        () => this.team,
        () => this.kept,
      ],
      (read) => read(),
    );
  }

  get executionId(): string {
    return this.#state.executionId;
  }

  get workflowId(): string {
    return this.#request.workflow.id;
  }

  get workflowName(): string {
    return this.#request.workflow.name;
  }

  get spawned(): string | undefined {
    return this.#task.items[this.item ?? 0]?.spawned?.id;
  }

  get items(): number {
    return this.#task.items.length;
  }

  get idempotencyKey(): string {
    return this.#keyOf(this.#step === undefined ? 'perform' : 'compensate');
  }

  get team(): TeamSeen | undefined {
    return this.#step === undefined ? teamSeen(this.#state, this.#index, this.item, this.#values) : undefined;
  }

  get undoes(): Undone | undefined {
    if (this.#step === undefined) return undefined;
    return { ...stepSeen(this.#state, this.#step, this.#values), idempotencyKey: this.#keyOf('perform') };
  }

  get input(): Json {
    if (this.#step !== undefined) return valueOf(this.#step.given ?? null, this.#values);
    return itemInput(this.#state, this.#index, this.item, this.#values);
  }

  get workflowInput(): Json {
    return workflowInput(this.#state, this.#values);
  }

  get outputs(): JsonObject {
    return dependencyOutputs(this.#state, this.#index, this.#values);
  }

  get kept(): JsonObject {
    const item = this.#step === undefined ? this.#task.items[this.item ?? 0] : this.#step.turn;
    const kept = [...(item?.kept ?? [])];
    const values = valuesOf(
      kept.map(([, value]) => value),
      this.#values,
    );
    return Object.fromEntries(kept.map(([key], n) => [key, values[n] as Json]));
  }

  get deadline(): Instant | undefined {
    const { definition, compensation } = this.#state.plan.tasks[this.#index] as PlanTask;
    const item = this.#step === undefined ? this.#task.items[this.item ?? 0] : this.#step.turn;
    const work = item?.spawned ?? definition;
    const { timeoutMs } = this.#step === undefined ? work : (compensation?.definition ?? {});
    const startedAt = item?.startedAt;
    return timeoutMs === undefined || startedAt === undefined ? undefined : startedAt + timeoutMs;
  }

  #keyOf(deed: 'perform' | 'compensate'): string {
    return idempotencyKey(this.#state.executionId, this, deed);
  }

  // Looked up each time: an upgrade gives it another place.
  get #index(): number {
    return this.#state.plan.taskIndex.get(this.task) as number;
  }

  // Nothing is assigned of an execution that was not requested, or of a task that it does not have.
  get #request(): NonNullable<ExecutionState['request']> {
    return this.#state.request as NonNullable<ExecutionState['request']>;
  }

  get #task(): Task {
    return this.#state.tasks[this.#index] as Task;
  }
}
