/** An execution as people and programs read it: the specification's status answer, and the rows of its tasks. */
import { noRule } from '../../../errors.ts';
import { taskLabel } from '../../../ids.ts';
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { iso } from '../../../text.ts';
import type { View } from '../../law.ts';
import type { Origin } from '../fork.ts';
import { executionOutput, workflowInput } from '../input.ts';
import { labelOf, seatId } from '../lookup.ts';
import { type ExecutionState, type Item, isEnded, isUndecided, type Task } from '../state.ts';
import { forecast } from './forecast.ts';
import { type TeamView, viewTeams } from './teams.ts';
import { skipWords } from './why/task.ts';

export type TaskStatusWord =
  | 'pending'
  | 'ready'
  | 'running'
  | 'retrying'
  | 'waiting'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'compensating'
  | 'compensated'
  | 'compensation_failed';

export interface ExecutionView {
  readonly workflow_id: string;
  readonly execution_id: string;
  /** The execution that waits for it, if it is a child. */
  readonly parent_execution_id: string | null;
  readonly name: string;
  readonly version: string;
  readonly orchestration_pattern: string;
  readonly status: string;
  /** `2/3 research`: the earliest layer with an unfinished task. */
  readonly current_phase: string;
  readonly agents: readonly AgentView[];
  readonly tasks: readonly TaskView[];
  /** Those that have been at work: how effective they are. */
  readonly teams: readonly TeamView[];
  readonly performance_metrics: PerformanceMetrics;
  readonly error_details: (TaskError & { readonly task?: string }) | null;
  /** Why it ended before it was done, though it did not fail; null unless its budget was spent. */
  readonly stop_reason: string | null;
  readonly checkpoint_id: string | null;
  /** Of a fork: the execution it took over from. */
  readonly forked_from: { readonly execution_id: string; readonly task: string | null } | null;
  readonly input: Json;
  /** Once completed. */
  readonly output: Json;
  /** ISO 8601. */
  readonly requested_at: string;
  readonly completed_at: string | null;
}

export interface AgentView {
  readonly agent_id: string;
  readonly group: string;
  readonly type: string;
  readonly status: 'idle' | 'busy';
  readonly task: string | null;
}

export interface TaskView {
  readonly id: string;
  readonly status: TaskStatusWord;
  readonly depends_on: readonly string[];
  readonly attempt: number;
  readonly agent_id: string | null;
  /** The execution it waits or waited for as its child. */
  readonly child_execution_id: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly error: TaskError | null;
  /** Why it ended before it was done, though it did not fail; null unless its budget was spent. */
  readonly stop_reason: string | null;
  /** Of one that was skipped. */
  readonly skip_reason: string | null;
  /** The items of a parallel task; of a plain one the tasks that it spawned. */
  readonly items: readonly ItemView[];
}

export interface ItemView {
  readonly index: number;
  /** The id of a task that an agent asked for. */
  readonly spawned: string | null;
  readonly status: TaskStatusWord;
  readonly attempt: number;
  readonly agent_id: string | null;
  /** The execution it waits or waited for as its child. */
  readonly child_execution_id: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly error: TaskError | null;
}

export interface PerformanceMetrics {
  readonly elapsed_ms: number;
  /** By the estimates, which are guesses where nothing is known, with the seats there are. */
  readonly planned_ms: number;
  /** By the estimates: no run can be shorter, with however many seats. */
  readonly critical_path_ms: number;
  /** ISO 8601; null unless it runs. */
  readonly expected_finish: string | null;
  /** Ids of the tasks that decide when it ends, of those that are left. */
  readonly critical_path: readonly string[];
  readonly tasks_by_status: Readonly<Partial<Record<TaskStatusWord, number>>>;
  readonly turns: number;
  readonly retries: number;
  readonly losses: number;
  readonly tokens: number;
  readonly cost: number;
  /** Sum over all turns of the time between ready and assigned. */
  readonly queue_ms: number;
  /** Sum over all turns of the time between assigned and answered. */
  readonly agent_ms: number;
  readonly max_parallel: number;
}

/** O(tasks + items + seats). @throws ValuesMissing for an input or an output that is not at hand. */
export function viewExecution(state: View<ExecutionState>, now: Instant): ExecutionView {
  const { request, status, plan } = state;
  const tasks = viewTasks(state);
  return {
    workflow_id: request?.workflow.id ?? '',
    execution_id: state.executionId,
    parent_execution_id: request?.parent?.execution ?? null,
    name: plan.definition.name,
    version: plan.definition.version,
    orchestration_pattern: plan.definition.pattern,
    status: status.kind,
    current_phase: plan.phases[state.layer] ?? '',
    agents: viewAgents(state),
    tasks,
    teams: viewTeams(state, now),
    performance_metrics: metrics(state, tasks, now),
    error_details: errorDetails(state),
    stop_reason: state.stopReason ?? null,
    checkpoint_id: state.checkpoint?.id ?? null,
    forked_from: forkedFrom(request?.origin),
    input: request === undefined ? null : workflowInput(state),
    output: status.kind === 'completed' ? executionOutput(state) : null,
    requested_at: iso(request?.at) ?? '',
    completed_at: iso(endedAt(state)),
  };
}

/** How the tasks stand, for which no value need be at hand. O(tasks + items). */
export function viewTasks(state: View<ExecutionState>): readonly TaskView[] {
  return state.tasks.map((task) => viewTask(state, task));
}

/** When what was not over by then ended, too. */
function endedAt({ status }: View<ExecutionState>): Instant | undefined {
  return isEnded(status) ? (status as { readonly at: Instant }).at : undefined;
}

