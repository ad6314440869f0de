/** A failure leads back to the task itself, or to one that comes before it: never to work that has not been. */
import { didYouMean } from '../hint.ts';
import type { TasksDraft } from '../language/tasks.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';
import { dependenciesOf, gatesByData } from './gates.ts';
import { indexOfTasks } from './index-of-tasks.ts';
import { type Question, upstream } from './upstream.ts';

export const checkGoto: Check = ({ tasks = [], coordination }, root) => {
  const indexOf = indexOfTasks(tasks);
  const questions: Question[] = [];
  for (const [index, task] of tasks.entries()) {
    const target = gotoOf(tasks, index);
    if (target === undefined || target === task?.id) continue;
    const found = indexOf.get(target);
    if (found !== undefined) questions.push({ task: index, target: found });
    else if (tasks.every((one) => one?.id !== undefined)) {
      const message = `a failure of ${quote(task?.id ?? '')} leads to ${quote(target)}, which is no task`;
      root
        .down('tasks', index, 'on_failure', 'goto')
        .report('task_unknown', message, { hint: didYouMean(target, [...indexOf.keys()]) });
    }
  }
  if (questions.length === 0) return;
  const byData = gatesByData(coordination);
  const edges = tasks.map((task) => {
    const before = task === undefined ? [] : dependenciesOf(task, byData);
    return Uint32Array.from(before.map((id) => indexOf.get(id ?? '') ?? -1).filter((i) => i >= 0));
  });
  const answers = upstream(edges, questions);
  for (const [n, { task, target }] of questions.entries()) {
    if (answers[n] === true) continue;
    const [id, other] = [tasks[task]?.id ?? '', tasks[target]?.id ?? ''];
    root
      .down('tasks', task, 'on_failure', 'goto')
      .report(
        'goto_forward',
        `${quote(other)} does not come before ${quote(id)}, so nothing can go back to it`,
        {
          hint: `for what follows a failure, let ${quote(other)} depend on \`{task: ${id}, on: failed}\``,
        },
      );
  }
};

function gotoOf(tasks: TasksDraft, index: number): string | undefined {
  const follows = tasks[index]?.on_failure;
  return typeof follows === 'object' ? follows.goto : undefined;
}
