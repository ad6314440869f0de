/** What must hold after every event (X1 to X8 of state.ts). Costs O(tasks + items): for tests and the simulator. */

import { nth } from '../../../nth.ts';
import { ENDS } from '../../../plan/plan.ts';
import type { View } from '../../law.ts';
import { load } from '../ceiling.ts';
import { childOf, heldOf, isRate, labelOf } from '../lookup.ts';
import { lineOf, type RateLine } from '../rates.ts';
import { groupsCalled } from '../seating.ts';
import {
  type ExecutionState,
  type Item,
  isHeldBackBy,
  isOver,
  isSettled,
  isUndecided,
  type Task,
} from '../state.ts';
import { signalOf } from '../waiters.ts';

/** One sentence for each invariant that does not hold; empty when all is well. */
export function violations(state: ExecutionState): readonly string[] {
  return [
    ...taskViolations(state),
    ...placeViolations(state),
    ...lineViolations(state),
    ...seatViolations(state),
    ...progressViolations(state),
    ...undoingViolations(state),
  ];
}

function* taskViolations(state: ExecutionState): Iterable<string> {
  const started = state.status.kind !== 'planning' && state.status.kind !== 'allocating';
  const undecided = new Set(state.undecided);
  for (const task of state.tasks) {
    const { id, dependsOn } = nth(state.plan.tasks, task.index);
    const open = dependsOn.filter((index) => !isSettled(nth(state.tasks, index))).length;
    if (task.waiting !== open) yield `X1: ${id} counts ${task.waiting} open dependencies, there are ${open}`;
    if (undecided.has(task) !== isUndecided(task)) yield `X1: ${id} is ${task.status} and wrongly undecided`;
    if (state.listening.has(task) !== (task.status === 'listening'))
      yield `X2: ${id} is ${task.status} and wrongly listening`;
    yield* joinViolations(state, task, open, started);
    const openItems = task.items.filter((item) => !isOver(item.status)).length;
    if (task.openItems !== openItems) yield `X1: ${id} counts ${task.openItems} open items of ${openItems}`;
    yield* boundViolations(state, task);
    yield* spawnViolations(state, task);
  }
}

function* boundViolations(state: ExecutionState, task: Task): Iterable<string> {
  const { id, definition } = nth(state.plan.tasks, task.index);
  const held = task.items.filter((item) => item.status.kind === 'held').length;
  if (heldOf(task) !== held) yield `X5: ${id} counts ${heldOf(task)} items as held, there are ${held}`;
  const bound = definition.maxConcurrency ?? task.items.length;
  const served = task.openItems - held;
  if (served > bound) yield `X5: ${served} items of ${id} are served, and ${bound} may be`;
  if (task.status === 'open' && held > 0 && served < bound) yield `X5: ${id} holds ${held} items for nothing`;
}

/** X1, counted anew from how the dependencies ended. A join with a condition is known to its decisions alone. */
function* joinViolations(
  state: ExecutionState,
  task: Task,
  open: number,
  started: boolean,
): Iterable<string> {
  const { id, dependsOn, join } = nth(state.plan.tasks, task.index);
  if (join?.kind === 'when' || task.overridden !== undefined || task.isKept === true) return;
  const met = dependsOn.filter((dependency) => isMet(state, dependency, task.index)).length;
  if (join !== undefined && (task.met ?? 0) !== met)
    yield `X1: ${id} counts ${task.met} dependencies that are met, there are ${met}`;
  const wanted = join === undefined ? dependsOn.length : join.kind === 'any' ? 1 : join.count;
  const fires = met >= wanted;
  const isDoomed = met + open < wanted;
  const hasCome = task.status !== 'pending' && task.status !== 'cancelled';
  if (fires && started && task.status === 'pending') yield `X1: ${id} should be open`;
  if (!fires && !isDoomed && hasCome) yield `X1: ${id} is ${task.status} before its dependencies`;
  if (isDoomed && task.status !== 'opening' && task.status !== 'skipped' && task.status !== 'cancelled')
    yield `X1: ${id} is ${task.status} and can never come`;
  if (isDoomed && task.status !== 'cancelled' ? task.skippedBy === undefined : task.skippedBy !== undefined)
    yield `X1: ${id} does not know whether it can come`;
}

function isMet({ plan, tasks }: ExecutionState, dependency: number, task: number): boolean {
  const { status } = nth(tasks, dependency);
  if (!isSettled(nth(tasks, dependency))) return false;
  const edge = plan.graph.targets.indexOf(task, plan.graph.offsets[dependency]);
  const metBy = plan.metBy?.[edge] ?? ENDS.completed;
  return (metBy & ENDS[status as keyof typeof ENDS]) !== 0;
}

