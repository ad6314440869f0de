/**
 * What may be spent, asked before a turn is handed out: people are warned once at four fifths of it, and at its end
 * nothing new is handed out. What is at work may end: it was paid for.
 */
import { assert } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import type { Budget } from '../../../plan/definition.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import type { BudgetExceeded, BudgetLimit, ExecutionEvent } from '../events.ts';
import { attemptOf, requestOf } from '../lookup.ts';
import { type ExecutionState, type Item, isOver, type Task } from '../state.ts';
import { isAtWork } from '../team-view.ts';
import { failsForGood, unopened } from './failure.ts';
import { spentUp } from './team.ts';

type State = View<ExecutionState>;

const WARNED_FROM = 0.8;

interface Reading {
  readonly limit: BudgetLimit;
  readonly of: number;
  readonly spent: number;
}

/** What has to happen before an item gets its turn; undefined where it may have it. */
export function meter(state: State, item: View<Item>, now: Instant): readonly ExecutionEvent[] | undefined {
  const { budget: own } = nth(state.plan.tasks, item.task).definition;
  const { budget } = state.plan.definition;
  if (own === undefined && budget === undefined) return undefined;
  if (budget !== undefined) {
    const tightest = tightestOf(budget, spentByAll(state, budget, now));
    if (tightest.spent >= tightest.of) return executionExceeded(budget, tightest);
    if (isClose(tightest) && state.isBudgetWarned !== true) return [{ type: 'budget.warned', ...tightest }];
  }
  if (own === undefined) return undefined;
  const task = nth(state.tasks, item.task);
  const tightest = tightestOf(own, spentBy(task, now));
  const { id } = nth(state.plan.tasks, item.task);
  if (tightest.spent >= tightest.of) return taskExceeded(state, item, own, tightest, now);
  if (isClose(tightest) && task.spent?.isWarned !== true)
    return [{ type: 'budget.warned', task: id, ...tightest }];
  return undefined;
}

/**
 * What has to happen before a loop has another round; undefined where it may have it. It ends with what its last round
 * gave, unless it is to fail; where the execution has spent all, that ends, too.
 */
export function meterRound(
  state: State,
  task: View<Task>,
  now: Instant,
): readonly ExecutionEvent[] | undefined {
  const { id, definition } = nth(state.plan.tasks, task.index);
  const ended = { type: 'task.loop_ended', task: id, reason: 'budget' } as const;
  // It was spent in the middle of the round.
  if (task.stopReason !== undefined) return [ended];
  const { budget } = state.plan.definition;
  if (budget !== undefined) {
    const whole = tightestOf(budget, spentByAll(state, budget, now));
    if (whole.spent >= whole.of) return [ended, ...executionExceeded(budget, whole)];
  }
  if (definition.budget === undefined) return undefined;
  const own = tightestOf(definition.budget, spentBy(task, now));
  if (own.spent < own.of) return undefined;
  const exceeded: BudgetExceeded = { type: 'budget.exceeded', task: id, ...own };
  if (definition.budget.onLimit !== 'fail') return [exceeded, ended];
  return [{ ...exceeded, fails: true }, ...unopened(state, task, errorOf(own, 'task'))];
}

/** Since it went on after its end, if it had ended before. */
function spentByAll(state: State, budget: View<Budget>, now: Instant): Spent {
  const { counters, spentBefore: before } = state;
  const { tokens, cost, losses } = counters;
  // What was lost with its process is handed out again.
  const turns = counters.turns - losses;
  const ms = elapsed(state, budget, now);
  if (before === undefined) return { turns, tokens, cost, ms };
  return { turns: turns - before.turns, tokens: tokens - before.tokens, cost: cost - before.cost, ms };
}

/** What has passed of the time an execution may take: in a pause and after its end none does. */
export function elapsed(state: State, { wallTimeMs = Infinity }: View<Budget>, now: Instant): number {
  assert(state.deadline !== undefined, 'what runs has a deadline');
  return now - state.deadline + Math.min(requestOf(state).timeoutMs, wallTimeMs);
}

function spentBy({ spent, openedAt }: View<Task>, now: Instant): Spent {
  return { turns: 0, tokens: 0, cost: 0, ...spent, ms: now - (openedAt as Instant) };
}

interface Spent {
  readonly turns: number;
  readonly tokens: number;
  readonly cost: number;
  readonly ms: number;
}

function isClose({ spent, of }: Reading): boolean {
  return spent >= WARNED_FROM * of;
}

/** Of all that is bounded, what is spent the furthest. */
function tightestOf({ turns, tokens, cost, wallTimeMs }: View<Budget>, spent: Spent): Reading {
  const readings: readonly Reading[] = [
    { limit: 'turns', of: turns ?? Infinity, spent: spent.turns },
    { limit: 'tokens', of: tokens ?? Infinity, spent: spent.tokens },
    { limit: 'cost', of: cost ?? Infinity, spent: spent.cost },
    { limit: 'wall_time_ms', of: wallTimeMs ?? Infinity, spent: spent.ms },
  ];
  return readings.reduce((tightest, one) =>
    one.spent / one.of > tightest.spent / tightest.of ? one : tightest,
  );
}

/** The execution ends with what it has, unless it is to fail. */
export function executionExceeded(budget: View<Budget>, reading: Reading): readonly ExecutionEvent[] {
  const fails = budget.onLimit === 'fail';
  const exceeded: BudgetExceeded = { type: 'budget.exceeded', ...reading, ...(fails ? { fails } : {}) };
  return fails ? [exceeded, { type: 'workflow.failing', error: errorOf(reading, 'execution') }] : [exceeded];
}

/** The task ends with what its items gave so far, unless it is to fail or has nothing to show. */
export function taskExceeded(
  state: State,
  { task: index }: Pick<View<Item>, 'task'>,
  budget: View<Budget>,
  reading: Reading,
  now: Instant,
): readonly ExecutionEvent[] {
  const { id } = nth(state.plan.tasks, index);
  const task = nth(state.tasks, index);
  const { items } = task;
  const maySucceed = reading.limit === 'wall_time_ms' ? [] : ['assigned'];
  const hasResult = items.some(({ status: { kind } }) => kind === 'completed' || maySucceed.includes(kind));
  const exceeded: BudgetExceeded = { type: 'budget.exceeded', task: id, ...reading };
  if (budget.onLimit !== 'fail' && isAtWork(task))
    return [{ ...exceeded, ofTeam: true }, ...spentUp(state, task, errorOf(reading, 'task').message, now)];
  if (budget.onLimit !== 'fail' && hasResult) return [exceeded];
  const first = items.find(({ status }) => !isOver(status));
  assert(first !== undefined, 'an open task has an open item');
  const error = errorOf(reading, 'task');
  return [
    { ...exceeded, fails: true },
    { type: 'task.overridden', task: id, as: 'failed', by: 'budget', reason: error.message },
    ...failsForGood(state, attemptOf(state, first), error),
  ];
}

function errorOf({ limit, of, spent }: Reading, what: 'task' | 'execution'): TaskError {
  const message = `the budget of the ${what} is spent: ${limit} ${spent} of ${of}`;
  return { code: 'budget_exceeded', message, retry: 'never' };
}
