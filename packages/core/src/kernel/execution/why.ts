/**
 * Why does it not run? A structured cause and a sentence for the execution and for every task that is not running
 * or done. Causes that only the shell knows (no engine, unbound agent, parked) are added there with the same type.
 */
import { taskLabel } from '../../ids.ts';
import { attemptsOf } from '../../policy/retry.ts';
import type { Instant } from '../../ports/clock.ts';
import { duration, listing } from '../../text.ts';
import type { View } from '../law.ts';
import type { ExecutionState, Item, Task } from './state.ts';

export type CauseCode =
  | 'agents_running'
  | 'paused'
  | 'cancelling'
  | 'failing'
  | 'failed'
  | 'cancelled'
  | 'completed'
  | 'waits_for_tasks'
  | 'waits_for_seat'
  | 'waits_for_retry'
  | 'task_failed'
  | 'given_up'
  | 'starting'
  | 'parked'
  | 'not_driven'
  | 'agent_type_unbound'
  | 'waits_for_timer'
  | 'command_waiting';

export interface Cause {
  /** `execution`, or a task or item: `research[2]`. */
  readonly subject: string;
  readonly code: CauseCode;
  readonly sentence: string;
  /** Tasks, seats or commands it waits for. */
  readonly waits_for: readonly string[];
  /** When it goes on by itself, in Unix milliseconds. */
  readonly until?: Instant;
}

/** At most so many items are explained one by one. */
const MAX_CAUSES = 200;

/** The first cause speaks of the execution as a whole. O(tasks + items). */
export function why(state: View<ExecutionState>, now: Instant): readonly Cause[] {
  const causes: Cause[] = [whyExecution(state, now)];
  if (state.status.kind === 'completed') return causes;
  for (const task of state.tasks) {
    if (causes.length > MAX_CAUSES) break;
    if (task.status === 'completed') continue;
    if (task.status === 'pending') causes.push(whyPending(state, task));
    for (const item of task.items) {
      const cause = whyItem(state, item, now);
      if (cause !== undefined) causes.push(cause);
    }
  }
  return causes;
}

function whyExecution(state: View<ExecutionState>, now: Instant): Cause {
  const { status } = state;
  const cause = (
    code: CauseCode,
    sentence: string,
    waits_for: readonly string[] = [],
    until?: Instant,
  ): Cause => ({
    subject: 'execution',
    code,
    sentence,
    waits_for,
    ...(until === undefined ? {} : { until }),
  });
  switch (status.kind) {
    case 'completed':
      return cause('completed', 'It is completed; nothing is left to do.');
    case 'cancelled':
      return cause('cancelled', `It was cancelled: ${status.reason}.`);
    case 'failed': {
      const where = status.task === undefined ? '' : ` in ${taskLabel(status.task, status.item)}`;
      return cause('failed', `It failed${where}: ${status.error.code}: ${status.error.message}`);
    }
    case 'paused': {
      const reason = status.reason === undefined ? '' : ` (${status.reason})`;
      const sentence = `${status.by} paused it ${duration(now - status.at)} ago${reason}; cantata resume ${state.executionId} continues it.`;
      return cause('paused', sentence, [`cantata resume ${state.executionId}`]);
    }
    case 'running':
      return status.ending === undefined ? whyRunning(state, now) : whyEnding(state, status.ending, now);
    case 'new':
    case 'planning':
    case 'allocating':
      return cause('starting', 'It is being started.');
    default:
      return status satisfies never;
  }
}

function whyRunning(state: View<ExecutionState>, now: Instant): Cause {
  const running = [...state.inFlight].map((item) => label(state, item));
  if (running.length > 0) {
    const sentence = `It is running: agents work on ${listing(running)}.`;
    return { subject: 'execution', code: 'agents_running', sentence, waits_for: running };
  }
  const retries = [...state.retrying].flatMap((item) =>
    item.status.kind === 'retrying' ? [{ label: label(state, item), until: item.status.until }] : [],
  );
  const next = retries.reduce<(typeof retries)[number] | undefined>(
    (first, retry) => (first === undefined || retry.until < first.until ? retry : first),
    undefined,
  );
  if (next !== undefined) {
    const sentence = `It waits to retry ${next.label} ${inTime(next.until, now)}.`;
    return {
      subject: 'execution',
      code: 'waits_for_retry',
      sentence,
      waits_for: [next.label],
      until: next.until,
    };
  }
  const sentence = `It is running and times out ${inTime(state.deadline ?? now, now)}.`;
  return { subject: 'execution', code: 'waits_for_timer', sentence, waits_for: [] };
}

type Ending = NonNullable<Extract<View<ExecutionState>['status'], { kind: 'running' }>['ending']>;