/** X6, counted anew, of a task that is open: in one that fails nothing is counted any more. */
function* spawnViolations(state: ExecutionState, task: Task): Iterable<string> {
  if (task.status !== 'open') return;
  for (const item of task.items) {
    if (item.spawned === undefined || isOver(item.status)) continue;
    const { spawned } = item;
    const open = spawned.dependsOn.filter((place) => isHeldBackBy(spawned, nth(task.items, place)));
    const isBlocked = item.status.kind === 'blocked';
    if (item.spawned.waiting !== open.length || isBlocked !== open.length > 0)
      yield `X6: ${labelOf(state, item)} is ${item.status.kind} and waits for ${open.length} others`;
  }
}

function* placeViolations(state: ExecutionState): Iterable<string> {
  const queued = new Set<Item>([...state.seating.reserved.values()].flatMap((items) => [...items]));
  for (const queue of state.seating.readyOfPool) {
    for (const item of queue) {
      if (queued.has(item)) yield 'X2: an item is queued twice';
      queued.add(item);
    }
  }
  const turns = Array.from(state.compensations.values(), ({ turn }) => turn);
  for (const [signal, items] of state.waitingFor) {
    const isRight = items.size > 0 && [...items].every((item) => signalOf(item) === signal);
    if (!isRight) yield `X2: who waits for ${signal} is not known`;
  }
  for (const items of [...state.tasks.map((task) => task.items), turns]) {
    for (const item of items) {
      if (item === undefined) continue;
      const { kind } = item.status;
      const seated = item.status.kind === 'assigned' && state.seating.occupant[item.status.seat] === item;
      if (queued.has(item) !== (kind === 'ready'))
        yield `X2: an item that is ${kind} has the wrong place in the queue`;
      if (state.inFlight.has(item) !== (kind === 'assigned'))
        yield `X2: an item that is ${kind} is wrongly in flight`;
      if (state.retrying.has(item) !== (kind === 'retrying'))
        yield `X2: an item that is ${kind} is wrongly retrying`;
      if (state.children.has(item) && childOf(item) === undefined)
        yield `X2: an item that is ${kind} is wrongly a parent`;
      if (state.waiting.has(item) !== (kind === 'waiting'))
        yield `X2: an item that is ${kind} is wrongly waiting`;
      const signal = signalOf(item);
      if (signal !== undefined && state.waitingFor.get(signal)?.has(item) !== true)
        yield `X2: an item that waits for ${signal} is not found by it`;
      if (state.acquiring.has(item) !== (kind === 'acquiring'))
        yield `X2: an item that is ${kind} is wrongly acquiring`;
      if (state.claimants.has(item) !== (item.claims !== undefined))
        yield `X2: an item that is ${kind} has claims that are not known, or the other way round`;
      if (item.claims !== undefined && isOver(item.status))
        yield `X2: an item that is ${kind} holds something`;
      if (seated !== (kind === 'assigned')) yield 'X2: an item in flight has lost its seat';
    }
  }
}

/** Y1 and Y2 of rates.ts, counted anew. */
function* lineViolations(state: ExecutionState): Iterable<string> {
  const { rates, acquiring, unasked } = state;
  const early = new Map<RateLine | undefined, number>();
  const [asking, line] = [new Set(unasked), new Set<Item>()];
  for (const { waiting } of rates.lines.values()) for (const item of waiting) line.add(item);
  for (const item of acquiring) {
    const { claims, status } = item;
    const need = claims?.resources[claims.granted];
    const isInNeed = !asking.has(item) && need !== undefined && isRate(need);
    if (line.has(item) !== isInNeed) yield 'Y1: an item stands wrongly in a line, or in none';
    line.delete(item);
    if (status.kind !== 'acquiring' || status.until === undefined) continue;
    const own = lineOf(state, item) as RateLine | undefined;
    early.set(own, (early.get(own) ?? 0) + 1);
  }
  if (line.size > 0) yield 'Y1: an item stands in a line, and is elsewhere';
  for (const [key, one] of rates.lines) {
    const { waiting, asked, early: counted } = one;
    if (counted !== (early.get(one) ?? 0)) yield `Y1: ${key} counts ${counted} permits that are for later`;
    if (asked !== undefined && waiting.size === 0) yield `Y2: ${key} has asked for nobody`;
    if (asked !== undefined && rates.asked.get(asked.block as number) !== one)
      yield `Y2: the block of ${key} is not known`;
    if (waiting.size + counted === 0) yield `Y2: ${key} is kept for nobody`;
    const isToAsk = waiting.size > 0 && asked === undefined && counted === 0;
    if (rates.askable.has(one) !== isToAsk) yield `Y2: ${key} is wrongly to ask`;
  }
}

