/** What turns and their usage take of the budget of a task. */
import { nth } from '../../../nth.ts';
import type { Usage } from '../../../ports/agent.ts';
import type { ExecutionState, Item, Task } from '../state.ts';

/** Of a task without a budget or a team nothing is counted. O(1). */
export function spend(
  state: ExecutionState,
  { task: index }: Pick<Item, 'task'>,
  what: Usage & { readonly turns?: 1 | -1 },
): void {
  const task = nth(state.tasks, index);
  if (task.team !== undefined) {
    task.team.figures.tokens += what.tokens ?? 0;
    task.team.figures.cost += what.cost ?? 0;
  }
  if (nth(state.plan.tasks, index).definition.budget === undefined) return;
  const spent = spentOf(task);
  spent.turns += what.turns ?? 0;
  spent.tokens += what.tokens ?? 0;
  spent.cost += what.cost ?? 0;
}

export function spentOf(task: Task): NonNullable<Task['spent']> {
  task.spent ??= { turns: 0, tokens: 0, cost: 0 };
  return task.spent;
}
