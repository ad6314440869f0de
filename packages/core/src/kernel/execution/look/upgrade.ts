/** What another version of its workflow means for an execution: which tasks come, go or change, and what stands against it. */
import { nth } from '../../../nth.ts';
import type { Plan, PlanTask } from '../../../plan/plan.ts';
import type { PlanTeam } from '../../../plan/team.ts';
import type { View } from '../../law.ts';
import { neverUnder } from '../ceiling.ts';
import { endingOf } from '../lookup.ts';
import { type ExecutionState, type Item, isSettled, type Task } from '../state.ts';
import type { TeamRun } from '../team.ts';

export interface UpgradeReport {
  readonly from: string;
  readonly to: string;
  /** In the order of the new document, then those that are gone. Tasks that stay as they are do not appear. */
  readonly tasks: readonly TaskChange[];
  /** Ids of tasks at work that would have to be stopped. */
  readonly stops: readonly string[];
  /** A sentence for each reason why it is not possible. */
  readonly refused: readonly string[];
}

export interface TaskChange {
  readonly id: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of the task as it is now; null for one that is added. */
  readonly status: Task['status'] | null;
  readonly effect: TaskEffect;
}

export type TaskEffect =
  /** It comes with the rest. */
  | 'joins'
  /** It has ended, and its result stays. */
  | 'stays'
  /** It has not begun, and will by the new version. */
  | 'follows'
  /** It is at work: it is stopped, and begins anew or is gone. */
  | 'stops'
  /** It is gone, with its result if it had one. */
  | 'goes';

/** O(tasks of both versions, and their definitions as text). */
export function upgradeReport(state: View<ExecutionState>, plan: View<Plan>): UpgradeReport {
  const changes = [...changesIn(state, plan), ...removals(state, plan)];
  return {
    from: state.plan.definition.version,
    to: plan.definition.version,
    tasks: changes,
    stops: changes.filter(({ effect }) => effect === 'stops').map(({ id }) => id),
    refused: [...refusals(state, plan)],
  };
}

function* changesIn(state: View<ExecutionState>, plan: View<Plan>): Iterable<TaskChange> {
  for (const next of plan.tasks) {
    const { id } = next;
    const index = state.plan.taskIndex.get(id);
    if (index === undefined) {
      yield { id, change: 'added', status: null, effect: 'joins' };
      continue;
    }
    const task = nth(state.tasks, index);
    const isSame =
      isSameTask(nth(state.plan.tasks, index), next) &&
      hasSameTeam(state, plan, task, next) &&
      !loosesItsSeat(state, plan, task);
    if (isSame) continue;
    const effect = isSettled(task) ? 'stays' : hasBegun(task) ? 'stops' : 'follows';
    yield { id, change: 'changed', status: task.status, effect };
  }
}

function* removals(state: View<ExecutionState>, plan: View<Plan>): Iterable<TaskChange> {
  for (const task of state.tasks) {
    const { id } = nth(state.plan.tasks, task.index);
    if (plan.taskIndex.has(id)) continue;
    const effect = hasBegun(task) && !isSettled(task) ? 'stops' : 'goes';
    yield { id, change: 'removed', status: task.status, effect };
  }
}

function* refusals(state: View<ExecutionState>, plan: View<Plan>): Iterable<string> {
  const { kind } = state.status;
  if ((kind !== 'running' && kind !== 'paused') || endingOf(state) !== undefined)
    yield `execution ${state.executionId} is at its end`;
  if (state.plan.definition.name !== plan.definition.name)
    yield `it is an execution of ${state.plan.definition.name}, not of ${plan.definition.name}`;
  const never = neverUnder(plan, state.request?.ceiling ?? {});
  if (never !== undefined) yield `${never}, which the execution may not use`;
  for (const { task } of state.compensations.values()) {
    const { id } = nth(state.plan.tasks, task);
    if (plan.tasks[plan.taskIndex.get(id) ?? -1]?.compensation === undefined)
      yield `${id} could not be undone any more: the new version does not say how`;
  }
  for (const task of state.tasks) {
    const { id, definition } = nth(state.plan.tasks, task.index);
    const next = plan.tasks[plan.taskIndex.get(id) ?? -1];
    if (next === undefined || task.items.length === 0 || !isSettled(task)) continue;
    if (definition.parallel !== next.definition.parallel)
      yield `${id} is ${task.status}, and what it gave has another form in the new version`;
  }
}

/** Something of it is laid out that a change would take the ground from. */
export function hasBegun({ status }: Pick<View<Task>, 'status'>): boolean {
  return status !== 'pending' && status !== 'joining' && status !== 'opening' && status !== 'listening';
}

/** Whether both say the same. Functions are as their sources, which stand beside them. */
function isSameTask(one: View<PlanTask>, other: View<PlanTask>): boolean {
  return JSON.stringify(one.definition) === JSON.stringify(other.definition);
}

/** Of a team at work, whether the new version has the same pattern for it, with the same options and members. */
function hasSameTeam(
  { plan: before, tasks }: View<ExecutionState>,
  plan: View<Plan>,
  { index, team }: View<Task>,
  next: View<PlanTask>,
): boolean {
  if (team === undefined) return true;
  const [one, other] = [before.teams.of(nth(before.tasks, index).definition), plan.teams.of(next.definition)];
  if (JSON.stringify(one && described(one)) !== JSON.stringify(other && described(other))) return false;
  // Whatever they were switched to meanwhile the new version must have, too.
  return teamsOf(nth(tasks, index)).every(({ plan: now, heritage }) => {
    if (heritage === undefined) return true;
    const found = plan.teams.found(other as PlanTeam, now.pattern.name, heritage.by);
    return typeof found !== 'string' && JSON.stringify(found.pattern) === JSON.stringify(now.pattern);
  });
}

function teamsOf({ team, items }: View<Task>): readonly View<TeamRun>[] {
  return [team, ...items.map((item) => item.team)].filter((run) => run !== undefined);
}

/** With the teams among its members. */
function described({ pattern, setup, opener, inner, use }: View<PlanTeam>): readonly unknown[] {
  const teams = Array.from(inner, ([name, one]) => [name, described(one)]);
  return [pattern, setup.options, setup.team.members, opener, teams, use.switches];
}

function loosesItsSeat(state: View<ExecutionState>, plan: View<Plan>, { items }: View<Task>): boolean {
  return items.some((item) => !keepsItsSeat(state, plan, item));
}

/** An agent at work keeps its seat if the new version has it, for the same type of agent. */
function keepsItsSeat(state: View<ExecutionState>, plan: View<Plan>, { status }: View<Item>): boolean {
  if (status.kind !== 'assigned') return true;
  const seat = nth(state.plan.seats, status.seat);
  const next = plan.seatIndex.get(seat.id);
  if (next === undefined) return false;
  const type = nth(plan.groups, nth(plan.seats, next).group).definition.type;
  return type === nth(state.plan.groups, seat.group).definition.type;
}
