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
import { groupsCalled } from '../seating.ts';
import { encodeExecution } from '../snapshot/encode.ts';
import type { ItemRef, Snapshot, SnapshotItem, SnapshotTask } from '../snapshot/format.ts';
import { restoreExecution } from '../snapshot/restore.ts';
import type { TeamRef } from '../snapshot/team.ts';
import type { ExecutionState } from '../state.ts';
import { recount } from './recount.ts';
import { reset } from './region.ts';

/** O(tasks, items and edges): it is rare. */
export function upgraded(state: ExecutionState, event: WorkflowUpgraded, at: Instant): void {
  const { workflow } = event;
  const plan = state.versions.get(workflow.digest);
  assert(plan !== undefined, `the plan of ${workflow.name} ${workflow.version} is not at hand`);
  clear(state, plan, new Set(event.stopped), at);
  const mapped = new Mapping(state, plan).snapshot();
  const { effects, values, versions } = state;
  Object.assign(state, restoreExecution(state.executionId, plan, mapped), { effects, values, versions });
  state.request = { ...requestOf(state), workflow };
  recount(state, at);
  for (const effect of owed(state)) if (effect.kind === 'arm') state.effects.push(effect);
}

/** What is stopped, gone or not begun holds nothing any more: no seat, no timer, no claim, no child. */
function clear(state: ExecutionState, plan: Plan, stopped: ReadonlySet<string>, at: Instant): void {
  for (const task of state.tasks) {
    const { id } = nth(state.plan.tasks, task.index);
    if (stopped.has(id) || !hasBegun(task) || !plan.taskIndex.has(id))
      reset(state, task, 'the execution was upgraded', at);
  }
}

class Mapping {
  readonly #from: ExecutionState;
  readonly #plan: Plan;
  readonly #old: Snapshot;
  readonly #gone: NonNullable<ExecutionState['gone']>;

  constructor(from: ExecutionState, plan: Plan) {
    this.#from = from;
    this.#plan = plan;
    this.#old = encodeExecution(from) as unknown as Snapshot;
    this.#gone = this.#takenOut();
  }

  /** What had begun comes back, if it does, under another address: what was done under the first one is done. */
  #takenOut(): NonNullable<ExecutionState['gone']> {
    const gone = Object.entries(this.#old.gone ?? {});
    for (const { index, activation } of this.#from.tasks) {
      const { id } = nth(this.#from.plan.tasks, index);
      if (activation > 1 && !this.#plan.taskIndex.has(id)) gone.push([id, activation]);
    }
    return Object.fromEntries(gone);
  }

  snapshot(): Json {
    const { tasks, compensations, children, needing, reacting, ...old } = this.#old;
    const busy = new Set(tasksOf(old.inFlight).map(([task, item]) => nth(nth(tasks, task).items, item).seat));
    const mapped: Snapshot = {
      ...old,
      ...(Object.keys(this.#gone).length === 0 ? {} : { gone: this.#gone }),
      tasks: this.#plan.tasks.map(({ id }) => this.#task(id)),
      undecided: old.undecided.map((task) => this.#place(task)),
      inFlight: this.#refs(old.inFlight),
      retrying: this.#refs(old.retrying),
      waiting: this.#refs(old.waiting),
      ...(children === undefined ? {} : { children: this.#refs(children) }),
      ...(reacting === undefined ? {} : { reacting: reacting.map((ref) => this.#teamRef(ref)) }),
      ...(needing === undefined ? {} : { needing: this.#needing(needing) }),
      ...(compensations === undefined
        ? {}
        : { compensations: compensations.map((step) => ({ ...step, task: this.#place(step.task) })) }),
      free: this.#plan.seats.map(({ id }) => id).filter((id) => !busy.has(id)),
    };
    return mapped as unknown as Json;
  }

  #task(id: string): SnapshotTask {
    const index = this.#from.plan.taskIndex.get(id);
    const activation = this.#gone[id];
    if (index === undefined) return activation === undefined ? ADDED : { ...ADDED, activation };
    const before = nth(this.#old.tasks, index);
    if (!hasBegun(before)) return before;
    return {
      ...before,
      isKept: true,
      skippedBy: before.skippedBy === null ? null : (this.#found(before.skippedBy) ?? null),
      items: before.items.map((item) => this.#item(item)),
    };
  }

  /** Seats that are gone are forgotten. None of them is occupied. */
  #item({ reassigned, diverted, ...item }: SnapshotItem): SnapshotItem {
    const seat = item.seat !== null && this.#plan.seatIndex.has(item.seat) ? item.seat : null;
    return {
      ...item,
      seat,
      ...(reassigned !== undefined && this.#isKnown(reassigned) ? { reassigned } : {}),
      ...(diverted !== undefined && this.#isKnown(diverted.to) ? { diverted } : {}),
    };
  }

  /** A group or a seat. */
  #isKnown(name: string): boolean {
    return this.#plan.seatIndex.has(name) || groupsCalled(this.#plan, name) !== undefined;
  }

  #needing(needing: NonNullable<Snapshot['needing']>): NonNullable<Snapshot['needing']> {
    const { acquiring, unasked, claimants, returns, rates } = needing;
    return {
      acquiring: this.#refs(acquiring),
      unasked: this.#refs(unasked),
      claimants: this.#refs(claimants),
      returns,
      ...(rates === undefined
        ? {}
        : { rates: rates.map((line) => ({ ...line, waiting: this.#refs(line.waiting) })) }),
    };
  }

  #teamRef(ref: TeamRef): TeamRef {
    return typeof ref === 'number' ? this.#place(ref) : [this.#place(ref[0]), ref[1]];
  }

  #refs(refs: readonly ItemRef[]): readonly ItemRef[] {
    return tasksOf(refs).map(([task, item]): ItemRef => [this.#place(task), item]);
  }

  /** Of a task that both versions have. */
  #place(task: number): number {
    return this.#found(task) as number;
  }

  #found(task: number): number | undefined {
    return this.#plan.taskIndex.get(nth(this.#from.plan.tasks, task).id);
  }
}

/** Nothing is undone while an execution can be upgraded: all are items of tasks. */
function tasksOf(refs: readonly ItemRef[]): readonly (readonly [task: number, item: number])[] {
  return refs as readonly (readonly [number, number])[];
}

const ADDED: SnapshotTask = {
  waiting: 0,
  status: 'pending',
  openItems: 0,
  skippedBy: null,
  error: null,
  openedAt: null,
  endedAt: null,
  items: [],
};
