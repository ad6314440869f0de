/** A task has one way to its items, and a bound of them only where there are any. */
import type { TaskDraft } from '../language/tasks.ts';
import { isBroken } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { isList } from '../shape/reader.ts';
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
  checkEnough(task, at);
  if ('for_each' in task || task.parallel === true || isBroken(task, 'parallel')) return;
  for (const key of ['max_concurrency', 'enough'] as const) {
    if (task[key] === undefined) continue;
    at.down(key).report('items_invalid', `${who} has one item, so there is nothing to bound`, {
      at: 'key',
      hint: 'add `for_each` or `parallel: true`, or remove it',
    });
  }
}

/** Items may be added while it runs, so it may come true. */
function checkEnough({ id, enough, for_each: forEach }: TaskDraft, at: Place): void {
  const list = forEach?.source;
  if (enough === undefined || list === undefined || !isList(list) || enough <= list.length) return;
  const who = quote(id ?? 'this task');
  const message = `${who} has ${list.length} items, and ${enough} are enough: unless some are added, it waits for all`;
  at.down('enough').report('enough_unreachable', message, {
    hint: list.length === 0 ? 'remove `enough`' : `use at most ${list.length}, or remove \`enough\``,
  });
}
