/** The state of an execution as the rows of a tree: what each line says, not yet how it looks. */
import {
  attemptsOf,
  duration,
  type ExecutionState,
  type Instant,
  type ItemView,
  listing,
  neededWords,
  type Progress,
  type TaskError,
  type TaskStatusWord,
  type TaskView,
  taskLabel,
  type View,
  viewTasks,
  waitWords,
} from '@cantata/core';

export interface Row {
  /** 0 for a task, 1 for an item of a parallel one. */
  readonly depth: 0 | 1;
  readonly label: string;
  readonly status: TaskStatusWord;
  /** `2/3` items of a parallel task. */
  readonly count?: string;
  readonly seat?: string;
  readonly elapsedMs?: number;
  readonly fraction?: number;
  readonly detail: string;
}

/** What is known beside the state: the last progress by task or item label. */
export type Progresses = ReadonlyMap<string, Progress>;

export function rowsOf(state: View<ExecutionState>, progresses: Progresses, now: Instant): readonly Row[] {
  return viewTasks(state).flatMap((task, index) => {
    const at = { state, progresses, now, task, index };
    if (task.items.length === 0) return [plainRow(at)];
    return [parentRow(at), ...task.items.map((item) => itemRow(at, item))];
  });
}

interface At {
  readonly state: View<ExecutionState>;
  readonly progresses: Progresses;
  readonly now: Instant;
  readonly task: TaskView;
  readonly index: number;
}

function plainRow(at: At): Row {
  const { task, now } = at;
  return {
    depth: 0,
    label: task.id,
    status: task.status,
    ...(task.agent_id === null ? {} : { seat: task.agent_id }),
    ...elapsed(task, now),
    ...saying(at, task, task.id, 0),
  };
}

function parentRow({ task, now }: At): Row {
  // Where it is undone, what is undone is counted; what is still to be undone counts as done.
  const good: TaskStatusWord = task.status === 'compensated' ? 'compensated' : 'completed';
  const done = task.items.filter(({ status }) => status === good).length;
  return {
    depth: 0,
    label: task.id,
    status: task.status,
    count: `${done}/${task.items.length}`,
    ...elapsed(task, now),
    detail: task.stop_reason ?? '',
  };
}

function itemRow(at: At, item: ItemView): Row {
  // Of a turn of a team, what it is for says more than which one it is.
  const turn = at.state.tasks[at.index]?.items[item.index]?.spawned?.turn;
  const name = turn?.purpose ?? item.spawned;
  return {
    depth: 1,
    label: name === null ? `[${item.index}]` : `[${item.index}] ${name}`,
    status: item.status,
    ...(item.agent_id === null ? {} : { seat: item.agent_id }),
    ...elapsed(item, at.now),
    ...saying(at, item, taskLabel(at.task.id, item.index), item.index),
  };
}

function elapsed(
  { started_at, completed_at }: Pick<ItemView, 'started_at' | 'completed_at'>,
  now: Instant,
): Pick<Row, 'elapsedMs'> {
  if (started_at === null) return {};
  return {
    elapsedMs: Math.max(0, (completed_at === null ? now : Date.parse(completed_at)) - Date.parse(started_at)),
  };
}

type Turn = Pick<ItemView, 'status' | 'attempt' | 'error'>;

function saying(at: At, turn: Turn, label: string, index: number): Pick<Row, 'detail' | 'fraction'> {
  switch (turn.status) {
    case 'pending':
      return { detail: before(at, index) };
    case 'ready':
      return { detail: at.state.status.kind === 'paused' ? 'starts when resumed' : 'waits for a free seat' };
    case 'running':
      return working(at, turn, label);
    case 'retrying':
      return { detail: retrying(at, turn, index) };
    case 'waiting':
      return { detail: waiting(at, index) };
    case 'failed':
      return { detail: joined(turn.attempt > 1 ? `attempt ${turn.attempt}` : '', said(turn.error)) };
    case 'completed':
      return { detail: turn.attempt > 1 ? `in attempt ${turn.attempt}` : '' };
    case 'skipped':
      return { detail: at.task.skip_reason ?? '' };
    case 'cancelled':
      return { detail: '' };
    case 'compensating':
      return { detail: 'is being undone' };
    case 'compensated':
      return { detail: 'undone' };
    case 'compensation_failed':
      return { detail: 'could not be undone: an operator is waited for' };
    default:
      return turn.status satisfies never;
  }
}

/** What comes first: other tasks, or other items of the same. */
function before({ state, task, index: taskIndex }: At, index: number): string {
  const items = state.tasks[taskIndex]?.items;
  const item = items?.[index];
  if (item?.status.kind === 'held')
    return `at most ${state.plan.tasks[taskIndex]?.definition.maxConcurrency} at a time`;
  const others = item?.spawned?.dependsOn.map((place) => `[${place}] ${items?.[place]?.spawned?.id}`);
  return `after ${listing(others ?? task.depends_on, 3)}`;
}

function working(
  { progresses, state, task }: At,
  turn: Turn,
  label: string,
): Pick<Row, 'detail' | 'fraction'> {
  const { fraction, note = '' } = progresses.get(label) ?? {};
  const again = turn.attempt > 1 ? attemptWords(state, task.id, turn.attempt) : '';
  return { ...(fraction === undefined ? {} : { fraction }), detail: joined(again, note) };
}

function retrying({ state, task, index: taskIndex, now }: At, turn: Turn, index: number): string {
  const status = state.tasks[taskIndex]?.items[index]?.status;
  const next = attemptWords(state, task.id, turn.attempt + 1);
  if (status?.kind !== 'retrying') return next;
  const wait = Math.max(0, Math.ceil((status.until - now) / 1_000));
  return joined(`${next} in ${duration(wait * 1_000)}`, said(status.error));
}

function waiting({ state, index: taskIndex, now }: At, index: number): string {
  const item = state.tasks[taskIndex]?.items[index];
  if (item?.status.kind === 'waiting') return `waits ${waitWords(item.status, now)}`;
  if (item?.status.kind === 'acquiring') return `waits for ${neededWords(item, now) ?? 'what it needs'}`;
  const { on } = state.plan.tasks[taskIndex]?.definition ?? {};
  return on === undefined ? '' : `waits for an event on ${on.topic}`;
}

/** `attempt 2 of 5`: of doing what a task says, or of undoing it. */
export function attemptWords(
  state: View<ExecutionState>,
  task: string,
  attempt: number,
  deed?: 'compensate',
): string {
  const planned = state.plan.tasks[state.plan.taskIndex.get(task) ?? -1];
  if (deed === 'compensate') {
    const most = attemptsOf(planned?.compensation?.definition.retryPolicy ?? 'exponential_backoff');
    // Whoever had it tried again gave it all its attempts once more.
    return attempt > most ? `attempt ${attempt}` : `attempt ${attempt} of ${most}`;
  }
  const policy =
    planned?.definition.retryPolicy ??
    state.request?.retryPolicy ??
    state.plan.definition.faultTolerance.retryPolicy;
  // Where no policy is named, only an agent that asks for another attempt gets one.
  const most = attempt > 1 ? attemptsOf(policy, { retry: 'wanted' }) : attemptsOf(policy);
  return `attempt ${attempt} of ${Math.max(most, attempt)}`;
}

function said(error: TaskError | null): string {
  return error === null ? '' : `${error.code}: ${error.message}`;
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
