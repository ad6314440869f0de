/** Reads the log of one execution as it grows, and keeps the state it adds up to. Works from any process. */
import {
  type Definition,
  type ExecutionEvent,
  type ExecutionState,
  executionLaw,
  type Instant,
  newExecution,
  type PublishedEvent,
  publish,
  type Requested,
  type Store,
  type View,
} from '@cantata/core';
import { decodeEvent, type Plans, plainCodec } from '@cantata/engine';
import { itemOf } from '../render/lookup.ts';

const PAGE = 1_000;

export interface Told {
  readonly at: Instant;
  readonly event: ExecutionEvent;
  readonly published: PublishedEvent;
  /** What the execution was going by at that time: it may have been upgraded since. */
  readonly definition: View<Definition>;
  /** When that began which ended with this event: a later round has begun since, perhaps. */
  readonly startedAt?: Instant;
}

/** Asked as soon as the event is in the state. */
export function began(state: ExecutionState, event: ExecutionEvent): Pick<Told, 'startedAt'> {
  if (event.type !== 'task.completed') return {};
  const startedAt = itemOf(state, event.task, event.item)?.startedAt;
  return startedAt === undefined ? {} : { startedAt };
}

export class Tail {
  readonly executionId: string;
  readonly #store: Store;
  readonly #plans: Plans;
  /** Undefined until the first event is there: a start that was handed over takes a moment. */
  #state: ExecutionState | undefined;
  /** In the state, and not given to anybody: the store failed before the rest was read. */
  #untold: Told[] = [];

  constructor(executionId: string, store: Store, plans: Plans) {
    this.executionId = executionId;
    this.#store = store;
    this.#plans = plans;
  }

  get state(): ExecutionState | undefined {
    return this.#state;
  }

  /** What was written since the last call, in order; what a call that failed had read comes with the next one. */
  async read(): Promise<readonly Told[]> {
    for (;;) {
      const after = this.#state?.sequence ?? 0;
      const rows = await this.#store.log.readEntity(this.executionId, after, PAGE);
      for (const row of rows) {
        const { sequence, at, actor } = row;
        const event = decodeEvent(plainCodec, row) as ExecutionEvent;
        const state = (this.#state ??= await this.#first(event as Requested));
        if (event.type === 'workflow.upgraded') {
          const { digest } = event.workflow;
          state.versions = new Map(state.versions).set(digest, await this.#plans.get(digest));
        }
        executionLaw.evolve(state, event, at);
        // What the events make the world owe is done by the engine that drives the run, not here.
        state.effects = [];
        const workflow = (state.request as NonNullable<typeof state.request>).workflow;
        const published = publish(
          { executionId: this.executionId, sequence, at, actor, event },
          workflow,
          state.plan,
        );
        this.#untold.push({
          at,
          event,
          published,
          definition: state.plan.definition,
          ...began(state, event),
        });
      }
      if (rows.length < PAGE) return this.#take();
    }
  }

  #take(): readonly Told[] {
    const told = this.#untold;
    this.#untold = [];
    return told;
  }

  async #first({ workflow }: Requested): Promise<ExecutionState> {
    return newExecution(this.executionId, await this.#plans.timed(workflow.digest, workflow.id));
  }
}
