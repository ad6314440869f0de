/** Reads executions as the store knows them, from any process: status, why, events, lists. Never writes. */
import {
  CantataError,
  type Cause,
  DEFAULT_TENANT,
  type EventRow,
  type ExecutionEvent,
  type ExecutionFilter,
  type ExecutionRow,
  type ExecutionState,
  type ExecutionView,
  executionOutput,
  type GraphView,
  type History,
  hasEnded,
  isResource,
  type Json,
  NO_VALUES,
  type Plan,
  type PublishedEvent,
  type QuestionView,
  type Taken,
  type UpgradeReport,
  upgradeReport,
  type Values,
  viewExecution,
  viewGraph,
  viewQuestions,
  whyStalled,
} from '@cantata/core';
import { errorFrom, isPassing } from '../errors.ts';
import type { ExecutionEntity } from '../shell/entity.ts';
import { Loader } from '../shell/loader.ts';
import { Blobs } from '../values/blobs.ts';
import { RecentValues } from '../values/recent-values.ts';
import { type AgentTypeRow, readAgents } from './agents.ts';
import { Causes } from './causes.ts';
import { type CheckpointRow, readCheckpoints } from './checkpoints.ts';
import { eventsOf, type Recorded } from './events-of.ts';
import { type HistoryBounds, readHistory } from './history.ts';
import { isInLine, rowInLine } from './in-line.ts';
import type { ReaderParts } from './parts.ts';
import { readPool } from './pool.ts';
import { Publisher } from './publisher.ts';
import { readSchedules, type ScheduleRow } from './schedules.ts';
import { type Selected, type Selection, selectExecutions } from './select.ts';
import { type ForkPoint, type Takeover, takeover } from './takeover.ts';
import { viewRow } from './view-row.ts';

const PAGE = 1_000;

export interface ExecutionStatusView extends ExecutionView {
  /** Why it stands still, if it does. */
  readonly parked: string | null;
  /** A sentence for each agent that has been at work for long without an answer. */
  readonly stalled: readonly string[];
}

/** Counts what began under limits: before the first there are none. */
export interface CapacityView {
  readonly used: Readonly<Taken>;
  /** Executions in line. */
  readonly waiting: number;
}

