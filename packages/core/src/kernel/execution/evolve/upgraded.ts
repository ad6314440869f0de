/**
 * An execution goes on by the plan of another version. Its state is mapped as a snapshot of it, in which tasks are known by
 * their names: what has ended stays, what has begun goes on, what has not is laid out anew, and who waits for whom is
 * counted again.
 */
import { assert } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import type { Plan } from '../../../plan/plan.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { WorkflowUpgraded } from '../events.ts';
import { hasBegun } from '../look/upgrade.ts';
import { requestOf } from '../lookup.ts';
import { owed } from '../owed.ts';
import {
  encodeExecution,
  type ItemRef,
  restoreExecution,
  type Snapshot,
  type SnapshotItem,
  type SnapshotTask,
} from '../snapshot.ts';
import type { ExecutionState } from '../state.ts';
import { abandon } from './items.ts';
import { recount } from './recount.ts';
import { taskOf } from './tasks.ts';

/** O(tasks, items and edges): it is rare. */
export function upgraded(state: ExecutionState, event: WorkflowUpgraded, at: Instant): void {
  const { workflow, stopped } = event;
  const plan = state.versions.get(workflow.digest);
  assert(plan !== undefined, `the plan of ${workflow.name} ${workflow.version} is not at hand`);
  for (const id of stopped)
    for (const item of taskOf(state, id).items) abandon(state, item, 'the execution was upgraded', at);
  const mapped = new Mapping(state, plan, new Set(stopped)).snapshot();
  const { effects, values, versions } = state;
  Object.assign(state, restoreExecution(state.executionId, plan, mapped), { effects, values, versions });
  state.request = { ...requestOf(state), workflow };
  recount(state, at);
  for (const effect of owed(state)) if (effect.kind === 'arm') state.effects.push(effect);
}

class Mapping {
  readonly #from: ExecutionState;
  readonly #plan: Plan;
  readonly #stopped: ReadonlySet<string>;
  readonly #old: Snapshot;

  constructor(from: ExecutionState, plan: Plan, stopped: ReadonlySet<string>) {
    this.#from = from;
    this.#plan = plan;
    this.#stopped = stopped;
    this.#old = encodeExecution(from) as unknown as Snapshot;
  }

  snapshot(): Json {
    const old = this.#old;
    const busy = new Set(
      old.inFlight.flatMap((ref) => (ref.length === 2 ? [this.#itemAt(ref).seat as string] : [])),
    );
    const mapped: Snapshot = {
      ...old,
      tasks: this.#plan.tasks.map(({ id }) => this.#task(id)),
      undecided: this.#plan.tasks.flatMap(({ id, index }) =>
        this.#task(id).status === 'looping' ? [index] : [],
      ),
      inFlight: this.#refs(old.inFlight),
      retrying: this.#refs(old.retrying),
      waiting: this.#refs(old.waiting),
      ...(old.compensations === undefined
        ? {}
        : { compensations: old.compensations.map((step) => ({ ...step, task: this.#place(step.task) })) }),
      free: this.#plan.seats.map(({ id }) => id).filter((id) => !busy.has(id)),
    };
    return mapped as unknown as Json;
  }

  /** As it was, if it has begun and may go on; else as nobody has touched it. */
  #task(id: string): SnapshotTask {
    const index = this.#from.plan.taskIndex.get(id);
    const before = index === undefined ? undefined : nth(this.#old.tasks, index);
    if (before === undefined || !hasBegun(before)) return untouched(before);
    if (this.#stopped.has(id)) return untouched({ ...before, activation: (before.activation ?? 1) + 1 });
    return {
      ...before,
      isKept: true,
      skippedBy: before.skippedBy === null ? null : this.#skippedBy(before.skippedBy),
      items: before.items.map((item) => this.#item(item)),
    };
  }

  #skippedBy(index: number): number | null {
    return this.#plan.taskIndex.get(nth(this.#from.plan.tasks, index).id) ?? null;
  }

  /** Seats that are gone are forgotten. None of them is occupied. */
  #item({ reassigned, ...item }: SnapshotItem): SnapshotItem {
    const seat = item.seat !== null && this.#plan.seatIndex.has(item.seat) ? item.seat : null;
    const isKnown =
      reassigned !== undefined &&
      (this.#plan.seatIndex.has(reassigned) ||
        this.#plan.groups.some(({ definition }) => definition.name === reassigned));
    return { ...item, seat, ...(isKnown ? { reassigned } : {}) };
  }

  /** What was stopped stands in no place any more. */
  #refs(refs: readonly ItemRef[]): readonly ItemRef[] {
    return refs.map((ref): ItemRef => {
      if (ref.length === 1) return ref;
      const [task, item] = ref;
      return [this.#place(task), item];
    });
  }

  /** Of a task that both versions have. */
  #place(task: number): number {
    return this.#plan.taskIndex.get(nth(this.#from.plan.tasks, task).id) as number;
  }

  #itemAt([task, item]: readonly [task: number, item: number]): SnapshotItem {
    return nth(nth(this.#old.tasks, task).items, item);
  }
}

function untouched(before: SnapshotTask | undefined): SnapshotTask {
  const { activation, gotos, reassigned } = before ?? {};
  return {
    waiting: 0,
    status: 'pending',
    openItems: 0,
    ...(activation === undefined ? {} : { activation, loopedFrom: activation }),
    ...(gotos === undefined ? {} : { gotos }),
    ...(reassigned === undefined ? {} : { reassigned }),
    skippedBy: null,
    error: null,
    openedAt: null,
    endedAt: null,
    items: [],
  };
}
