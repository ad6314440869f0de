/** Tasks that an agent asks for with its answer: whether they can be, and what each of them works on. */
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { seatsFor } from '../../../plan/seats-for.ts';
import type { SpawnedTask, TaskError } from '../../../ports/agent.ts';
import type { View } from '../../law.ts';
import type { TasksSpawned } from '../events.ts';
import { labelOf, placeOf, planTask } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';
import type { Outcome } from './compute.ts';

/** Bounds of what agents may make of one task. */
export const SPAWN_LIMITS = { perTurn: 100, perTask: 1_000, depth: 8 } as const;

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** `output` is what the agent gave, `isOfTeam` whether it takes a turn or asks for one. O(tasks that were spawned by the same task). */
export function spawn(
  state: View<ExecutionState>,
  item: View<Item>,
  tasks: readonly SpawnedTask[],
  output: Json,
  isOfTeam: boolean,
): Outcome<TasksSpawned> {
  const { items } = nth(state.tasks, item.task);
  const why = whyNotAtAll(state, item, tasks.length, isOfTeam) ?? whyNot(state, items, tasks);
  if (why !== undefined) return { kind: 'failed', error: refused(why) };
  const inputs = tasks.map(({ input, dependsOn = [] }) =>
    input === undefined ? (dependsOn.length === 0 ? output : null) : input,
  );
  const told = tasks.map(({ input, ...task }) =>
    input !== undefined || (task.dependsOn ?? []).length === 0
      ? task
      : { ...task, takesOutputs: true as const },
  );
  return { kind: 'value', value: { type: 'task.spawned', ...placeOf(state, item), tasks: told, inputs } };
}

function whyNotAtAll(
  state: View<ExecutionState>,
  item: View<Item>,
  count: number,
  isOfTeam: boolean,
): string | undefined {
  // The items of such a task are its turns, by their numbers.
  if (isOfTeam) return `${labelOf(state, item)} is of a team, whose pattern says who works: it spawns none`;
  const { id, definition } = planTask(state, item);
  if (definition.parallel) return `${id} has items of its own, to which an agent may add; it spawns none`;
  const { perTurn, perTask, depth } = SPAWN_LIMITS;
  if (count > perTurn) return `${count} tasks are too many for one answer: ${perTurn} are allowed`;
  const there = nth(state.tasks, item.task).items.length - 1;
  if (there + count > perTask)
    return `${id} would have spawned ${there + count} tasks, and ${perTask} are allowed`;
  if ((item.spawned?.depth ?? 0) < depth) return undefined;
  return `tasks spawn each other ${depth} deep already`;
}

function whyNot(
  { plan }: View<ExecutionState>,
  items: readonly View<Item>[],
  tasks: readonly SpawnedTask[],
): string | undefined {
  const known = new Map<string, string>();
  for (const { spawned, status } of items) if (spawned !== undefined) known.set(spawned.id, status.kind);
  for (const { id, agent, requires, dependsOn = [] } of tasks) {
    if (!ID.test(id)) return `${JSON.stringify(id).slice(0, 140)} is no id of a task`;
    if (known.has(id)) return `there is a task ${id} already`;
    if ((agent === undefined) === (requires === undefined))
      return `${id} needs either an agent or what it requires`;
    if (seatsFor(plan, { agent, requires }) === undefined)
      return agent === undefined
        ? `no agent has all that ${id} requires: ${requires?.join(', ')}`
        : `${id} names the agent ${agent}, which is no group`;
    for (const other of dependsOn) {
      const status = known.get(other);
      if (status === undefined) return `${id} depends on ${other}, which was not spawned before it`;
      if (status === 'failed' || status === 'cancelled')
        return `${id} depends on ${other}, which is ${status}`;
    }
    known.set(id, 'ready');
  }
  return undefined;
}

function refused(message: string): TaskError {
  return { code: 'spawn_invalid', message };
}
