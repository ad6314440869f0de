/**
 * Why does it not run? A structured cause and a sentence for the execution and for every task that is not running
 * or done. Causes that only the shell knows (no engine, unbound agent, parked) are added there with the same type.
 */
import { noRule } from '../../../errors.ts';
import { taskLabel } from '../../../ids.ts';
import { nth } from '../../../nth.ts';
import type { TaskDefinition } from '../../../plan/definition.ts';
import type { PlanGroup } from '../../../plan/plan.ts';
import { attemptsOf } from '../../../policy/retry.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { duration, inTime, listing } from '../../../text.ts';
import type { View } from '../../law.ts';
import { statusWord } from '../decide/control.ts';
import {
  deadlineOf,
  endingOf,
  heldOf,
  labelOf,
  retryPolicyOf,
  seatId,
  statusOf,
  triesOf,
} from '../lookup.ts';
import { groupsCalled, poolOf, reservedFor } from '../seating.ts';
import { type ExecutionState, type Item, isOver, isSettled, isUndecided, type Task } from '../state.ts';
import { whyAcquiring, whyAllAcquire } from './why-acquiring.ts';
import { whySteps, whyUndone } from './why-compensation.ts';
import { insteadOf } from './why-diverted.ts';
import { STALLED_AFTER_MS, whyStalled } from './why-stalled.ts';
import { whyAllWait, whyListening, whyWaiting } from './why-waiting.ts';

export type CauseCode =
  | 'agents_running'
  | 'paused'
  | 'cancelling'
  | 'failing'
  | 'completing'
  | 'failed'
  | 'cancelled'
  | 'completed'
  | 'waits_for_tasks'
  | 'waits_for_seat'
  | 'waits_for_turn'
  | 'waits_for_retry'
  | 'task_failed'
  | 'skipped'
  | 'given_up'
  | 'starting'
  | 'parked'
  | 'not_driven'
  | 'agent_type_unbound'
  | 'waits_for_timer'
  | 'waits_for_resource'
  | 'waits_for_signal'
  | 'waits_for_person'
  | 'waits_for_child'
  | 'waits_for_event'
  | 'command_waiting'
  | 'compensating'
  | 'compensated'
  | 'compensation_failed'
  | 'waits_for_undoing'
  | 'stalled';

export interface Cause {
  /** `execution`, or a task or item: `research[2]`. */
  readonly subject: string;
  readonly code: CauseCode;
  readonly sentence: string;
  /** Tasks, seats or commands it waits for. */
  readonly waits_for: readonly string[];
  /** When it goes on by itself, in Unix milliseconds. */
  readonly until?: Instant;
  /** Where it waits for a resource: as whom. */
  readonly claim?: string;
}

/** At most so many items are explained one by one. */
const MAX_CAUSES = 200;

export interface WhyOptions {
  /** How long an agent may be at work before that is told. */
  readonly stalledAfterMs?: number;
}

/** The first cause speaks of the execution as a whole. O(tasks + items). */
export function why(
  state: View<ExecutionState>,
  now: Instant,
  { stalledAfterMs = STALLED_AFTER_MS }: WhyOptions = {},
): readonly Cause[] {
  const causes: Cause[] = [whyExecution(state, now)];
  if (state.startedAt === undefined || state.status.kind === 'completed') return causes;
  const all = [...whyStalled(state, now, stalledAfterMs), ...whySteps(state, now), ...whyTasks(state, now)];
  for (const cause of all) {
    if (causes.length > MAX_CAUSES) break;
    causes.push(cause);
  }
  return causes;
}

function* whyTasks(state: View<ExecutionState>, now: Instant): Iterable<Cause> {
  for (const task of state.tasks) {
    if (task.status === 'pending') yield whyPending(state, task);
    if (isUndecided(task)) yield whyNotBegun(state, nth(state.plan.tasks, task.index).id);
    if (task.status === 'listening')
      yield whyNotOn(state, nth(state.plan.tasks, task.index).id) ?? whyListening(state, task, now);
    if (task.status === 'skipped') yield whySkipped(state, task);
    if (task.status === 'cancelled' && task.items.length === 0) yield whyWithdrawn(state, task);
    if (task.error !== undefined) yield whyNotOpened(state, task, task.error);
    if (task.status === 'completed') continue;
    if (heldOf(task) > 0) yield whyHeld(state, task);
    for (const item of task.items) {
      const cause = whyItem(state, item, now);
      if (cause !== undefined) yield cause;
    }
  }
}

