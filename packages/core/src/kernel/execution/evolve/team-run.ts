/** How a run of a pattern hears of what happens: a turn is over, or nobody is asked any more. */
import { assert } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { SUMMARY } from '../../../patterns/pattern.ts';
import type { ExecutionState, Item, Task } from '../state.ts';
import { type Heritage, MAX_UNSEEN, type TeamRun } from '../team.ts';
import { isLed, isOwn, numberOf, scopeOf, teamTimer, teamTimes } from '../team-view.ts';

/** What becomes of a turn is known. */
export function turnOver(state: ExecutionState, task: Task, item: Item, asks: Json | undefined): void {
  const turn = item.index as number;
  const run = teamOf(task, scopeOf(item));
  run.figures.turns += 1;
  if (item.status.kind !== 'completed') run.figures.failed += 1;
  if (!isOwn(item, run)) return lateTurnOver(state, run, item);
  run.open -= 1;
  if (item.spawned?.turn?.purpose === SUMMARY) return summaryOver(state, run);
  if (item.status.kind === 'completed') run.last = numberOf(item);
  // Who stops only after the end is heard of by nobody.
  if (!isLed(state, run)) return;
  if (item.status.kind === 'completed') tell(state, run, { kind: 'completed', turn, ...asked(asks) });
  else tell(state, run, { kind: 'failed', turn });
}

/** Its pattern does not know of it; but where nobody waited for it any more, it is asked how it goes on. */
function summaryOver(state: ExecutionState, run: TeamRun): void {
  if (isLed(state, run) && run.pending.length === 0 && isIdle(run)) tell(state, run, { kind: 'idle' });
}

/** Nothing of it is under way, and it waits for no time. */
export function isIdle({ open, timers, heritage }: TeamRun): boolean {
  return open === 0 && timers.size === 0 && (heritage?.open ?? 0) === 0;
}

/** A pattern that has gone had given it. What it gave is for the next ones. */
function lateTurnOver(state: ExecutionState, run: TeamRun, item: Item): void {
  const turn = item.index as number;
  const heritage = run.heritage as Heritage;
  heritage.open -= 1;
  if (isResult(item)) heritage.unseen = [...heritage.unseen, turn].slice(-MAX_UNSEEN);
  if (isLed(state, run)) tell(state, run, { kind: 'late', turn });
}

/** What others may go by: a summary is of what they are handed anyway. */
export function isResult({ status, spawned }: Item): boolean {
  return status.kind === 'completed' && spawned?.turn?.purpose !== SUMMARY;
}

export function asked(asks: Json | undefined): { readonly asks?: Json } {
  return asks === undefined ? {} : { asks };
}

export function tell(state: ExecutionState, run: TeamRun, trigger: TeamRun['pending'][number]): void {
  const { pending } = run;
  if (pending.length === 0) state.reacting.push(run);
  pending.push(trigger);
}

/** Its pattern is not asked any more, whatever the end was. What it had decided stays to be seen. */
export function leave(state: ExecutionState, run: TeamRun): void {
  if (run.pending.length > 0) state.reacting.remove(run);
  run.pending.length = 0;
  run.timers.clear();
}

/** Its times do not ring, as long as nothing of it goes on. */
export function disarmTeam(state: ExecutionState, run: TeamRun): void {
  for (const name of run.timers.keys())
    state.effects.push({ kind: 'disarm', timer: teamTimer(state, run, name) });
  for (const { timer } of teamTimes(state, run)) state.effects.push({ kind: 'disarm', timer });
}

/** By the place of its lead. */
export function teamOf({ team, items }: Task, scope = 0): TeamRun {
  const run = scope === 0 ? team : items[scope]?.team;
  assert(run !== undefined, 'no team is at work on it');
  return run;
}

/** What stands under a lead: turns of its team, and of the teams among them. O(items of the task). */
export function* beneath({ items }: Task, scope: number): Iterable<Item> {
  const scopes = new Set([scope]);
  for (let place = scope + 1; place < items.length; place++) {
    const item = nth(items, place);
    if (!scopes.has(scopeOf(item))) continue;
    if (item.team !== undefined) scopes.add(place);
    yield item;
  }
}