function forkedFrom(origin: View<Origin> | undefined): ExecutionView['forked_from'] {
  return origin === undefined ? null : { execution_id: origin.execution, task: origin.task ?? null };
}

function viewAgents(state: View<ExecutionState>): readonly AgentView[] {
  const { plan, seating } = state;
  return plan.seats.map((seat) => {
    const { name, type } = nth(plan.groups, seat.group).definition;
    const item = seating.occupant[seat.index];
    return {
      agent_id: seat.id,
      group: name,
      type,
      status: item === undefined ? 'idle' : 'busy',
      task: item === undefined ? null : labelOf(state, item),
    };
  });
}

function viewTask(state: View<ExecutionState>, task: View<Task>): TaskView {
  const { id, dependsOn, parallel } = nth(state.plan.tasks, task.index).definition;
  const items = task.items.map((item, index) => viewItem(state, item, index));
  const only = parallel ? undefined : items[0];
  const failed = items.find((item) => item.status === 'failed');
  return {
    id,
    status: taskStatus(state, task, items),
    depends_on: dependsOn,
    attempt: only?.attempt ?? 0,
    agent_id: only?.agent_id ?? null,
    child_execution_id: only?.child_execution_id ?? null,
    started_at: iso(task.openedAt),
    completed_at: iso(task.endedAt ?? (task.openedAt === undefined ? undefined : endedAt(state))),
    error: only?.error ?? failed?.error ?? task.error ?? null,
    stop_reason: task.stopReason ?? null,
    skip_reason: task.status === 'skipped' ? skipWords(state, task) : null,
    // Of a plain one: those that it spawned.
    items: parallel ? items : items.slice(1),
  };
}

function taskStatus(
  state: View<ExecutionState>,
  task: View<Task>,
  items: readonly ItemView[],
): TaskStatusWord {
  const { status } = task;
  for (const status of UNDOING) if (items.some((item) => item.status === status)) return status;
  if (status === 'completed' || status === 'failed' || status === 'skipped' || status === 'cancelled')
    return status;
  if (isEnded(state.status)) return 'cancelled';
  if (status === 'pending' || status === 'joining') return 'pending';
  if (status === 'listening') return 'waiting';
  for (const status of ['running', 'retrying', 'waiting', 'ready'] as const) {
    if (items.some((item) => item.status === status)) return status;
  }
  return isUndecided(task) ? 'ready' : 'cancelled';
}

/** Of what is undone of a task, the first of these that is true of an item is said of the whole. */
const UNDOING = ['compensation_failed', 'compensating', 'compensated'] as const;

/** Undefined for what is not to be undone, or waits for it. */
function undoingStatus(
  state: View<ExecutionState>,
  { compensation }: View<Item>,
): TaskStatusWord | undefined {
  if (state.undoing === undefined || compensation === undefined) return undefined;
  switch (compensation.status) {
    case 'due':
    case 'running':
      return 'compensating';
    case 'compensated':
      return 'compensated';
    case 'failed':
      return 'compensation_failed';
    default:
      return undefined;
  }
}

function viewItem(state: View<ExecutionState>, item: View<Item>, index: number): ItemView {
  const { status, attempt } = item;
  return {
    index,
    spawned: item.spawned?.id ?? null,
    status: undoingStatus(state, item) ?? itemStatus(state, item),
    attempt,
    agent_id: item.seat === undefined ? null : seatId(state, item.seat),
    child_execution_id: item.child ?? null,
    started_at: iso(item.startedAt),
    completed_at: iso('at' in status ? status.at : endedAt(state)),
    error: 'error' in status ? status.error : null,
  };
}

export function itemStatus(state: View<ExecutionState>, item: View<Item>): TaskStatusWord {
  const { kind } = item.status;
  switch (kind) {
    case 'completed':
    case 'failed':
    case 'cancelled':
      return kind;
    case 'timed_out':
      return 'failed';
    case 'assigned':
      return 'running';
    case 'held':
    case 'blocked':
      return isEnded(state.status) ? 'cancelled' : 'pending';
    case 'ready':
    case 'retrying':
    case 'waiting':
      return isEnded(state.status) ? 'cancelled' : kind;
    case 'acquiring':
      return isEnded(state.status) ? 'cancelled' : 'waiting';
    default:
      throw noRule('status of an item', kind);
  }
}

function metrics(state: View<ExecutionState>, tasks: readonly TaskView[], now: Instant): PerformanceMetrics {
  const { counters, request } = state;
  const end = endedAt(state) ?? now;
  const expected = forecast(state, now);
  const byStatus: Partial<Record<TaskStatusWord, number>> = {};
  for (const task of tasks) byStatus[task.status] = (byStatus[task.status] ?? 0) + 1;
  return {
    elapsed_ms: request === undefined ? 0 : Math.max(0, end - request.at),
    planned_ms: state.plannedMs ?? state.plan.plannedMs,
    critical_path_ms: state.plan.criticalPath.length,
    expected_finish: iso(expected?.finishAt),
    critical_path: expected?.criticalPath ?? [],
    tasks_by_status: byStatus,
    turns: counters.turns,
    retries: counters.retries,
    losses: counters.losses,
    tokens: counters.tokens,
    cost: counters.cost,
    queue_ms: counters.queueMs,
    agent_ms: counters.agentMs,
    max_parallel: counters.maxInFlight,
  };
}

function errorDetails({ status }: View<ExecutionState>): ExecutionView['error_details'] {
  const cause = 'cause' in status ? status.cause : status;
  if (cause.kind !== 'failed') return null;
  return cause.task === undefined ? cause.error : { ...cause.error, task: taskLabel(cause.task, cause.item) };
}
