/** Tasks depend on tasks that exist, and not on themselves. */
import { didYouMean } from '../hint.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';

export const checkDependencies: Check = ({ tasks = [] }, root) => {
  const ids = new Set(tasks.map((task) => task?.id));
  // A task without a readable id may be the one that is meant.
  const complete = !ids.delete(undefined);
  const known = ids as ReadonlySet<string>;
  for (const [index, task] of tasks.entries()) {
    for (const [entry, dependency] of (task?.depends_on ?? []).entries()) {
      if (dependency === undefined) continue;
      const at = root.down('tasks', index, 'depends_on', entry);
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
