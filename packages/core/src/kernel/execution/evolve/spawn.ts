/** Tasks that an agent asked for: items of its own task, which is over when they are. */
import { assert } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import { seatsFor } from '../../../plan/seats-for.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { TasksSpawned, TaskToSpawn } from '../events.ts';
import { makeReady } from '../seating.ts';
import { type ExecutionState, type Item, newItem } from '../state.ts';
import { replan, taskOf } from './tasks.ts';
import { spawnedOf } from './unblock.ts';

/** O(tasks that were spawned by the same task). */
export function spawned(state: ExecutionState, event: TasksSpawned, at: Instant): void {
  const task = taskOf(state, event.task);
  const from = task.items.length;
  const depth = (nth(task.items, event.item ?? 0).spawned?.depth ?? 0) + 1;
  task.added ??= [];
  task.added.push({ from, input: event.inputs });
  const places = new Map(task.items.map(({ spawned: one }, place) => [one?.id, place]));
  for (const [n, { dependsOn = [], ...wanted }] of event.tasks.entries()) {
    const place = from + n;
    places.set(wanted.id, place);
    const item = newItem(task.index, place);
    const others = dependsOn.map((id) => places.get(id) as number);
    join(state, item, wanted, others, depth);
    task.items.push(item);
    for (const other of others) waitFor(item, nth(task.items, other), place);
  }
  task.openItems += event.tasks.length;
  replan(state, task, event.tasks.length);
  for (const item of task.items.slice(from)) begin(state, item, at);
}

function join(
  state: ExecutionState,
  item: Item,
  wanted: Omit<TaskToSpawn, 'dependsOn'>,
  dependsOn: readonly number[],
  depth: number,
): void {
  const seats = seatsFor(state.plan, wanted);
  assert(seats !== undefined, `nobody may do ${wanted.id}`);
  item.spawned = { ...wanted, pool: seats.pool, depth, dependsOn, dependents: [], waiting: 0 };
  if (seats.pool === undefined) item.reassigned = seats.group;
}

function waitFor(item: Item, other: Item, place: number): void {
  if (other.status.kind === 'completed') return;
  spawnedOf(item).waiting += 1;
  spawnedOf(other).dependents.push(place);
}

function begin(state: ExecutionState, item: Item, at: Instant): void {
  if (spawnedOf(item).waiting === 0) makeReady(state, item, at);
  else item.status = { kind: 'blocked', since: at };
}
