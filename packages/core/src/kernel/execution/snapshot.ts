/**
 * The state of an execution as JSON and back. What can be derived (ready queues, pools) is derived again. Seats go by
 * their ids, as in events: a number would mean another seat wherever the groups of the plan stand in another order.
 */
import { CantataError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { nth } from '../../nth.ts';
import type { Plan } from '../../plan/plan.ts';
import { UndoOrder } from '../../policy/saga.ts';
import type { TaskError } from '../../ports/agent.ts';
import { Queue } from '../queue.ts';
import { type Compensation, stepKey } from './compensation.ts';
import type { HeldClaim } from './events.ts';
import { seatId, statusOf, stepPlace } from './lookup.ts';
import { occupy, queue } from './seating.ts';
import { withoutPool, withPool } from './snapshot-spawned.ts';
import {
  type Counters,
  type ExecutionState,
  type Item,
  type ItemClaims,
  type ItemStatus,
  isSettled,
  itemsLeft,
  type KeptEvent,
  type KeptSignal,
  type Mail,
  newExecution,
  type Orphan,
  type Spawned,
  type Task,
} from './state.ts';

/** Format of what `encode` writes. */
const FORMAT = 5;

export interface Snapshot {
  readonly format: number;
  readonly sequence: number;
  readonly lastAt: number;
  readonly status: ExecutionState['status'];
  readonly request: ExecutionState['request'] | null;
  /** Absent in snapshots of before it was kept. */
  readonly plannedMs?: number;
  readonly startedAt: number | null;
  readonly deadline: number | null;
  readonly interruptedAt: number;
  readonly checkpoint: ExecutionState['checkpoint'] | null;
  readonly counters: Counters;
  readonly tasks: readonly SnapshotTask[];
  readonly undecided: readonly number[];
  readonly inFlight: readonly ItemRef[];
  readonly retrying: readonly ItemRef[];
  readonly waiting: readonly ItemRef[];
  /** Absent where there was none. */
  readonly isBudgetWarned?: true;
  readonly stopReason?: string;
  readonly jumps?: number;
  /** Absent where nothing can be undone. */
  readonly compensations?: readonly SnapshotStep[];
  /** Steps whose time to be undone has come, by their place among them. Absent unless undoing has begun. */
  readonly due?: readonly number[];
  /** Absent where nothing ever came from outside. */
  readonly mail?: {
    readonly signals: readonly KeptSignal[];
    readonly events: readonly KeptEvent[];
    readonly ids: readonly string[];
  };
  /** Tasks that wait for an event. Absent where none does. */
  readonly listening?: readonly number[];
  /** Of these: with a child that counts. Absent where there is none. */
  readonly children?: readonly ItemRef[];
  readonly orphans?: readonly Orphan[];
  /** Absent where nothing is needed that others share. */
  readonly needing?: {
    readonly acquiring: readonly ItemRef[];
    readonly unasked: readonly ItemRef[];
    readonly claimants: readonly ItemRef[];
    readonly returns: readonly HeldClaim[];
  };
  /** Ids of the free seats, those of a group in the order they will be taken. */
  readonly free: readonly string[];
  readonly nextOrder: number;
  /** Absent where all its values stand in it. */
  readonly hasReferences?: true;
}

export type SnapshotTask = Pick<Task, 'waiting' | 'status' | 'openItems'> & {
  /** Absent where it is the first. */
  readonly activation?: number;
  readonly loopedFrom?: number;
  readonly gotos?: number;
  /** Absent where all items are wanted, or none is completed. */
  readonly done?: number;
  /** Absent where all dependencies must be met. */
  readonly met?: number;
  readonly skippedBy: number | null;
  /** Absent unless it has failed and the workflow went on. */
  readonly isHandled?: true;
  readonly overridden?: NonNullable<Task['overridden']>;
  readonly isKept?: true;
  readonly spent?: NonNullable<Task['spent']>;
  readonly stopReason?: string;
  readonly reassigned?: string;
  /** Absent where it needed no event, or has none yet. */
  readonly event?: Json;
  readonly heard?: number;
  readonly listensUntil?: number;
  /** Absent where there is no template; null is a value like any other. */
  readonly input?: Json;
  /** Absent where no items came later. */
  readonly added?: NonNullable<Task['added']>;
  readonly error: TaskError | null;
  readonly openedAt: number | null;
  readonly endedAt: number | null;
  readonly items: readonly SnapshotItem[];
};
type Assigned = Extract<ItemStatus, { readonly kind: 'assigned' }>;
export type SnapshotItem = Pick<Item, 'attempt' | 'assignment' | 'losses'> & {
  /** An assigned item sits where it was assigned to last. */
  readonly status: Exclude<ItemStatus, Assigned> | Omit<Assigned, 'seat'>;
  readonly seat: string | null;
  readonly startedAt: number | null;
  readonly forgiven?: number;
  /** Absent where it never waited for one. */
  readonly child?: string;
  /** Absent in what the document has. Its pool is found again. */
  readonly spawned?: Omit<Spawned, 'pool'>;
  readonly reassigned?: string;
  readonly claims?: ItemClaims;
};
export type ItemRef =
  | readonly [task: number, item: number]
  /** What undoes it: by the place of the step among all that were registered. */
  | readonly [step: number];
type SnapshotStep = Pick<Compensation, 'task' | 'activation' | 'generation' | 'endedAt' | 'status'> & {
  readonly item?: number;
  readonly input?: Json;
  readonly output?: Json;
  readonly given?: Json;
  readonly error?: TaskError;
  readonly turn?: SnapshotItem;
};

/** O(tasks + items). Everything in it is JSON; properties that are undefined vanish and come back as such. */
export function encodeExecution(state: ExecutionState): Json {
  const steps = new Map(Array.from(state.compensations.values(), (step, at) => [step, at]));
  const ref = (item: Item): ItemRef =>
    item.undoes === undefined ? [item.task, item.index ?? 0] : [steps.get(item.undoes) as number];
  const snapshot: Snapshot = {
    format: FORMAT,
    sequence: state.sequence,
    lastAt: state.lastAt,
    status: state.status,
    request: state.request ?? null,
    ...(state.plannedMs === undefined ? {} : { plannedMs: state.plannedMs }),
    startedAt: state.startedAt ?? null,
    deadline: state.deadline ?? null,
    interruptedAt: state.interruptedAt,
    checkpoint: state.checkpoint ?? null,
    counters: { ...state.counters },
    tasks: state.tasks.map((task) => ({
      waiting: task.waiting,
      status: task.status,
      openItems: task.openItems,
      ...(task.activation === 1 ? {} : { activation: task.activation }),
      ...(task.loopedFrom === undefined ? {} : { loopedFrom: task.loopedFrom }),
      ...(task.gotos === undefined ? {} : { gotos: task.gotos }),
      ...(task.done === undefined ? {} : { done: task.done }),
      ...(task.met === undefined ? {} : { met: task.met }),
      skippedBy: task.skippedBy ?? null,
      ...(task.isHandled === true ? { isHandled: true as const } : {}),
      ...(task.overridden === undefined ? {} : { overridden: task.overridden }),
      ...(task.isKept === true ? { isKept: true as const } : {}),
      ...(task.reassigned === undefined ? {} : { reassigned: task.reassigned }),
      ...(task.event === undefined ? {} : { event: task.event }),
      ...(task.heard === undefined ? {} : { heard: task.heard }),
      ...(task.listensUntil === undefined ? {} : { listensUntil: task.listensUntil }),
      ...(task.spent === undefined ? {} : { spent: { ...task.spent } }),
      ...(task.stopReason === undefined ? {} : { stopReason: task.stopReason }),
      ...(task.input === undefined ? {} : { input: task.input }),
      ...(task.added === undefined ? {} : { added: task.added }),
      error: task.error ?? null,
      openedAt: task.openedAt ?? null,
      endedAt: task.endedAt ?? null,
      items: task.items.map((item) => encodeItem(state, item)),
    })),
    undecided: Array.from(state.undecided, (task) => task.index),
    inFlight: Array.from(state.inFlight, ref),
    retrying: Array.from(state.retrying, ref),
    waiting: Array.from(state.waiting, ref),
    ...(state.isBudgetWarned === true ? { isBudgetWarned: true as const } : {}),
    ...(state.stopReason === undefined ? {} : { stopReason: state.stopReason }),
    ...(state.jumps === 0 ? {} : { jumps: state.jumps }),
    ...(steps.size === 0
      ? {}
      : { compensations: Array.from(steps.keys(), (step) => encodeStep(state, step)) }),
    ...(state.undoing === undefined
      ? {}
      : { due: Array.from(state.undoing.due, (step) => steps.get(step) as number) }),
    ...(state.listening.size === 0 ? {} : { listening: Array.from(state.listening, (task) => task.index) }),
    ...(state.mail.ids.size === 0 ? {} : { mail: encodeMail(state.mail) }),
    ...(state.children.size === 0 ? {} : { children: Array.from(state.children, ref) }),
    ...(state.orphans.size === 0 ? {} : { orphans: [...state.orphans] }),
    ...needing(state, ref),
    free: state.seating.freeOfGroup.flatMap((queue) => Array.from(queue, (seat) => seatId(state, seat))),
    nextOrder: state.seating.nextOrder,
    ...(state.hasReferences ? { hasReferences: true } : {}),
  };
  return snapshot as unknown as Json;
}

function encodeItem(state: ExecutionState, item: Item): SnapshotItem {
  const {
    attempt,
    assignment,
    losses,
    status,
    seat,
    startedAt,
    forgiven,
    reassigned,
    child,
    claims,
    spawned,
  } = item;
  return {
    attempt,
    assignment,
    losses,
    seat: seat === undefined ? null : seatId(state, seat),
    startedAt: startedAt ?? null,
    ...(forgiven === undefined ? {} : { forgiven }),
    ...(reassigned === undefined ? {} : { reassigned }),
    ...(child === undefined ? {} : { child }),
    ...(claims === undefined ? {} : { claims }),
    ...(spawned === undefined ? {} : { spawned: withoutPool(spawned) }),
    status: withoutSeat(status),
  };
}

function encodeStep(state: ExecutionState, step: Compensation): SnapshotStep {
  const { turn, item, input, output, given, error, ...rest } = step;
  return {
    ...rest,
    ...(item === undefined ? {} : { item }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(given === undefined ? {} : { given }),
    ...(error === undefined ? {} : { error }),
    ...(turn === undefined ? {} : { turn: encodeItem(state, turn) }),
  };
}

function encodeMail({ signals, events, ids }: Mail): NonNullable<Snapshot['mail']> {
  return { signals: [...signals], events: [...events], ids: [...ids] };
}

function needing(
  { acquiring, unasked, claimants, returns }: ExecutionState,
  ref: (item: Item) => ItemRef,
): Pick<Snapshot, 'needing'> {
  if (acquiring.size + claimants.size + returns.length === 0) return {};
  return {
    needing: {
      acquiring: Array.from(acquiring, ref),
      unasked: Array.from(unasked, ref),
      claimants: Array.from(claimants, ref),
      returns: [...returns],
    },
  };
}

function withoutSeat(status: ItemStatus): SnapshotItem['status'] {
  if (status.kind !== 'assigned') return status;
  const { seat: _, ...rest } = status;
  return rest;
}

/** Which version an execution had come to when a snapshot of it was taken. The caller has checked the checksum. */
export function versionOfSnapshot(encoded: Json): string | undefined {
  return (encoded as unknown as Snapshot).request?.workflow.digest;
}

/**
 * Builds the state a snapshot was taken of. The caller has checked the checksum, so the shape is trusted.
 * @throws CantataError `snapshot_corrupt` when it is of another format or does not fit the plan.
 */
export function restoreExecution(executionId: string, plan: Plan, encoded: Json): ExecutionState {
  const snapshot = encoded as unknown as Snapshot;
  if (snapshot.format !== FORMAT) {
    throw new CantataError(
      'snapshot_corrupt',
      `a snapshot of ${executionId} has the format ${snapshot.format}`,
    );
  }
  if (snapshot.tasks.length !== 0 && snapshot.tasks.length !== plan.tasks.length) throw misfit(executionId);
  const state = newExecution(executionId, plan);
  state.sequence = snapshot.sequence;
  state.lastAt = snapshot.lastAt;
  state.status = snapshot.status;
  state.request = snapshot.request ?? undefined;
  state.plannedMs = snapshot.plannedMs;
  state.startedAt = snapshot.startedAt ?? undefined;
  state.deadline = snapshot.deadline ?? undefined;
  state.interruptedAt = snapshot.interruptedAt;
  state.checkpoint = snapshot.checkpoint ?? undefined;
  Object.assign(state.counters, snapshot.counters);
  state.hasReferences = snapshot.hasReferences === true;
  state.jumps = snapshot.jumps ?? 0;
  if (snapshot.isBudgetWarned === true) state.isBudgetWarned = true;
  if (snapshot.stopReason !== undefined) state.stopReason = snapshot.stopReason;
  snapshot.tasks.forEach((task, index) => state.tasks.push(restoreTask(state, index, task)));
  restoreSteps(state, snapshot);
  restorePlaces(state, snapshot);
  restoreProgress(state);
  return state;
}

function misfit(executionId: string, why = ''): CantataError {
  return new CantataError(
    'snapshot_corrupt',
    `a snapshot of ${executionId} does not fit its definition${why}`,
  );
}

function seatOf({ executionId, plan }: ExecutionState, id: string): number {
  const seat = plan.seatIndex.get(id);
  if (seat === undefined) throw misfit(executionId, `: there is no seat ${id}`);
  return seat;
}

function restoreTask(state: ExecutionState, index: number, task: SnapshotTask): Task {
  const { parallel } = nth(state.plan.tasks, index).definition;
  return {
    index,
    activation: task.activation ?? 1,
    loopedFrom: task.loopedFrom,
    gotos: task.gotos,
    done: task.done,
    waiting: task.waiting,
    status: task.status,
    openItems: task.openItems,
    met: task.met,
    skippedBy: task.skippedBy ?? undefined,
    isHandled: task.isHandled,
    overridden: task.overridden,
    isKept: task.isKept,
    spent: task.spent === undefined ? undefined : { ...task.spent },
    stopReason: task.stopReason,
    reassigned: task.reassigned,
    event: task.event,
    heard: task.heard,
    listensUntil: task.listensUntil,
    input: task.input,
    ...(task.added === undefined ? {} : { added: [...task.added] }),
    error: task.error ?? undefined,
    openedAt: task.openedAt ?? undefined,
    endedAt: task.endedAt ?? undefined,
    ...heldAmong(task.items),
    items: task.items.map((item, at) =>
      restoreItem(state, index, parallel || item.spawned !== undefined ? at : undefined, item),
    ),
  };
}

function heldAmong(items: readonly SnapshotItem[]): Pick<Task, 'held' | 'nextHeld'> {
  const nextHeld = items.findIndex(({ status }) => status.kind === 'held');
  if (nextHeld === -1) return {};
  return { nextHeld, held: items.filter(({ status }) => status.kind === 'held').length };
}

function restoreItem(
  state: ExecutionState,
  task: number,
  index: number | undefined,
  {
    attempt,
    assignment,
    losses,
    seat,
    startedAt,
    forgiven,
    reassigned,
    child,
    claims,
    spawned,
    status,
  }: SnapshotItem,
): Item {
  return {
    task,
    index,
    attempt,
    assignment,
    losses,
    seat: seat === null ? undefined : seatOf(state, seat),
    startedAt: startedAt ?? undefined,
    forgiven,
    reassigned,
    child,
    claims,
    ...(spawned === undefined ? {} : { spawned: withPool(state, spawned) }),
    // What an assigned one lacks is put back when it takes its seat.
    status: status as ItemStatus,
  };
}

/** Of a task that was entered more than once, the last of its steps is that of the item there is. */
function restoreSteps(state: ExecutionState, { compensations = [], due }: Snapshot): void {
  for (const { turn, ...rest } of compensations) {
    const { task, item, input, output, given, error } = rest;
    const step: Compensation = { ...rest, item, input, output, given, error, turn: undefined };
    if (turn !== undefined) step.turn = { ...restoreItem(state, task, item, turn), undoes: step };
    state.compensations.set(stepKey(stepPlace(state, step)), step);
    const { activation, items } = nth(state.tasks, task);
    const work = items[item ?? 0];
    if (work !== undefined && activation === step.activation) work.compensation = step;
  }
  if (due === undefined) return;
  const steps = [...state.compensations.values()];
  const left = steps.filter(({ status }) => status !== 'compensated' && status !== 'skipped');
  const order = new UndoOrder(state.plan.graph, left);
  order.first();
  state.undoing = { order, due: new Queue(), left: left.length };
  for (const at of due) state.undoing.due.push(nth(steps, at));
}

function restorePlaces(state: ExecutionState, snapshot: Snapshot): void {
  const { seating } = state;
  const turns = Array.from(state.compensations.values(), ({ turn }) => turn);
  const itemOf = ([first, item]: ItemRef): Item =>
    item === undefined ? (turns[first] as Item) : nth(nth(state.tasks, first).items, item);
  for (const index of snapshot.undecided) state.undecided.push(nth(state.tasks, index));
  for (const ref of snapshot.inFlight) {
    const item = itemOf(ref);
    const status = statusOf(item, 'assigned');
    const seat = item.seat as number;
    item.status = { ...status, seat, deadline: status.deadline };
    state.inFlight.add(item);
    occupy(state, item, seat);
  }
  for (const ref of snapshot.retrying) state.retrying.add(itemOf(ref));
  const { signals = [], events = [], ids = [] } = snapshot.mail ?? {};
  state.mail.events = [...events];
  for (const index of snapshot.listening ?? []) state.listening.add(nth(state.tasks, index));
  state.mail.signals.push(...signals);
  for (const id of ids) state.mail.ids.add(id);
  for (const ref of snapshot.waiting) state.waiting.add(itemOf(ref));
  for (const ref of snapshot.children ?? []) state.children.add(itemOf(ref));
  for (const orphan of snapshot.orphans ?? []) state.orphans.push(orphan);
  const { acquiring = [], unasked = [], claimants = [], returns = [] } = snapshot.needing ?? {};
  for (const ref of acquiring) state.acquiring.add(itemOf(ref));
  for (const ref of unasked) state.unasked.push(itemOf(ref));
  for (const ref of claimants) state.claimants.add(itemOf(ref));
  state.returns.push(...returns);
  for (const queue of seating.freeOfGroup) queue.clear();
  for (const id of snapshot.free) {
    const seat = seatOf(state, id);
    nth(seating.freeOfGroup, nth(state.plan.seats, seat).group).push(seat);
  }
  const ready = [...state.tasks.flatMap(({ items }) => items), ...turns]
    .filter((item) => item !== undefined)
    .filter((item) => item.status.kind === 'ready');
  ready.sort((a, b) => statusOf(a, 'ready').order - statusOf(b, 'ready').order);
  for (const item of ready) {
    const status = statusOf(item, 'ready');
    queue(state, item, status.since);
    item.status = status;
  }
  seating.nextOrder = snapshot.nextOrder;
}

function restoreProgress(state: ExecutionState): void {
  const { workMs } = state;
  for (const task of state.tasks) {
    const { pool, items, estimate } = nth(state.plan.tasks, task.index);
    workMs[pool] = (workMs[pool] as number) + (itemsLeft(state.plan, task) - items) * estimate.durationMs;
    if (!isSettled(task)) continue;
    const layer = state.plan.layers.layerOf[task.index] as number;
    state.openTasks -= 1;
    state.openInLayer[layer] = (state.openInLayer[layer] as number) - 1;
  }
  while (state.layer < state.openInLayer.length - 1 && state.openInLayer[state.layer] === 0) state.layer += 1;
}
