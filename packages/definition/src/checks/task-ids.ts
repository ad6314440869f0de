/** Every task has an id of its own. */
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';

export const checkTaskIds: Check = ({ tasks = [] }, root) => {
  const first = new Map<string, number>();
  for (const [index, task] of tasks.entries()) {
    if (task?.id === undefined) continue;
    const taken = first.get(task.id);
    if (taken === undefined) first.set(task.id, index);
    else {
      const message = `${quote(task.id)} is already the id of tasks[${taken}]`;
      root
        .down('tasks', index, 'id')
        .report('task_repeated', message, { hint: 'give each task an id of its own' });
    }
  }
};
