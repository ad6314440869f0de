/**
 * The state of an execution as JSON. What can be derived (ready queues, pools) is derived again. Seats go by
 * their ids, as in events: a number would mean another seat wherever the groups of the plan stand in another order.
 */
import type { Json } from '../../../json.ts';
import type { Compensation } from '../compensation.ts';
import { seatId } from '../lookup.ts';
import type { ExecutionState, Item, ItemStatus, Mail } from '../state.ts';
import { FORMAT, type ItemRef, type Snapshot, type SnapshotItem, type SnapshotStep } from './format.ts';
import { withoutPool } from './spawned.ts';
import { encodeTeam, teamRef } from './team.ts';
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
      ...(task.team === undefined ? {} : { team: encodeTeam(task.team) }),
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
    ...(state.spentBefore === undefined ? {} : { spentBefore: state.spentBefore }),
    ...(state.stopReason === undefined ? {} : { stopReason: state.stopReason }),
    ...(state.jumps === 0 ? {} : { jumps: state.jumps }),
    ...(state.gone === undefined ? {} : { gone: state.gone }),
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
    ...(state.reacting.size === 0 ? {} : { reacting: Array.from(state.reacting, teamRef) }),
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
    diverted,
    child,
    kept,
    claims,
    spawned,
    team,
  } = item;
  return {
    attempt,
    assignment,
    losses,
    seat: seat === undefined ? null : seatId(state, seat),
    startedAt: startedAt ?? null,
    ...(forgiven === undefined ? {} : { forgiven }),
    ...(reassigned === undefined ? {} : { reassigned }),
    ...(diverted === undefined ? {} : { diverted }),
    ...(child === undefined ? {} : { child }),
    ...(kept === undefined ? {} : { kept: Object.fromEntries(kept) }),
    ...(claims === undefined ? {} : { claims }),
    ...(spawned === undefined ? {} : { spawned: withoutPool(spawned) }),
    ...(team === undefined ? {} : { team: encodeTeam(team) }),
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
  { acquiring, unasked, claimants, returns, rates: { lines } }: ExecutionState,
  ref: (item: Item) => ItemRef,
): Pick<Snapshot, 'needing'> {
  if (acquiring.size + claimants.size + returns.length === 0) return {};
  return {
    needing: {
      acquiring: Array.from(acquiring, ref),
      unasked: Array.from(unasked, ref),
      claimants: Array.from(claimants, ref),
      returns: [...returns],
      ...(lines.size === 0
        ? {}
        : {
            rates: Array.from(lines.values(), ({ need, waiting, asked }) => ({
              ...need,
              waiting: Array.from(waiting, ref),
              ...(asked === undefined ? {} : { asked }),
            })),
          }),
    },
  };
}

function withoutSeat(status: ItemStatus): SnapshotItem['status'] {
  if (status.kind !== 'assigned') return status;
  const { seat: _, ...rest } = status;
  return rest;
}