function whyEnding(state: View<ExecutionState>, ending: Ending, now: Instant): Cause {
  const agents = [...state.inFlight].map((item) => seatOf(state, item));
  const what =
    ending.kind === 'cancelled'
      ? `It is being cancelled (${ending.reason})`
      : `It is failing (${ending.error.message})`;
  return {
    subject: 'execution',
    code: ending.kind === 'cancelled' ? 'cancelling' : 'failing',
    sentence: `${what} and waits for ${listing(agents)} to stop, at the longest until ${inTime(ending.deadline, now)}.`,
    waits_for: agents,
    until: ending.deadline,
  };
}

function whyPending(state: View<ExecutionState>, task: View<Task>): Cause {
  const id = state.plan.tasks[task.index]?.id ?? '';
  const open = (state.plan.tasks[task.index]?.dependsOn ?? []).filter(
    (dependency) => state.tasks[dependency]?.status !== 'completed',
  );
  const names = open.map((dependency) => state.plan.tasks[dependency]?.id ?? '');
  const details = open.slice(0, 3).map((dependency) => dependencyState(state, dependency));
  return {
    subject: id,
    code: 'waits_for_tasks',
    sentence: `${id} waits for ${listing(names)} (${listing(details)}).`,
    waits_for: names,
  };
}

function dependencyState(state: View<ExecutionState>, index: number): string {
  const task = state.tasks[index];
  const id = state.plan.tasks[index]?.id ?? '';
  if (task === undefined || task.status === 'pending') return `${id} has not started`;
  if (task.status === 'failed') return `${id} failed`;
  if (task.items.length <= 1) return `${id} is ${wordOf(task.items[0])}`;
  return `${id}: ${task.items.length - task.openItems} of ${task.items.length} items are done`;
}

function wordOf(item: View<Item> | undefined): string {
  switch (item?.status.kind) {
    case 'assigned':
      return 'running';
    case 'retrying':
      return 'waiting for its next attempt';
    case 'ready':
      return 'waiting for a seat';
    default:
      return item?.status.kind ?? 'about to start';
  }
}

function whyItem(state: View<ExecutionState>, item: View<Item>, now: Instant): Cause | undefined {
  const subject = label(state, item);
  const { status } = item;
  switch (status.kind) {
    case 'ready':
      return whyReady(state, item, subject);
    case 'retrying': {
      const policy = state.plan.tasks[item.task]?.definition.retryPolicy ?? state.request?.retryPolicy;
      const attempts = Math.max(attemptsOf(policy), item.attempt + 1);
      const sentence =
        `Attempt ${item.attempt} of ${subject} failed (${status.error.code}: ${status.error.message}); ` +
        `attempt ${item.attempt + 1} of at most ${attempts} starts ${inTime(status.until, now)}.`;
      return { subject, code: 'waits_for_retry', sentence, waits_for: [], until: status.until };
    }
    case 'failed':
      return {
        subject,
        code: 'task_failed',
        sentence: `${subject} failed in attempt ${item.attempt}: ${status.error.code}: ${status.error.message}`,
        waits_for: [],
      };
    case 'cancelled': {
      const how = status.confirmed ? 'its agent stopped' : 'its agent gave no answer in time';
      return { subject, code: 'given_up', sentence: `${subject} was cancelled; ${how}.`, waits_for: [] };
    }
    default:
      return undefined;
  }
}

function whyReady(state: View<ExecutionState>, item: View<Item>, subject: string): Cause {
  if (state.status.kind === 'paused') {
    const sentence = `${subject} is ready and starts when the execution is resumed.`;
    return { subject, code: 'paused', sentence, waits_for: [`cantata resume ${state.executionId}`] };
  }
  const { plan, seating } = state;
  const groups = plan.pools[plan.tasks[item.task]?.pool ?? 0]?.groups ?? [];
  const names = groups.map((group) => plan.groups[group]?.definition.name ?? '');
  const busy = groups
    .flatMap((group) => plan.groups[group]?.seats ?? [])
    .flatMap((seat) => {
      const occupant = seating.occupant[seat];
      return occupant === undefined ? [] : [`${plan.seats[seat]?.id} works on ${label(state, occupant)}`];
    });
  return {
    subject,
    code: 'waits_for_seat',
    sentence: `${subject} is ready and waits for a free seat of ${listing(names)}: ${listing(busy, 3)}.`,
    waits_for: names,
  };
}

function label(state: View<ExecutionState>, item: View<Item>): string {
  return taskLabel(state.plan.tasks[item.task]?.id ?? '', item.index);
}

function seatOf(state: View<ExecutionState>, item: View<Item>): string {
  return item.status.kind === 'assigned' ? (state.plan.seats[item.status.seat]?.id ?? '') : '';
}

function inTime(until: Instant, now: Instant): string {
  return until <= now ? 'now' : `in ${duration(until - now)}`;
}