function whyExecution(state: View<ExecutionState>, now: Instant): Cause {
  const { status } = state;
  const cause = (code: CauseCode, sentence: string, waits_for: readonly string[] = []): Cause => ({
    subject: 'execution',
    code,
    sentence,
    waits_for,
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
      const sentence = `${status.by} paused it ${duration(Math.max(0, now - status.at))} ago${reason}; cantata resume ${state.executionId} continues it.`;
      return cause('paused', sentence, [`cantata resume ${state.executionId}`]);
    }
    case 'running':
      return status.ending === undefined ? whyRunning(state, now) : whyEnding(state, status.ending, now);
    case 'compensating':
    case 'compensation_failed':
    case 'compensated':
      return whyUndone(state, status, now);
    case 'new':
    case 'planning':
    case 'allocating':
      return cause('starting', 'It is being started.');
    default:
      throw noRule('status of an execution', status);
  }
}

function whyRunning(state: View<ExecutionState>, now: Instant): Cause {
  const running = [...state.inFlight].map((item) => labelOf(state, item));
  if (running.length > 0) {
    const sentence = `It is running: agents work on ${listing(running)}.`;
    return { subject: 'execution', code: 'agents_running', sentence, waits_for: running };
  }
  const retries = [...state.retrying].map((item) => ({
    label: labelOf(state, item),
    until: statusOf(item, 'retrying').until,
  }));
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
  const waits = whyAllWait(state, now) ?? whyAllAcquire(state, now);
  if (waits !== undefined) return waits;
  const sentence = `It is running and times out ${inTime(deadlineOf(state), now)}.`;
  return { subject: 'execution', code: 'waits_for_timer', sentence, waits_for: [] };
}

type Ending = NonNullable<Extract<View<ExecutionState>['status'], { kind: 'running' }>['ending']>;

function whyEnding(state: View<ExecutionState>, ending: Ending, now: Instant): Cause {
  const agents = [...state.inFlight].map((item) => seatId(state, statusOf(item, 'assigned').seat));
  const reason = ending.kind === 'failed' ? ending.error.message : ending.reason;
  const what = `It is ${statusWord(state)} (${reason})`;
  return {
    subject: 'execution',
    code: ENDING_CODES[ending.kind],
    sentence: `${what} and waits for ${listing(agents)} to stop, at the longest for ${duration(Math.max(0, ending.deadline - now))}.`,
    waits_for: agents,
    until: ending.deadline,
  };
}

const ENDING_CODES = { cancelled: 'cancelling', failed: 'failing', completed: 'completing' } as const;

function whyPending(state: View<ExecutionState>, task: View<Task>): Cause {
  const { id, dependsOn } = nth(state.plan.tasks, task.index);
  const end = endOf(state);
  if (end !== undefined) return givenUp(id, `${id} does not start any more: ${end}.`);
  const open = dependsOn.filter((dependency) => !isSettled(nth(state.tasks, dependency)));
  const names = open.map((dependency) => nth(state.plan.tasks, dependency).id);
  const details = open.slice(0, 3).map((dependency) => dependencyState(state, dependency));
  return {
    subject: id,
    code: 'waits_for_tasks',
    sentence: `${id} waits for ${whatJoinWants(state, task)}${listing(names)} (${listing(details)}).`,
    waits_for: names,
  };
}

/** How much of what is still open it waits for, where that is not all of it. */
function whatJoinWants(state: View<ExecutionState>, task: View<Task>): string {
  const { join } = nth(state.plan.tasks, task.index);
  if (join === undefined) return '';
  if (join.kind === 'when')
    return `${join.condition.source} to become true, of which it is asked when one of these ends: `;
  const more = (join.kind === 'any' ? 1 : join.count) - (task.met ?? 0);
  return `${more === 1 ? 'one' : more} of `;
}

function dependencyState(state: View<ExecutionState>, index: number): string {
  const { status, items, openItems } = nth(state.tasks, index);
  const { id } = nth(state.plan.tasks, index);
  if (status === 'pending' || status === 'joining') return `${id} has not started`;
  if (status === 'listening') return `${id} is waiting for an event`;
  const [item, ...others] = items;
  if (item === undefined) return `${id} is about to start`;
  if (others.length === 0) return `${id} is ${ITEM_WORDS[item.status.kind]}`;
  return `${id}: ${items.length - openItems} of ${items.length} items are done`;
}

