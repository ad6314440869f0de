/** Teams at work, as snapshots have them: their patterns are those of the document, and found again. */
import { CantataError } from '../../../errors.ts';
import type { JsonObject } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { copyOf } from '../../../patterns/merge-patch.ts';
import type { PlanTeam } from '../../../plan/team.ts';
import type { Instant } from '../../../ports/clock.ts';
import { teamOf } from '../evolve/team-run.ts';
import type { ExecutionState, Item, Task } from '../state.ts';
import type { PendingTrigger, TeamRun } from '../team.ts';
import { isOwn, outerOf, planLed, planTeam, scopeOf } from '../team-view.ts';

export interface SnapshotTeam
  extends Pick<
    TeamRun,
    'generation' | 'since' | 'bytes' | 'open' | 'figures' | 'last' | 'stalled' | 'stopReason' | 'heritage'
  > {
  readonly pattern: string;
  readonly version: string;
  readonly state: JsonObject;
  readonly votes: Readonly<Record<string, string>>;
  readonly handedTo: readonly string[];
  readonly marks: readonly string[];
  readonly timers: Readonly<Record<string, Instant>>;
  readonly pending: readonly PendingTrigger[];
}

/** By the task and, unless it is the task's own, the place of its lead. */
export type TeamRef = number | readonly [task: number, scope: number];

export function teamRef({ task, scope }: TeamRun): TeamRef {
  return scope === 0 ? task : [task, scope];
}

export function teamOfRef({ tasks }: ExecutionState, ref: TeamRef): TeamRun {
  const [task, scope] = typeof ref === 'number' ? [ref, 0] : ref;
  return teamOf(nth(tasks, task), scope);
}

export function encodeTeam({ plan, timers, stopReason, heritage, ...run }: TeamRun): SnapshotTeam {
  return {
    pattern: plan.pattern.name,
    version: plan.pattern.version,
    generation: run.generation,
    since: run.since,
    state: run.state,
    bytes: run.bytes,
    open: run.open,
    figures: run.figures,
    votes: Object.fromEntries(run.votes),
    handedTo: [...run.handedTo],
    last: run.last,
    marks: run.marks,
    stalled: run.stalled,
    timers: Object.fromEntries(timers),
    pending: run.pending,
    ...(heritage === undefined ? {} : { heritage }),
    ...(stopReason === undefined ? {} : { stopReason }),
  };
}

/**
 * The teams of a task whose items are there. Which turns are whose is counted again. O(items).
 * @throws CantataError `snapshot_corrupt` where the document has another pattern, or another version of it
 */
export function restoreTeams(
  state: ExecutionState,
  task: Task,
  own: SnapshotTeam,
  items: readonly { readonly team?: SnapshotTeam }[],
): void {
  task.team = restoreTeam(state, planTeam(state, task.index), task.index, 0, own);
  for (const [place, item] of task.items.entries()) {
    if (place === 0) continue;
    count(state, teamOf(task, scopeOf(item)), item);
    const team = items[place]?.team;
    if (team !== undefined) item.team = restoreTeam(state, planLed(state, item), task.index, place, team);
  }
}

function count(state: ExecutionState, run: TeamRun, item: Item): void {
  if (isOwn(item, run)) run.places.push(item.index as number);
  for (
    let one: TeamRun | undefined = run;
    one !== undefined;
    one = outerOf(state, one) as TeamRun | undefined
  )
    one.laid += 1;
}

function restoreTeam(
  state: ExecutionState,
  first: PlanTeam,
  task: number,
  scope: number,
  team: SnapshotTeam,
): TeamRun {
  const {
    pattern: name,
    version,
    state: own,
    figures,
    votes,
    handedTo,
    marks,
    timers,
    pending,
    heritage,
    ...run
  } = team;
  const plan = heritage === undefined ? first : state.plan.teams.found(first, name, heritage.by);
  if (typeof plan === 'string') throw new CantataError('snapshot_corrupt', plan);
  const { pattern } = plan;
  if (pattern.name !== name || pattern.version !== version)
    throw new CantataError('snapshot_corrupt', `there is no pattern ${name} ${version} any more`);
  return {
    ...run,
    plan,
    task,
    scope,
    places: [scope],
    laid: 0,
    state: copyOf(own),
    figures: { ...figures },
    votes: new Map(Object.entries(votes)),
    handedTo: new Set(handedTo),
    marks: [...marks],
    timers: new Map(Object.entries(timers)),
    pending: [...pending],
    ...(heritage === undefined ? {} : { heritage: { ...heritage, unseen: [...heritage.unseen] } }),
  };
}
