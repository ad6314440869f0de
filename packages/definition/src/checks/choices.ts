/** A choice has something to choose from: tasks that wait for one thing each, or for an event. */
import { kindOf } from '../language/kind.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';

export const checkChoices: Check = ({ tasks = [] }, root) => {
  const members = new Map<string, number>();
  for (const task of tasks)
    if (task?.choice !== undefined) members.set(task.choice, (members.get(task.choice) ?? 0) + 1);
  // A task that could not be read may be one of them.
  const isComplete = tasks.every(
    (task) => task !== undefined && !('choice' in task && task.choice === undefined),
  );
  for (const [index, task] of tasks.entries()) {
    if (task?.choice === undefined) continue;
    const at = root.down('tasks', index, 'choice');
    const kind = kindOf(task);
    if (kind === 'agent' && !('on' in task)) {
      const message = 'a choice is among tasks that wait: an agent would begin at once';
      at.report('choice_invalid', message, { at: 'key', hint: 'add `on:`, or remove it' });
    } else if ('for_each' in task || task.parallel === true) {
      const message = 'a task in a choice waits for one thing, not for many items';
      at.report('choice_invalid', message, { at: 'key', hint: 'remove `for_each` or `parallel`' });
    } else if (isComplete && members.get(task.choice) === 1) {
      const message = `nothing else is in the choice ${quote(task.choice)}`;
      at.report('choice_invalid', message, { hint: 'give another task the same `choice`, or remove it' });
    }
  }
};
