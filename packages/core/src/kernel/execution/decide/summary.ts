/**
 * What is shown of the turns so far as a summary: a turn of the summariser, laid behind those that are to see it, which
 * begin when it is over. It is kept like every turn, and the next one goes on from it.
 */
import { nth } from '../../../nth.ts';
import type { Ask } from '../../../patterns/asks.ts';
import { SUMMARY } from '../../../patterns/pattern.ts';
import type { PlanTeam } from '../../../plan/team.ts';
import type { View } from '../../law.ts';
import type { Spawned, Task } from '../state.ts';
import type { TeamRun, TurnToTake } from '../team.ts';

/** Why a transfer cannot be shown as a summary. */
export function whyNoSummary({ summariser }: View<PlanTeam>, asks: readonly Ask[]): string | undefined {
  const wanted = asks.some((ask) => 'context' in ask && ask.context === 'summary');
  if (!wanted || summariser !== undefined) return undefined;
  return 'it wants the other one to see a summary, and nobody is named as the `summariser` of the team';
}

/** With one turn more where something is to be summed up. O(turns of the team). */
export function withSummary(
  task: View<Task>,
  run: View<TeamRun>,
  turns: readonly TurnToTake[],
): readonly TurnToTake[] {
  const { summariser } = run.plan;
  if (summariser === undefined || !turns.some(({ context }) => context === 'summary')) return turns;
  const { last, since } = sinceLast(task, run);
  const seeing = (more: Partial<TurnToTake>): readonly TurnToTake[] =>
    turns.map((turn) => (turn.context === 'summary' ? { ...turn, ...more } : turn));
  // Nothing has happened since, or nothing at all.
  if (since.length === 0) return seeing({ recalls: last === undefined ? [] : [last] });
  const place = task.items.length + turns.length;
  const summary: TurnToTake = {
    to: summariser,
    purpose: SUMMARY,
    takesTaskInput: true,
    recalls: last === undefined ? since : [last, ...since],
  };
  return [...seeing({ recalls: [place], after: place }), summary];
}

/** The last summary there is, and completed turns that none has seen: what was under way then stands before it. */
function sinceLast(
  { items }: View<Task>,
  { places }: View<TeamRun>,
): {
  readonly last: number | undefined;
  readonly since: readonly number[];
} {
  const seen = new Set<number>();
  const completed: number[] = [];
  let last: number | undefined;
  for (const n of places.slice(1)) {
    const { status, spawned } = nth(items, n);
    if (status.kind !== 'completed') continue;
    const { purpose, recalls = [] } = (spawned as View<Spawned>).turn as View<TurnToTake>;
    if (purpose !== SUMMARY) {
      completed.push(n);
      continue;
    }
    last = n;
    for (const turn of recalls) seen.add(turn);
  }
  return { last, since: completed.filter((n) => !seen.has(n)) };
}
