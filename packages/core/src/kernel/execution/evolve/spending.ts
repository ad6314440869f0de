/** What turns and their usage take of the budget of a task. */
import { nth } from '../../../nth.ts';
import type { Usage } from '../../../ports/agent.ts';
import type { ExecutionState, Item, Task } from '../state.ts';
import type { TeamRun } from '../team.ts';
import { outerOf } from '../team-view.ts';
import { teamOf } from './team-run.ts';

/** Of a task without a budget or a team nothing is counted. O(depth of its teams). */
export function spend(
  state: ExecutionState,
  item: Pick<Item, 'task' | 'spawned'>,
  what: Usage & { readonly turns?: 1 | -1 },
): void {
  const { task: index } = item;
  const task = nth(state.tasks, index);
  if (task.team !== undefined) spendOfTeam(state, teamOf(task, item.spawned?.scope), what);
  if (nth(state.plan.tasks, index).definition.budget === undefined) return;
  const spent = spentOf(task);
  spent.turns += what.turns ?? 0;
  spent.tokens += what.tokens ?? 0;
  spent.cost += what.cost ?? 0;
}

/** What a member spends that is a team its own team spends, too. O(depth). */
function spendOfTeam(state: ExecutionState, team: TeamRun, { tokens = 0, cost = 0 }: Usage): void {
  for (let run: TeamRun | undefined = team; run !== undefined; run = outerOf(state, run) as typeof run) {
    run.figures.tokens += tokens;
    run.figures.cost += cost;
  }
}

export function spentOf(task: Task): NonNullable<Task['spent']> {
  task.spent ??= { turns: 0, tokens: 0, cost: 0 };
  return task.spent;
}
