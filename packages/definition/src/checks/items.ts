/** A task has one way to its items, and a bound of them only where there are any. */
import type { TaskDraft } from '../language/tasks.ts';
import { isBroken } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';

export const checkItems: Check = ({ tasks = [] }, root) => {
  for (const [index, task] of tasks.entries())
    if (task !== undefined) checkOne(task, root.down('tasks', index));
};

function checkOne(task: TaskDraft, at: Place): void {
  const who = quote(task.id ?? 'this task');
  if ('for_each' in task && 'parallel' in task) {
    at.down('parallel').report('items_invalid', `${who} has both \`for_each\` and \`parallel\``, {
      at: 'key',
      hint: 'remove `parallel`: the items of `for_each` run in parallel anyway',
    });
  }
  if ('for_each' in task || task.parallel === true || isBroken(task, 'parallel')) return;
  for (const key of ['max_concurrency', 'enough'] as const) {
    if (task[key] === undefined) continue;
    at.down(key).report('items_invalid', `${who} has one item, so there is nothing to bound`, {
      at: 'key',
      hint: 'add `for_each` or `parallel: true`, or remove it',
    });
  }
}
