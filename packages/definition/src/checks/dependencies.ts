/** Tasks depend on tasks that exist, and not on themselves. */
import { didYouMean } from '../hint.ts';
import { taskOf } from '../language/dependency.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';

export const checkDependencies: Check = ({ tasks = [] }, root) => {
  const ids = new Set(tasks.map((task) => task?.id));
  // A task without a readable id may be the one that is meant.
  const complete = !ids.delete(undefined);
  const known = ids as ReadonlySet<string>;
  for (const [index, task] of tasks.entries()) {
    const listed = new Set<string>();
    for (const [entry, draft] of (task?.depends_on ?? []).entries()) {
      const dependency = taskOf(draft);
      if (dependency === undefined) continue;
      const at = root.down('tasks', index, 'depends_on', entry);
      if (listed.has(dependency)) {
        at.report('listed_twice', `${quote(task?.id ?? '')} depends on ${quote(dependency)} twice`, {
          hint: 'remove one of the entries; `on: any` is met however it ends',
        });
      }
      listed.add(dependency);
      if (dependency === task?.id) {
        at.report('dependency_on_itself', `${quote(dependency)} depends on itself`, {
          hint: 'remove the entry',
        });
      } else if (complete && !known.has(dependency)) {
        const hint = didYouMean(dependency, known);
        at.report(
          'task_unknown',
          `${quote(task?.id ?? '')} depends on ${quote(dependency)}, which is no task`,
          { hint },
        );
      }
    }
  }
};
