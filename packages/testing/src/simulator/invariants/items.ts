import type { JsonObject } from '@cantata/core';
import { asBegun, type FinishedExecution } from '../finished.ts';
import { LENGTHS } from '../programs/for-each.ts';
import type { Draft } from '../programs/program.ts';
import { type AtItem, TeamTurns } from '../team-turns.ts';
import type { Invariant } from './invariant.ts';

export const items: Invariant = {
  name: 'items',
  says: 'A task has an item for each element of its list, and as many of them at work at a time as it allows.',
  *check({ executions }) {
    for (const execution of executions) yield* checkExecution(asBegun(execution));
  },
};

function* checkExecution({ id, log, workflow }: FinishedExecution): Iterable<string> {
  const requested = log[0]?.event;
  const input = (requested?.type === 'workflow.requested' ? requested.input : {}) as JsonObject;
  const tasks = new Map<string, Draft>(workflow.program.tasks.map((task) => [task.id, task]));
  const atWork = new Map<string, Set<number>>();
  const counts = new Map<string, number>();
  const teams = new TeamTurns();
  for (const { event, sequence } of log) {
    teams.take(event);
    if (!('task' in event) || event.task === undefined) continue;
    // It says again what failed, and not in which round.
    if (event.type === 'workflow.failed') continue;
    // What is undone may be of an earlier entry, with other items.
    if ('deed' in event && event.deed !== undefined) continue;
    const task = tasks.get(event.task);
    const length = LENGTHS[task?.['for_each'] as string]?.(input);
    if (event.type === 'task.opened' || event.type === 'task.repeated') {
      if (length !== undefined && event.items !== length)
        yield `${id}: event ${sequence} gives ${event.task} ${event.items} items, its list has ${length}`;
      if (event.items !== undefined) counts.set(event.task, event.items);
      // Whoever is still at work after a failure that led back does not count any more.
      atWork.delete(event.task);
    }
    if (event.type === 'task.items_added')
      counts.set(event.task, (counts.get(event.task) ?? 0) + event.items);
    if (event.type === 'task.spawned')
      counts.set(event.task, Math.max(1, counts.get(event.task) ?? 0) + event.tasks.length);
    if (
      'item' in event &&
      event.item !== undefined &&
      event.item >= (teams.items(event as AtItem) ?? counts.get(event.task) ?? 0)
    )
      yield `${id}: event ${sequence} speaks of item ${event.item} of ${event.task}, which nobody made`;
    const bound = task?.['max_concurrency'];
    if (typeof bound !== 'number' || !('item' in event) || event.item === undefined) continue;
    const working = atWork.get(event.task) ?? new Set();
    atWork.set(event.task, working);
    // What is undone has seats for bounds, and no others.
    if ('deed' in event && event.deed !== undefined) continue;
    if (event.type !== 'agent.task_assigned') working.delete(event.item);
    else if (working.add(event.item).size > bound)
      yield `${id}: with event ${sequence} ${working.size} items of ${event.task} are at work, and ${bound} may be`;
  }
}
