/**
 * Stored events of executions as the outside sees them. What that takes beside the row (whose the execution is, and which
 * version was in force) is in other rows of its log: it is remembered of the executions that were read lately.
 */
import {
  type Codec,
  DEFAULT_TENANT,
  type EventRow,
  type ExecutionEvent,
  type PublishedEvent,
  publish,
  type Requested,
  type Store,
  type WorkflowRef,
  type WorkflowUpgraded,
} from '@cantata/core';
import { decodeEvent } from '../shell/loader.ts';
import type { Plans } from '../shell/plans.ts';

/** About a kibibyte each. */
const MOST_REMEMBERED = 5_000;
const PAGE = 1_000;

export interface PublisherParts {
  readonly store: Store;
  readonly plans: Plans;
  readonly codec: Codec;
}

export interface Whose {
  readonly tenant: string;
  readonly workflowId: string;
}

interface Known extends Whose {
  /** In force from these sequences on, the first version first. */
  readonly versions: { readonly from: number; readonly workflow: WorkflowRef }[];
  /** Whatever changed the version up to this sequence is among them. */
  upTo: number;
}

/** What is at hand comes at once: of most rows all is, and a promise for each would be most of the work. */
type Soon<T> = T | Promise<T>;

export class Publisher {
  readonly #parts: PublisherParts;
  readonly #most: number;
  /** By execution; the least recently used first. */
  readonly #known = new Map<string, Known>();

  constructor(parts: PublisherParts, most: number = MOST_REMEMBERED) {
    this.#parts = parts;
    this.#most = most;
  }

  /** How many executions it remembers. */
  get size(): number {
    return this.#known.size;
  }

  /** Whose the execution of a row is; undefined when its log is gone meanwhile. @throws CantataError `store_*`. */
  whose(row: EventRow): Soon<Whose | undefined> {
    return this.#knownOf(row);
  }

  /**
   * The event of a row; undefined when its log is gone meanwhile. Where rows come in order it is constant time; for one
   * far behind what is known of its execution, the log between is looked through for upgrades.
   * @throws CantataError `store_*`, `workflow_not_found`.
   */
  publish(row: EventRow): Soon<PublishedEvent | undefined> {
    const known = this.#knownOf(row);
    if (known === undefined) return undefined;
    if (!(known instanceof Promise) && this.#isAtHand(known, row)) {
      const { workflow } = versionAt(known, row);
      const plan = this.#parts.plans.cached(workflow.digest);
      if (plan !== undefined) return publish(this.#stored(row), workflow, plan);
    }
    return this.#publishLater(row, known);
  }

  async #publishLater(row: EventRow, soon: Soon<Known | undefined>): Promise<PublishedEvent | undefined> {
    const known = await soon;
    if (known === undefined) return undefined;
    if (!this.#isAtHand(known, row)) await this.#readUpTo(known, row);
    const { workflow } = versionAt(known, row);
    return publish(this.#stored(row), workflow, await this.#parts.plans.get(workflow.digest));
  }

  #knownOf(row: EventRow): Soon<Known | undefined> {
    const known = this.#known.get(row.entity);
    if (known === undefined) return row.sequence === 1 ? this.#remember(row) : this.#readFirst(row.entity);
    this.#known.delete(row.entity);
    this.#known.set(row.entity, known);
    return known;
  }

  async #readFirst(entity: string): Promise<Known | undefined> {
    const [first] = await this.#parts.store.log.readEntity(entity, 0, 1);
    // Somebody else may have been faster, and know more.
    return this.#known.get(entity) ?? (first && this.#remember(first));
  }

  #remember(first: EventRow): Known {
    const { workflow, tenant = DEFAULT_TENANT } = decodeEvent(this.#parts.codec, first) as Requested;
    const known: Known = { tenant, workflowId: workflow.id, versions: [{ from: 1, workflow }], upTo: 1 };
    if (this.#known.size >= this.#most) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(first.entity, known);
    return known;
  }

  /** The next row tells by itself. */
  #isAtHand(known: Known, row: EventRow): boolean {
    if (row.sequence === known.upTo + 1) this.#note(known, row);
    return row.sequence <= known.upTo;
  }

  async #readUpTo(known: Known, { entity, sequence }: EventRow): Promise<void> {
    while (known.upTo < sequence) {
      const limit = Math.min(PAGE, sequence - known.upTo);
      const rows = await this.#parts.store.log.readEntity(entity, known.upTo, limit);
      if (rows.length === 0) return;
      // Whoever reads the same meanwhile has noted some of it.
      for (const row of rows) if (row.sequence === known.upTo + 1) this.#note(known, row);
    }
  }

  #note(known: Known, row: EventRow): void {
    if (row.type === 'workflow.upgraded') {
      const { workflow } = decodeEvent(this.#parts.codec, row) as WorkflowUpgraded;
      known.versions.push({ from: row.sequence, workflow });
    }
    known.upTo = row.sequence;
  }

  #stored(row: EventRow) {
    const { entity: executionId, sequence, at, actor } = row;
    return { executionId, sequence, at, actor, event: decodeEvent(this.#parts.codec, row) as ExecutionEvent };
  }
}

function versionAt({ versions }: Known, { sequence }: EventRow): Known['versions'][number] {
  return versions.findLast(({ from }) => from <= sequence) as Known['versions'][number];
}
