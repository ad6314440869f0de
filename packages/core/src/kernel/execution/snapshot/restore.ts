/** The state of an execution from its snapshot. What could be derived is derived again. */
import { CantataError } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import type { Plan } from '../../../plan/plan.ts';
import { UndoOrder } from '../../../policy/saga.ts';
import { Queue } from '../../queue.ts';
import { type Compensation, stepKey } from '../compensation.ts';
import { statusOf, stepPlace } from '../lookup.ts';
import { ask, lineFor, lineOf, type RateLine, refresh } from '../rates.ts';
import { occupy, queue } from '../seating.ts';
import {
  type ExecutionState,
  type Item,
  type ItemStatus,
  isSettled,
  itemsLeft,
  newExecution,
  type Task,
} from '../state.ts';
import { addWaiter } from '../waiters.ts';
import { FORMAT, type ItemRef, type Snapshot, type SnapshotItem, type SnapshotTask } from './format.ts';
import { withPool } from './spawned.ts';
import { restoreTeams, teamOfRef } from './team.ts';
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
  if (snapshot.gone !== undefined) state.gone = snapshot.gone;
  if (snapshot.isBudgetWarned === true) state.isBudgetWarned = true;
  if (snapshot.spentBefore !== undefined) state.spentBefore = snapshot.spentBefore;
  if (snapshot.stopReason !== undefined) state.stopReason = snapshot.stopReason;
  snapshot.tasks.forEach((task, index) => {
    const restored = restoreTask(state, index, task);
    state.tasks.push(restored);
    if (task.team !== undefined) restoreTeams(state, restored, task.team, task.items);
  });
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
    diverted,
    child,
    kept,
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
    ...(diverted === undefined ? {} : { diverted }),
    child,
    ...(kept === undefined ? {} : { kept: new Map(Object.entries(kept)) }),
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
  for (const ref of snapshot.reacting ?? []) state.reacting.push(teamOfRef(state, ref));
  for (const index of snapshot.listening ?? []) state.listening.add(nth(state.tasks, index));
  state.mail.signals.push(...signals);
  for (const id of ids) state.mail.ids.add(id);
  for (const ref of snapshot.waiting) addWaiter(state, itemOf(ref));
  for (const ref of snapshot.children ?? []) state.children.add(itemOf(ref));
  for (const orphan of snapshot.orphans ?? []) state.orphans.push(orphan);
  const { acquiring = [], unasked = [], claimants = [], returns = [], rates = [] } = snapshot.needing ?? {};
  for (const ref of acquiring) state.acquiring.add(itemOf(ref));
  for (const ref of unasked) state.unasked.push(itemOf(ref));
  for (const ref of claimants) state.claimants.add(itemOf(ref));
  state.returns.push(...returns);
  for (const { waiting, asked, ...need } of rates) {
    const line = lineFor(state, need);
    for (const ref of waiting) line.waiting.add(itemOf(ref));
    if (asked !== undefined) ask(state, line, asked);
  }
  for (const item of state.acquiring) countEarly(state, item);
  for (const line of state.rates.lines.values()) refresh(state, line);
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

function countEarly(state: ExecutionState, item: Item): void {
  const line = lineOf(state, item) as RateLine | undefined;
  if (line !== undefined && statusOf(item, 'acquiring').until !== undefined) line.early += 1;
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
