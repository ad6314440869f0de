/** How a run of a pattern hears of what happens: a turn is over, or nobody is asked any more. */
import { assert } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import type { ExecutionState, Item, Task } from '../state.ts';
import type { TeamRun } from '../team.ts';
import { isAtWork, teamTimer, teamTimes } from '../team-view.ts';

/** What becomes of a turn is known. */
export function turnOver(state: ExecutionState, task: Task, item: Item, asks: Json | undefined): void {
  const turn = item.index as number;
  const run = teamOf(task);
  run.open -= 1;
  run.figures.turns += 1;
  if (item.status.kind === 'completed') run.last = turn;
  else run.figures.failed += 1;
  // Who stops only after the end is heard of by nobody.
  if (!isAtWork(task)) return;
  if (item.status.kind === 'completed') tell(state, task, { kind: 'completed', turn, ...asked(asks) });
  else tell(state, task, { kind: 'failed', turn });
}

export function asked(asks: Json | undefined): { readonly asks?: Json } {
  return asks === undefined ? {} : { asks };
}

export function tell(state: ExecutionState, task: Task, trigger: TeamRun['pending'][number]): void {
  const { pending } = teamOf(task);
  if (pending.length === 0) state.reacting.push(task);
  pending.push(trigger);
}

/** Its pattern is not asked any more, whatever the end was. What it had decided stays to be seen. */
export function leave(state: ExecutionState, task: Task): void {
  const run = teamOf(task);
  if (run.pending.length > 0) state.reacting.remove(task);
  run.pending.length = 0;
  run.timers.clear();
}

/** Its times do not ring, as long as nothing of it goes on. */
export function disarmTeam(state: ExecutionState, task: Task): void {
  const { timers } = teamOf(task);
  for (const name of timers.keys())
    state.effects.push({ kind: 'disarm', timer: teamTimer(state, task, name) });
  for (const { timer } of teamTimes(state, task)) state.effects.push({ kind: 'disarm', timer });
}

export function teamOf({ team }: Task): TeamRun {
  assert(team !== undefined, 'no team is at work on it');
  return team;
}
