/** A join has something to join, and what it may leave behind is said where it can leave anything behind. */
import type { TaskDraft } from '../language/tasks.ts';
import type { Place } from '../shape/place.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';
import { dependenciesOf, gatesByData } from './gates.ts';

export const checkJoins: Check = ({ tasks = [], coordination }, root) => {
  const byData = gatesByData(coordination);
  for (const [index, task] of tasks.entries()) {
    if (task !== undefined) checkOne(task, dependenciesOf(task, byData).length, root.down('tasks', index));
  }
};

function checkOne(task: TaskDraft, dependencies: number, at: Place): void {
  const { join, cancel_remaining: cancels } = task;
  const who = quote(task.id ?? '');
  if (join !== undefined && dependencies === 0) {
    at.down('join').report('join_invalid', `${who} has a join and waits for no task`, {
      at: 'key',
      hint: 'list the tasks in `depends_on`, or remove the join',
    });
  } else if (join?.kind === 'at_least' && join.count > dependencies) {
    const message = `${who} waits for at least ${join.count} of ${dependencies} tasks, so it never runs`;
    at.down('join', 'at_least').report('join_invalid', message, { hint: `use at most ${dependencies}` });
  }
  const waitsForAll = !('join' in task) || join?.kind === 'all';
  if (cancels !== true || !waitsForAll) return;
  at.down('cancel_remaining').report('join_invalid', `${who} waits for all, so nothing remains`, {
    at: 'key',
    hint: 'add a `join` that may fire before, such as `any`, or remove it',
  });
}
