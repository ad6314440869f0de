/** What must hold after every event (X1 to X4 of state.ts). Costs O(tasks + items): for tests and the simulator. */
import type { ExecutionState, Item } from './state.ts';

/** One sentence for each invariant that does not hold; empty when all is well. */
export function violations(state: ExecutionState): readonly string[] {
  return [
    ...taskViolations(state),
    ...placeViolations(state),
    ...seatViolations(state),
    ...progressViolations(state),
  ];
}

function* taskViolations(state: ExecutionState): Iterable<string> {
  for (const task of state.tasks) {
    const planned = state.plan.tasks[task.index];
    const open = (planned?.dependsOn ?? []).filter(
      (index) => state.tasks[index]?.status !== 'completed',
    ).length;
    if (task.waiting !== open)
      yield `X1: ${planned?.id} counts ${task.waiting} open dependencies, there are ${open}`;
    const started = state.status.kind !== 'planning' && state.status.kind !== 'allocating';
    if (open > 0 && task.status !== 'pending')
      yield `X1: ${planned?.id} is ${task.status} before its dependencies`;
    if (open === 0 && started && task.status === 'pending') yield `X1: ${planned?.id} should be open`;
    const openItems = task.items.filter((item) => item.status.kind !== 'completed').length;
    if (task.openItems !== openItems)
      yield `X1: ${planned?.id} counts ${task.openItems} open items of ${openItems}`;
  }
}

function* placeViolations(state: ExecutionState): Iterable<string> {
  const queued = new Set<Item>();
  for (const queue of state.seating.readyOfPool) {
    for (const item of queue) {
      if (queued.has(item)) yield 'X2: an item is queued twice';
      queued.add(item);
    }
  }
  for (const task of state.tasks) {
    for (const item of task.items) {
      const { kind } = item.status;
      if (queued.has(item) !== (kind === 'ready'))
        yield `X2: an item that is ${kind} has the wrong place in the queue`;
      if (state.inFlight.has(item) !== (kind === 'assigned'))
        yield `X2: an item that is ${kind} is wrongly in flight`;
      if (state.retrying.has(item) !== (kind === 'retrying'))
        yield `X2: an item that is ${kind} is wrongly retrying`;
    }
  }
}

function* seatViolations(state: ExecutionState): Iterable<string> {
  const { seating, plan } = state;
  for (const seat of plan.seats) {
    const item = seating.occupant[seat.index];
    const free = [...(seating.freeOfGroup[seat.group] ?? [])].filter((index) => index === seat.index).length;
    if (free !== (item === undefined ? 1 : 0))
      yield `X2: the seat ${seat.id} is listed as free ${free} times`;
    if (item === undefined) continue;
    if (item.status.kind !== 'assigned' || item.status.seat !== seat.index)
      yield `X2: ${seat.id} is held by nobody`;
  }
  for (const pool of plan.pools) {
    const free = pool.groups.reduce((sum, group) => sum + (seating.freeOfGroup[group]?.size ?? 0), 0);
    if (seating.freeInPool[pool.index] !== free) yield `X3: pool ${pool.index} miscounts its free seats`;
    const assignable = free > 0 && (seating.readyOfPool[pool.index]?.size ?? 0) > 0;
    if (seating.assignable.has(pool.index) !== assignable)
      yield `X3: pool ${pool.index} is wrongly assignable`;
  }
}

function* progressViolations(state: ExecutionState): Iterable<string> {
  if (state.tasks.length === 0) return;
  const open = state.tasks.filter((task) => task.status !== 'completed');
  if (state.openTasks !== open.length)
    yield `X1: ${state.openTasks} open tasks are counted, there are ${open.length}`;
  const earliest = Math.min(
    ...open.map((task) => state.plan.layers.layerOf[task.index] as number),
    state.openInLayer.length - 1,
  );
  if (state.layer !== earliest) yield `the phase is ${state.layer}, the earliest open layer ${earliest}`;
}

/** X4, to be asked when a step is over: does an open execution owe itself a wake-up? */
export function hasWakeup(state: ExecutionState): boolean {
  switch (state.status.kind) {
    case 'running':
      return state.inFlight.size > 0 || state.retrying.size > 0 || state.status.ending !== undefined;
    case 'new':
    case 'planning':
    case 'allocating':
      return false;
    default:
      return true;
  }
}
