/** Brings an entity into memory: the newest good snapshot, then the events after it. */
import {
  CantataError,
  type Codec,
  type EventRow,
  type ExecutionState,
  hasEnded,
  isResource,
  type Json,
  type JsonObject,
  newExecution,
  newResource,
  type Requested,
  restoreExecution,
  restoreResource,
  type SnapshotRow,
  type Store,
  type Surroundings,
  upcast,
  versionOfSnapshot,
  type WorkflowUpgraded,
} from '@cantata/core';
import { errorFrom, isPassing, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import {
  type Command,
  type Entity,
  type Event,
  evolveOn,
  executionEntity,
  resourceEntity,
} from './entity.ts';
import type { Plans } from './plans.ts';
import { unseal } from './sealed.ts';
import { isWrittenOff, overError } from './write-off.ts';

const PAGE = 5_000;

export class Loader {
  readonly #store: Store;
  readonly #plans: Plans;
  readonly #codec: Codec;
  readonly #log: Log;
  readonly #around: Partial<Surroundings>;

  constructor(store: Store, plans: Plans, codec: Codec, log: Log, around: Partial<Surroundings> = {}) {
    this.#store = store;
    this.#plans = plans;
    this.#codec = codec;
    this.#log = log;
    this.#around = around;
  }

  /**
   * The entity as the store knows it; an execution nobody started is undefined unless `command` starts it.
   * @throws CantataError `already_ended` for what was written off, `store_*` and others for what cannot be folded.
   */
  async load(id: string, command?: Command): Promise<Entity | undefined> {
    if (isResource(id)) return this.#resource(id);
    const row = await this.#store.executions.get(id);
    if (row !== undefined && isWrittenOff(row)) throw overError(row);
    const { log } = this.#store;
    const snapshot = await log.snapshot(id);
    // Most logs are short and have no snapshot: then one page is all there is.
    const head = await log.readEntity(id, 0, snapshot === undefined ? PAGE : 1);
    const [first] = head;
    if (first === undefined) {
      if (row !== undefined)
        throw new CantataError('store_corrupt', `the log of ${id} is empty, and its row says otherwise`);
      if (command?.type !== 'start') return undefined;
      const begun = newExecution(id, await this.#plans.get(command.workflow.digest));
      return executionEntity(begun, command.tenant);
    }
    if (first.sequence !== 1) throw gap(id, 1);
    const { workflow, tenant } = decodeEvent(this.#codec, first) as Requested;
    const plan = await this.#plans.get(workflow.digest);
    const restored = await this.#restore(id, snapshot, async (state) => {
      const digest = versionOfSnapshot(state) ?? workflow.digest;
      return executionEntity(restoreExecution(id, await this.#plans.get(digest), state), tenant);
    });
    const entity =
      restored === undefined
        ? await this.#fold(
            executionEntity(newExecution(id, plan), tenant),
            snapshot === undefined ? head : undefined,
          )
        : await this.#fold(restored);
    // It is in memory, so it is not parked any more.
    entity.isRowStale =
      row === undefined || row.parked || row.asleep || row.sequence !== entity.state.sequence;
    if (row?.asleep === true) entity.wakeup = null;
    return entity;
  }

  /**
   * As {@link Loader.load}, for what is to be told something: an execution that has ended and cannot be folded is told
   * nothing any more. @throws CantataError `already_ended` then.
   */
  async loadToTell(id: string, command: Command): Promise<Entity | undefined> {
    try {
      return await this.load(id, command);
    } catch (thrown) {
      const error = errorFrom(thrown, 'parked');
      if (isResource(id) || isPassing(error) || error.code === 'already_ended') throw error;
      const row = await this.#store.executions.get(id);
      if (row === undefined || !hasEnded(row)) throw error;
      const { code, message } = error;
      this.#log('error', 'the log of an execution that has ended cannot be read', {
        entity: id,
        code,
        message,
      });
      const words = `execution ${id} is ${row.status}, and its log cannot be read: ${message}`;
      throw new CantataError('already_ended', words, { cause: error });
    }
  }

  /** An execution as it was after one of its events, from its log alone. O(its log). */
  async at(id: string, sequence: number): Promise<ExecutionState> {
    const [first] = await this.#store.log.readEntity(id, 0, 1);
    const { workflow, tenant } = decodeEvent(this.#codec, first as EventRow) as Requested;
    const entity = executionEntity(newExecution(id, await this.#plans.get(workflow.digest)), tenant);
    while (entity.state.sequence < sequence) {
      const limit = Math.min(PAGE, sequence - entity.state.sequence);
      for (const row of await this.#store.log.readEntity(id, entity.state.sequence, limit)) {
        if (row.type === 'workflow.upgraded') await this.#provide(entity, row);
        this.#apply(entity, row);
      }
    }
    return entity.state;
  }

  async #resource(id: string): Promise<Entity> {
    const snapshot = await this.#store.log.snapshot(id);
    const restored = await this.#restore(id, snapshot, (state) =>
      resourceEntity(restoreResource(id, state, this.#around)),
    );
    const entity = await this.#fold(restored ?? resourceEntity(newResource(id, this.#around)));
    entity.wakeup = (await this.#store.wakeups.of([id]))[0]?.at;
    return entity;
  }

  /** A snapshot that cannot be used is reported, and the one before it tried. Without any: the log has everything. */
  async #restore(
    id: string,
    newest: SnapshotRow | undefined,
    build: (state: Json) => Entity | Promise<Entity>,
  ): Promise<Entity | undefined> {
    let row = newest;
    while (row !== undefined) {
      try {
        const entity = await build(unseal(row, this.#codec));
        entity.snapshotAt = row.sequence;
        entity.segments = new Set(row.segments.map(({ digest }) => digest));
        return entity;
      } catch (error) {
        const fields = { entity: id, message: messageOf(error) };
        this.#log('error', 'a snapshot is unusable; an older one or the whole log is read instead', fields);
      }
      row = await this.#store.log.snapshot(id, row.sequence);
    }
    return undefined;
  }

  /** `next` is the page that follows, where it was read already. */
  async #fold(entity: Entity, next?: readonly EventRow[]): Promise<Entity> {
    for (let page = next; ; page = undefined) {
      const rows = page ?? (await this.#store.log.readEntity(entity.id, entity.state.sequence, PAGE));
      for (const row of rows) {
        if (row.type === 'workflow.upgraded') await this.#provide(entity, row);
        this.#apply(entity, row);
      }
      // Replayed effects were performed or are owed: `owed` lists the latter.
      entity.state.effects = [];
      if (rows.length < PAGE) return entity;
    }
  }

  /** From an upgrade on the log is folded with the plan of the new version. */
  async #provide(entity: Entity, row: EventRow): Promise<void> {
    if (entity.kind !== 'execution') return;
    const { digest } = (decodeEvent(this.#codec, row) as WorkflowUpgraded).workflow;
    entity.state.versions = new Map(entity.state.versions).set(digest, await this.#plans.get(digest));
  }

  #apply(entity: Entity, row: EventRow): void {
    const next = entity.state.sequence + 1;
    if (row.sequence !== next) throw gap(entity.id, next);
    evolveOn(entity, decodeEvent(this.#codec, row), row.at);
  }
}

function gap(id: string, sequence: number): CantataError {
  return new CantataError('store_corrupt', `the log of ${id} lacks event ${sequence}`);
}

/** An event in the form of today, whenever it was written. @throws CantataError `store_version`, `store_corrupt` */
export function decodeEvent(codec: Codec, { type, schema, data }: EventRow): Event {
  return upcast(type, schema, codec.decode(data) as JsonObject) as unknown as Event;
}