export class Reader {
  readonly #parts: ReaderParts;
  readonly #loader: Loader;
  readonly #blobs: Blobs;
  readonly #publisher: Publisher;
  readonly #causes: Causes;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    this.#loader = new Loader(parts.store, parts.plans, parts.codec, parts.log);
    const { store, codec } = parts;
    this.#publisher = parts.publisher ?? new Publisher(parts);
    this.#blobs = parts.blobs ?? new Blobs({ blobs: store.blobs, codec, recent: new RecentValues(0) });
    this.#causes = new Causes(parts, this.#loader, {
      row: (executionId) => this.row(executionId),
      stateOf: (row) => this.#stateOf(row),
    });
  }

  list(filter: ExecutionFilter): Promise<readonly ExecutionRow[]> {
    return this.#parts.store.executions.list(filter);
  }

  /** The newest first, page by page. @throws CantataError what a version cannot be read for, where a tag is asked for. */
  select(selection: Selection): Promise<Selected> {
    const { store, plans } = this.#parts;
    return selectExecutions(store, (digest) => plans.get(digest), selection);
  }

  /** One that waits for room has a row as well. Of a tenant, where one is named: another one's is not there. @throws CantataError `execution_not_found`. */
  async row(executionId: string, tenant?: string): Promise<ExecutionRow> {
    const row = (await this.#parts.store.executions.get(executionId)) ?? (await this.inLine(executionId));
    if (row === undefined || (tenant ?? row.tenant) !== row.tenant) throw notFound(executionId);
    const stuck = this.#parts.local?.stuck(executionId);
    return stuck === undefined ? row : { ...row, parked: true, reason: reasonOf(stuck) };
  }

  /** The specification's status answer, and who has been at work for too long. @throws CantataError `execution_not_found`. */
  async status(executionId: string): Promise<ExecutionStatusView> {
    const row = await this.row(executionId);
    const now = this.#parts.clock.now();
    await this.#estimate(row);
    if (isInLine(row)) return { ...viewRow(row, now), parked: null, stalled: [] };
    const inHand = await this.#blobs.reading((values) => this.#statusInHand(row, values));
    if (inHand !== undefined) return inHand;
    const state = await this.#stateOf(row);
    const parked = row.parked ? row.reason : null;
    if (state instanceof CantataError)
      return { ...viewRow(row, now), parked: parked ?? reasonOf(state), stalled: [] };
    return this.#blobs.reading((values) => ({ ...this.#statusOf(state, values), parked }));
  }

  /** Where the engine of this process has it in memory, its log need not be read. O(tasks). @throws ValuesMissing */
  #statusInHand(row: ExecutionRow, values: Values): ExecutionStatusView | undefined {
    const state = this.#parts.local?.committed(row.executionId);
    // Where the row is ahead, another engine has taken it over, and this one does not know yet.
    if (state === undefined || row.parked || row.sequence > state.sequence) return undefined;
    try {
      return { ...this.#statusOf(state, values), parked: null };
    } finally {
      state.values = NO_VALUES;
    }
  }

  /** @throws ValuesMissing */
  #statusOf(state: ExecutionState, values: Values): Omit<ExecutionStatusView, 'parked'> {
    const now = this.#parts.clock.now();
    state.values = values;
    const view = viewExecution(state, now);
    const stalled = Array.from(
      whyStalled(state, now, this.#parts.stalls?.stalledAfterMs),
      ({ sentence }) => sentence,
    );
    return { ...view, stalled };
  }

  /** Puts at hand what the output of a completed execution consists of, so that `executionOutput` finds it. */
  async fetchOutput(state: ExecutionState): Promise<void> {
    if (state.status.kind !== 'completed') return;
    await this.#blobs.reading((values) => {
      state.values = values;
      return executionOutput(state);
    });
  }

  /** @throws CantataError `execution_not_found`, `not_completed`. */
  async output(executionId: string): Promise<Json> {
    const { status } = await this.row(executionId);
    const state = status === 'completed' ? (await this.#load(executionId)).state : undefined;
    if (state === undefined) {
      const message = `${executionId} is ${status}; only what is completed has an output`;
      throw new CantataError('not_completed', message);
    }
    await this.fetchOutput(state);
    return executionOutput(state);
  }

  /**
   * A value of it that stands in its log by reference. @throws CantataError `execution_not_found`, `value_not_found` for one
   * that it does not refer to, `store_corrupt`.
   */
  async value(executionId: string, reference: string): Promise<Json> {
    await this.row(executionId);
    if (!(await this.#parts.store.blobs.heldBy(executionId)).includes(reference)) {
      const message = `execution ${executionId} refers to no value ${reference}`;
      throw new CantataError('value_not_found', message);
    }
    return (await this.#blobs.fetch([reference])).get(reference) as Json;
  }

  /** How its tasks hang together and stand. @throws CantataError `execution_not_found`, or what it cannot be read for. */
  async graph(executionId: string): Promise<GraphView> {
    await this.#estimate(await this.row(executionId));
    return viewGraph((await this.#load(executionId)).state, this.#parts.clock.now());
  }

  /** What it asks of people; nothing once it has ended. @throws CantataError as `graph`. */
  async questions(executionId: string): Promise<readonly QuestionView[]> {
    const row = await this.row(executionId);
    if (hasEnded(row) || isInLine(row)) return [];
    return viewQuestions((await this.#load(executionId)).state);
  }

  /** Its log as it is recorded, oldest first, at most `limit`. @throws CantataError `execution_not_found`. */
  async log(executionId: string, after: number, limit: number): Promise<readonly EventRow[]> {
    await this.row(executionId);
    return this.#parts.store.log.readEntity(executionId, after, limit);
  }

  /** What was written down whole, oldest first, at most `limit`. O(its log). @throws CantataError `execution_not_found`. */
  async checkpoints(executionId: string, after = 0, limit = PAGE): Promise<readonly CheckpointRow[]> {
    await this.row(executionId);
    return readCheckpoints(this.#recorded(executionId, 'workflow.checkpoint_created', after), limit);
  }

  #recorded<const Type extends ExecutionEvent['type']>(
    executionId: string,
    type: Type,
    after = 0,
  ): AsyncIterable<Recorded<Type>> {
    const { store, codec } = this.#parts;
    return eventsOf({ log: store.log, codec }, executionId, type, after);
  }

  /** What a fork of it takes over. @throws CantataError `execution_not_found`, `checkpoint_not_found`, and as `takeover`. */
  async takeover(executionId: string, point: ForkPoint): Promise<Takeover> {
    await this.row(executionId);
    const { checkpoint } = point;
    const state =
      checkpoint === undefined
        ? (await this.#load(executionId)).state
        : await this.#loader.at(executionId, await this.#sequenceOf(executionId, checkpoint));
    return takeover(state, point, this.#blobs);
  }

  async #sequenceOf(executionId: string, checkpoint: string): Promise<number> {
    for await (const { row, event } of this.#recorded(executionId, 'workflow.checkpoint_created'))
      if (event.checkpoint.startsWith(checkpoint)) return row.sequence;
    const message = `execution ${executionId} has no checkpoint ${checkpoint}`;
    throw new CantataError('checkpoint_not_found', message);
  }

  /** Why it does not run, or does not go on: the first cause speaks of the whole. @throws CantataError `execution_not_found`. */
  why(executionId: string): Promise<readonly Cause[]> {
    return this.#causes.of(executionId);
  }

  /** How much is taken of what the operator has limited, and how many wait for room. */
  async capacity(): Promise<CapacityView> {
    const { taken, waiting } = await readPool(this.#loader);
    return { used: { ...taken }, waiting: waiting.size };
  }

  /** One that was accepted and waits for room, as its row would be if there were one; undefined for every other. */
  async inLine(executionId: string): Promise<ExecutionRow | undefined> {
    if ((await this.#parts.store.executions.get(executionId)) !== undefined) return undefined;
    const waiter = (await readPool(this.#loader)).waiting.get(executionId);
    return waiter && rowInLine(waiter);
  }

  /** Published events after a sequence, oldest first, at most `limit`. @throws CantataError `execution_not_found`. */
  async events(executionId: string, after = 0, limit = PAGE): Promise<readonly PublishedEvent[]> {
    const { log } = this.#parts.store;
    if (isResource(executionId)) throw notFound(executionId);
    const rows = await log.readEntity(executionId, after, limit);
    if (rows.length === 0 && (await log.readEntity(executionId, 0, 1)).length === 0)
      await this.row(executionId);
    const published: PublishedEvent[] = [];
    for (const row of rows) {
      const event = await this.#publisher.publish(row);
      if (event !== undefined) published.push(event);
    }
    return published;
  }

  /** What another version of its workflow would mean for an execution. @throws CantataError `execution_not_found`. */
  async upgradeReport(executionId: string, plan: Plan): Promise<UpgradeReport> {
    await this.row(executionId);
    const { state } = await this.#load(executionId);
    return upgradeReport(state, plan);
  }

  /** How the agents of each type are doing for a tenant, by the names of the types. O(workflows + types). */
  agents(tenant: string = DEFAULT_TENANT): Promise<readonly AgentTypeRow[]> {
    return readAgents(this.#parts, this.#loader, tenant);
  }

  /** The schedules of a tenant that are kept to, by the names of their workflows. O(workflows). */
  schedules(tenant: string = DEFAULT_TENANT): Promise<readonly ScheduleRow[]> {
    return readSchedules(this.#parts.store, this.#loader, tenant);
  }

  /** What the last completed runs of a workflow of a tenant took, of all its versions; empty for one that never ran. */
  async history(nameOrId: string, tenant: string = DEFAULT_TENANT, bounds?: HistoryBounds): Promise<History> {
    const version = await this.#parts.store.workflows.find(tenant, nameOrId);
    return version === undefined ? new Map() : readHistory(this.#parts, version.workflowId, bounds);
  }

  /** What makes it unreadable for good, where something does: then its row has the last word. */
  async #stateOf(row: ExecutionRow): Promise<ExecutionState | CantataError> {
    try {
      return (await this.#load(row.executionId)).state;
    } catch (thrown) {
      const error = errorFrom(thrown, 'parked');
      if (isPassing(error)) throw error;
      return error;
    }
  }

  /** What is left of an open execution takes what past runs took. A plan that cannot be read is reported by who reads it. */
  async #estimate({ completedAt, digest, workflowId }: ExecutionRow): Promise<void> {
    if (completedAt === null) await this.#parts.plans.timed(digest, workflowId).catch(() => undefined);
  }

  async #load(executionId: string): Promise<ExecutionEntity> {
    const entity = await this.#loader.load(executionId);
    if (entity === undefined || entity.kind !== 'execution') throw notFound(executionId);
    return entity;
  }
}

function reasonOf({ code, message }: CantataError): string {
  return `${code}: ${message}`;
}

function notFound(executionId: string): CantataError {
  return new CantataError('execution_not_found', `there is no execution ${executionId}`);
}
