/** How effective the teams of an execution are: what they have counted as it happened, and what follows from that. */
import { taskLabel } from '../../../ids.ts';
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import { type ExecutionState, isEnded, isOver, type Task } from '../state.ts';
import type { TeamRun } from '../team.ts';

export interface TeamView {
  /** The task, or the turn of it that a team took which is a member of another. */
  readonly task: string;
  readonly pattern: string;
  readonly version: string;
  /** Counts the patterns that followed each other, from 1. What was done by those before is counted with it. */
  readonly generation: number;
  /** That are over; under way. */
  readonly turns: number;
  readonly open: number;
  readonly failed: number;
  readonly delegations: number;
  readonly hand_offs: number;
  readonly messages: number;
  /** Attempts that had to be made again; of those, for answers that asked for what may not be, and for a lost process. */
  readonly retries: number;
  readonly refused: number;
  readonly losses: number;
  /** Turns and attempts that led nowhere, of all: 0 to 1. */
  readonly rework: number;
  /** The share of the time of all its seats in which nobody of it was at work: 0 to 1. */
  readonly idle: number;
  readonly tokens: number;
  readonly cost: number;
  /** From its first turn to the result, or to now. */
  readonly elapsed_ms: number;
  readonly is_done: boolean;
}

/** O(items of the tasks that have a team). */
export function viewTeams(state: View<ExecutionState>, now: Instant): readonly TeamView[] {
  const teams: TeamView[] = [];
  for (const task of state.tasks) {
    if (task.team === undefined) continue;
    teams.push(viewTeam(state, task, task.team, now));
    for (const { team } of task.items) if (team !== undefined) teams.push(viewTeam(state, task, team, now));
  }
  return teams;
}

function viewTeam(state: View<ExecutionState>, task: View<Task>, run: View<TeamRun>, now: Instant): TeamView {
  const { plan, figures, scope, since, open } = run;
  const { status } = nth(task.items, scope);
  const isDone = isOver(status) || isEnded(state.status);
  const end = 'at' in status ? status.at : 'at' in state.status && isDone ? state.status.at : now;
  const elapsedMs = Math.max(0, end - since);
  const { turns, failed, retries, losses } = figures;
  const seats = plan.setup.team.members.reduce((sum, member) => sum + member.seats.length, 0);
  return {
    task: taskLabel(nth(state.plan.tasks, task.index).id, scope === 0 ? undefined : scope),
    pattern: plan.pattern.name,
    version: plan.pattern.version,
    generation: run.generation,
    turns,
    open,
    failed,
    delegations: figures.delegations,
    hand_offs: figures.handOffs,
    messages: figures.messages,
    retries,
    refused: figures.refused,
    losses,
    rework: share(failed + retries + losses, turns + retries + losses),
    idle: elapsedMs === 0 ? 0 : 1 - Math.min(1, share(figures.busyMs, elapsedMs * seats)),
    tokens: figures.tokens,
    cost: figures.cost,
    elapsed_ms: elapsedMs,
    is_done: isDone,
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** What teams by one pattern have in common. Times and shares are means over those that are done. */
export interface PatternStats {
  readonly pattern: string;
  readonly runs: number;
  readonly done: number;
  readonly turns: number;
  readonly hand_offs: number;
  readonly messages: number;
  readonly tokens: number;
  readonly cost: number;
  readonly rework: number;
  readonly idle: number;
  /** Null where none is done. */
  readonly time_to_result_ms: number | null;
}

/** By the names of the patterns. Counts are means of a run, to compare by. O(teams). */
export function patternStats(teams: readonly TeamView[]): readonly PatternStats[] {
  const by = new Map<string, TeamView[]>();
  for (const team of teams) {
    const others = by.get(team.pattern);
    if (others === undefined) by.set(team.pattern, [team]);
    else others.push(team);
  }
  return [...by]
    .map(([pattern, runs]) => statsOf(pattern, runs))
    .toSorted((a, b) => (a.pattern < b.pattern ? -1 : 1));
}

function statsOf(pattern: string, runs: readonly TeamView[]): PatternStats {
  const done = runs.filter((team) => team.is_done);
  const mean = (of: readonly TeamView[], what: (team: TeamView) => number): number =>
    share(
      of.reduce((sum, team) => sum + what(team), 0),
      of.length,
    );
  return {
    pattern,
    runs: runs.length,
    done: done.length,
    turns: mean(runs, (team) => team.turns),
    hand_offs: mean(runs, (team) => team.hand_offs),
    messages: mean(runs, (team) => team.messages),
    tokens: mean(runs, (team) => team.tokens),
    cost: mean(runs, (team) => team.cost),
    rework: mean(done, (team) => team.rework),
    idle: mean(done, (team) => team.idle),
    time_to_result_ms: done.length === 0 ? null : mean(done, (team) => team.elapsed_ms),
  };
}
