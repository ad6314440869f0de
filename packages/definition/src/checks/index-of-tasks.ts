/** Where the task of an id stands in the list. Of two with one id, which is a problem of its own, the first counts. */
import type { TasksDraft } from '../language/tasks.ts';

/** O(tasks). */
export function indexOfTasks(tasks: TasksDraft): ReadonlyMap<string, number> {
  const indexOf = new Map<string, number>();
  for (const [index, task] of tasks.entries()) {
    if (task?.id !== undefined && !indexOf.has(task.id)) indexOf.set(task.id, index);
  }
  return indexOf;
}