function* seatViolations(state: ExecutionState): Iterable<string> {
  const { seating, plan, request } = state;
  const ceiling = request?.ceiling;
  const free = new Uint32Array(plan.seats.length);
  for (const queue of seating.freeOfGroup) {
    for (const seat of queue) free[seat] = (free[seat] as number) + 1;
  }
  for (const { index, id } of plan.seats) {
    const item = seating.occupant[index];
    const times = free[index];
    if (times !== (item === undefined ? 1 : 0)) yield `X2: the seat ${id} is listed as free ${times} times`;
    const held = item === undefined || (item.status.kind === 'assigned' && item.status.seat === index);
    if (!held) yield `X2: the seat ${id} is held by nobody`;
  }
  const used = { cpuMillis: 0, memoryBytes: 0 };
  for (const { index, group } of plan.seats)
    if (seating.occupant[index] !== undefined) load(used, plan, group, 1);
  const { cpuMillis, memoryBytes } = seating.used;
  if (used.cpuMillis !== cpuMillis || used.memoryBytes !== memoryBytes)
    yield 'X8: what busy seats ask for is miscounted';
  if (cpuMillis > (ceiling?.cpuMillis ?? cpuMillis) || memoryBytes > (ceiling?.memoryBytes ?? memoryBytes))
    yield 'X8: busy seats ask for more than they may';
  for (const { index, groups } of plan.pools) {
    const open = groups.reduce((sum, group) => sum + nth(seating.freeOfGroup, group).size, 0);
    if (seating.freeInPool[index] !== open) yield `X3: pool ${index} miscounts its free seats`;
    const assignable = open > 0 && nth(seating.readyOfPool, index).size > 0;
    if (seating.assignable.has(index) !== assignable) yield `X3: pool ${index} is wrongly assignable`;
  }
  for (const [to, items] of seating.reserved) {
    const seats = groupsCalled(plan, to)?.seats ?? [plan.seatIndex.get(to)];
    const isFree = seats.some((seat) => seat !== undefined && seating.occupant[seat] === undefined);
    if (items.size === 0 || seating.callable.has(to) !== isFree)
      yield `X7: ${to} is wrongly callable, or not`;
  }
  for (const to of seating.callable)
    if (!seating.reserved.has(to)) yield `X7: ${to} is callable, and for nothing`;
}

function* progressViolations(state: ExecutionState): Iterable<string> {
  if (state.tasks.length === 0) return;
  let open = 0;
  let earliest = state.openInLayer.length - 1;
  for (const task of state.tasks) {
    if (isSettled(task)) continue;
    open += 1;
    earliest = Math.min(earliest, state.plan.layers.layerOf[task.index] as number);
  }
  if (state.openTasks !== open) yield `X1: ${state.openTasks} open tasks are counted, there are ${open}`;
  if (state.layer !== earliest) yield `the phase is ${state.layer}, the earliest open layer ${earliest}`;
}

/** S1 to S4 of decide/compensation.ts, as far as one state shows them. */
function* undoingViolations(state: ExecutionState): Iterable<string> {
  const { undoing, compensations, plan } = state;
  const due = new Set(undoing?.due);
  let left = 0;
  for (const step of compensations.values()) {
    const { id } = nth(plan.tasks, step.task);
    if (step.status !== 'compensated' && step.status !== 'skipped') left += 1;
    if (undoing === undefined && step.status !== 'registered') yield `S2: ${id} is undone before its time`;
    if (due.has(step) !== (step.status === 'due')) yield `S2: ${id} is ${step.status} and wrongly due`;
    const isOpen = step.turn !== undefined && !isOver(step.turn.status);
    if (isOpen !== (step.status === 'running')) yield `S2: ${id} is ${step.status}, and its turn is not`;
  }
  for (const task of state.tasks) {
    if (nth(plan.tasks, task.index).compensation === undefined) continue;
    for (const { status, compensation, spawned } of task.items) {
      const isRegistered = spawned !== undefined || compensation?.activation === task.activation;
      if (status.kind === 'assigned' && !isRegistered) yield 'S1: a step was handed out and cannot be undone';
    }
  }
  if (undoing !== undefined && undoing.left !== left)
    yield `S2: ${undoing.left} steps are said to be left, there are ${left}`;
}

/** X4, to be asked when a step is over: does an open execution owe itself a wake-up? */
export function hasWakeup(state: View<ExecutionState>): boolean {
  switch (state.status.kind) {
    case 'running':
      return (
        state.inFlight.size > 0 ||
        state.retrying.size > 0 ||
        state.waiting.size > 0 ||
        state.acquiring.size > 0 ||
        state.listening.size > 0 ||
        state.status.ending !== undefined
      );
    case 'compensating':
      return state.inFlight.size > 0 || state.retrying.size > 0;
    case 'new':
    case 'planning':
    case 'allocating':
      return false;
    default:
      return true;
  }
}