const ITEM_WORDS: Readonly<Record<Item['status']['kind'], string>> = {
  blocked: 'waiting for others that were spawned',
  held: 'waiting for its turn',
  ready: 'waiting for a seat',
  assigned: 'running',
  retrying: 'waiting for its next attempt',
  acquiring: 'waiting for what it needs',
  waiting: 'waiting',
  timed_out: 'out of time',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** Something is to be decided or asked for first. */
function whyNotBegun(state: View<ExecutionState>, subject: string): Cause {
  return held(state, subject) ?? starting(subject);
}

function whySkipped(state: View<ExecutionState>, task: View<Task>): Cause {
  const { id } = nth(state.plan.tasks, task.index);
  return {
    subject: id,
    code: 'skipped',
    sentence: `${id} was skipped; ${skipWords(state, task)}.`,
    waits_for: [],
  };
}

/** Why a task was skipped, as the end of a sentence. */
export function skipWords(
  { plan, tasks }: View<ExecutionState>,
  { index, skippedBy, overridden, event }: View<Task>,
): string {
  const { join, when, on }: View<TaskDefinition> = nth(plan.tasks, index).definition;
  if (overridden !== undefined) return `${overridden.by} said so: ${overridden.reason}`;
  if (skippedBy !== undefined)
    return `${nth(plan.tasks, skippedBy).id} ${ENDED[nth(tasks, skippedBy).status]}, on which it depends`;
  if (on !== undefined && event === undefined) return `no event on ${on.topic} came that it wants`;
  const conditions = [
    ...(join?.kind === 'when' ? [join.condition.source] : []),
    ...(when === undefined ? [] : [when.source]),
  ];
  return `${conditions.length === 1 ? 'its condition is' : 'one of its conditions is'} false: ${conditions.join('; ')}`;
}

/** How the end of a dependency is told. */
const ENDED: Readonly<Partial<Record<Task['status'], string>>> = {
  completed: 'was completed',
  failed: 'failed',
  skipped: 'was skipped',
  cancelled: 'was cancelled',
};

function whyWithdrawn(state: View<ExecutionState>, task: View<Task>): Cause {
  const { id } = nth(state.plan.tasks, task.index);
  return givenUp(id, `${id} was cancelled before it started.`);
}

function whyNotOpened(state: View<ExecutionState>, task: View<Task>, error: View<TaskError>): Cause {
  const { id } = nth(state.plan.tasks, task.index);
  const sentence = `${id} could not start: ${error.code}: ${error.message}`;
  return { subject: id, code: 'task_failed', sentence, waits_for: [] };
}

/** One cause for all its items that are held: there may be thousands, and it is the same for each. */
function whyHeld(state: View<ExecutionState>, task: View<Task>): Cause {
  const { id, definition } = nth(state.plan.tasks, task.index);
  const count = heldOf(task);
  const items = `${count} ${count === 1 ? 'item' : 'items'} of ${id}`;
  const end = endOf(state);
  if (end !== undefined) return givenUp(id, `${items} will not start any more: ${end}.`);
  return {
    subject: id,
    code: 'waits_for_turn',
    sentence: `${items} ${count === 1 ? 'waits' : 'wait'} for others to end: at most ${definition.maxConcurrency} run at a time.`,
    waits_for: [id],
  };
}

/** Only between two steps of many: the next one starts it. */
function starting(subject: string): Cause {
  return { subject, code: 'starting', sentence: `${subject} is about to start.`, waits_for: [] };
}

function whyItem(state: View<ExecutionState>, item: View<Item>, now: Instant): Cause | undefined {
  const subject = labelOf(state, item);
  const { status } = item;
  switch (status.kind) {
    case 'ready':
      return held(state, subject) ?? whyReady(state, item, subject);
    case 'blocked':
      return held(state, subject) ?? whyBlocked(state, item, subject);
    case 'retrying':
      return whyRetrying(state, item, status, now);
    case 'waiting':
      return whyNotOn(state, subject) ?? whyWaiting(state, item, now);
    case 'acquiring':
      return whyNotOn(state, subject) ?? whyAcquiring(state, item, now) ?? whyNotBegun(state, subject);
    case 'failed':
      return {
        subject,
        code: 'task_failed',
        sentence: `${subject} failed in attempt ${item.attempt}: ${status.error.code}: ${status.error.message}`,
        waits_for: [],
      };
    case 'cancelled': {
      const how = status.confirmed ? 'its agent stopped' : 'its agent gave no answer in time';
      return givenUp(subject, `${subject} was cancelled${item.seat === undefined ? '' : `; ${how}`}.`);
    }
    default:
      return undefined;
  }
}

/** What holds back work that could start by itself: the end of the execution, or a pause. */
function held(state: View<ExecutionState>, subject: string): Cause | undefined {
  const end = endOf(state);
  if (end !== undefined) return givenUp(subject, `${subject} does not start any more: ${end}.`);
  if (state.status.kind !== 'paused') return undefined;
  const sentence = `${subject} is ready and starts when the execution is resumed.`;
  return { subject, code: 'paused', sentence, waits_for: [`cantata resume ${state.executionId}`] };
}

/** Which of those that were spawned with it, or before, it waits for. */
function whyBlocked(state: View<ExecutionState>, item: View<Item>, subject: string): Cause {
  const { items } = nth(state.tasks, item.task);
  const { dependsOn } = item.spawned as NonNullable<typeof item.spawned>;
  const open = dependsOn.map((place) => nth(items, place)).filter(({ status }) => !isOver(status));
  const names = open.map((other) => labelOf(state, other));
  const details = open
    .slice(0, 3)
    .map((other) => `${labelOf(state, other)} is ${ITEM_WORDS[other.status.kind]}`);
  return {
    subject,
    code: 'waits_for_tasks',
    sentence: `${subject} waits for ${listing(names)} (${listing(details)}).`,
    waits_for: names,
  };
}

function whyReady(state: View<ExecutionState>, item: View<Item>, subject: string): Cause {
  const { seating } = state;
  const { names, seats } = whoMay(state, item);
  const busy = seats.flatMap((seat) => {
    const occupant = seating.occupant[seat];
    return occupant === undefined ? [] : [`${seatId(state, seat)} works on ${labelOf(state, occupant)}`];
  });
  if (busy.length < seats.length) return starting(subject);
  return {
    subject,
    code: 'waits_for_seat',
    sentence: `${subject} is ready and waits for a free seat of ${listing(names)}: ${listing(busy, 3)}.${insteadOf(item)}`,
    waits_for: names,
  };
}

/** The groups and seats an item waits for: those of the plan, or those it was given to by name. */
function whoMay(
  state: View<ExecutionState>,
  item: View<Item>,
): { readonly names: readonly string[]; readonly seats: readonly number[] } {
  const { plan } = state;
  const to = reservedFor(item);
  const seat = item.reassigned === undefined ? undefined : plan.seatIndex.get(item.reassigned);
  if (to !== undefined && seat !== undefined) return { names: [to], seats: [seat] };
  const groups = nth(plan.pools, poolOf(state, item)).groups.map((group) => nth(plan.groups, group));
  const chosen = to === undefined ? groups : [groupsCalled(plan, to) as View<PlanGroup>];
  return {
    names: chosen.map(({ definition }) => definition.name),
    seats: chosen.flatMap((group) => group.seats),
  };
}

function whyRetrying(
  state: View<ExecutionState>,
  item: View<Item>,
  status: Extract<View<Item>['status'], { readonly kind: 'retrying' }>,
  now: Instant,
): Cause {
  const subject = labelOf(state, item);
  const { error, until } = status;
  const failed = `Attempt ${item.attempt} of ${subject} failed (${error.code}: ${error.message})`;
  const end = endOf(state);
  if (end !== undefined) return givenUp(subject, `${failed} and is not tried again: ${end}.`);
  const attempts = attemptsOf(retryPolicyOf(state, item), error);
  const next = `attempt ${item.attempt + 1} of at most ${attempts + item.attempt - triesOf(item)} starts ${inTime(until, now)}`;
  const sentence = `${failed}; ${next}${state.status.kind === 'paused' ? ', or when the execution is resumed' : ''}.`;
  return { subject, code: 'waits_for_retry', sentence, waits_for: [], until };
}

/** A wait that the end of the execution has ended. Pausing ends none: what was waited for may come meanwhile. */
function whyNotOn(state: View<ExecutionState>, subject: string): Cause | undefined {
  const end = endOf(state);
  return end === undefined ? undefined : givenUp(subject, `${subject} does not wait any more: ${end}.`);
}

function givenUp(subject: string, sentence: string): Cause {
  return { subject, code: 'given_up', sentence, waits_for: [] };
}

/** Why nothing starts any more, when the end has begun or come. */
function endOf(state: View<ExecutionState>): string | undefined {
  const { kind } = state.status;
  if (kind === 'failed') return 'the execution failed';
  if (kind === 'cancelled') return 'the execution was cancelled';
  if ('cause' in state.status) return 'what was done is undone';
  return endingOf(state) === undefined ? undefined : `the execution is ${statusWord(state)}`;
}
