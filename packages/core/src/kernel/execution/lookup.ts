/** Where things stand in an execution. What must be there is asserted; only answers and timers may ask in vain. */
import { assert } from '../../errors.ts';
import { taskLabel } from '../../ids.ts';
import { nth } from '../../nth.ts';
import type { RetryRule } from '../../plan/definition.ts';
import type { PlanTask, Seat } from '../../plan/plan.ts';
import type { Instant } from '../../ports/clock.ts';
import type { Timer, TimerKind, View } from '../law.ts';
import type { Claim } from '../resource/claim.ts';
import { DEFAULT_TENANT, nameOf } from '../resource/ids.ts';
import { type AtStep, type Compensation, stepKey } from './compensation.ts';
import type { AtAttempt, AtItem, NeededRate, NeededResource, WaitsOnChild } from './events.ts';
import type { Diverted, ExecutionState, Item, ItemClaims, ItemStatus, Task } from './state.ts';

type State = View<ExecutionState>;

export function requestOf(state: State): NonNullable<State['request']> {
  assert(state.request !== undefined, 'nothing was requested yet');
  return state.request;
}

/** Whose execution it is: what it shares is shared with the others of the same. */
export function tenantOf(state: State): string {
  return requestOf(state).tenant ?? DEFAULT_TENANT;
}

/** When it times out. The clock runs from the request on, and stands still while it is paused. */
export function deadlineOf(state: State): Instant {
  assert(state.deadline !== undefined, 'the clock of the execution stands still');
  return state.deadline;
}

/** The cause of the end that has begun; undefined while it runs freely, is paused or has ended. */
export function endingOf(state: State): View<Ending> | undefined {
  return state.status.kind === 'running' ? state.status.ending : undefined;
}
type Ending = NonNullable<Extract<ExecutionState['status'], { readonly kind: 'running' }>['ending']>;

/** Whether its tasks go on, or will when it is resumed: its end has not begun. */
export function goesOn(state: State): boolean {
  const { kind } = state.status;
  return (kind === 'running' || kind === 'paused') && endingOf(state) === undefined;
}

export function planTask(state: State, item: View<Item>): View<PlanTask> {
  return nth(state.plan.tasks, item.task);
}

export function seatId(state: State, seat: Seat['index']): string {
  return nth(state.plan.seats, seat).id;
}

/** `research[2]`: how people read it. */
export function labelOf(state: State, item: View<Item>): string {
  const place = taskLabel(planTask(state, item).id, item.index);
  const label = item.spawned === undefined ? place : `${place} ${item.spawned.id}`;
  return item.undoes === undefined ? label : `undoing ${label}`;
}

/** Bound of one attempt. */
export function timeoutOf(state: State, item: View<Item>): number | undefined {
  const { definition, compensation } = planTask(state, item);
  if (item.spawned !== undefined) return item.spawned.timeoutMs;
  return item.undoes === undefined ? definition.timeoutMs : compensation?.definition.timeoutMs;
}

export function placeOf(state: State, item: View<Item>): AtItem {
  const task = planTask(state, item).id;
  const place = item.index === undefined ? { task } : { task, item: item.index };
  return isFirstEntry(state, item) ? place : { ...place, ...entryOf(state, item) };
}

/** Most work is done in its first entry: events and effects of it are made without a spread, which costs on the way. */
function isFirstEntry(state: State, { task, undoes }: View<Item>): boolean {
  return undoes === undefined && nth(state.tasks, task).activation === 1;
}

/** The same for `Timer` and `Effect`: which entry it is, and whether it is done or undone. */
export function entryOf(state: State, { task, undoes }: View<Item>): Pick<AtItem, 'activation' | 'deed'> {
  const { activation } = undoes ?? nth(state.tasks, task);
  const entry = activation === 1 ? {} : { activation };
  return undoes === undefined ? entry : { ...entry, deed: 'compensate' };
}

/** A timer of an item goes by its place; that of its undoing by the step that is undone. */
export function timerOf(kind: TimerKind, { task, item, activation, deed }: AtItem): Timer {
  return deed === undefined ? { kind, task, item } : { kind, task, item, activation, deed };
}

/** When all attempts at it must be over; undefined before it opens, and where the document sets no bound. */
export function taskDeadline({ plan }: State, { index, openedAt }: View<Task>): Instant | undefined {
  const { taskTimeoutMs = Infinity, budget } = nth(plan.tasks, index).definition;
  const boundMs = Math.min(taskTimeoutMs, budget?.wallTimeMs ?? Infinity);
  return boundMs === Infinity || openedAt === undefined ? undefined : openedAt + boundMs;
}

export function taskTimer({ plan }: State, { index }: View<Task>): Timer {
  return { kind: 'task_timeout', task: nth(plan.tasks, index).id };
}

export function attemptOf(state: State, item: View<Item>): AtAttempt {
  const { index, attempt } = item;
  if (!isFirstEntry(state, item)) return { ...placeOf(state, item), attempt };
  const task = planTask(state, item).id;
  return index === undefined ? { task, attempt } : { task, item: index, attempt };
}

/** As whom an item asks for resources. */
export function claimOf(state: State, item: View<Item>): Claim {
  const { activation } = nth(state.tasks, item.task);
  const of = item.index === undefined ? {} : { item: item.index };
  return { execution: state.executionId, task: planTask(state, item).id, ...of, activation };
}

/** A permit is asked for in a block, with a claim of its own. */
export function claimTo({ claim, attempt }: View<ItemClaims>, need: NeededResource): Claim {
  return isBreaker(need) ? { ...claim, attempt } : claim;
}

export function isRate(need: NeededResource): need is NeededRate {
  return 'perMs' in need;
}

export function isBreaker(need: NeededResource): need is Extract<NeededResource, { readonly group: string }> {
  return 'group' in need;
}

/** Of an item that waits for a breaker. */
export function breakerAwaited({ status, claims }: View<Item>): NeededResource | undefined {
  const need = status.kind === 'acquiring' ? claims?.resources[claims.granted] : undefined;
  return need !== undefined && isBreaker(need) ? need : undefined;
}

/** Whether the breaker of its agent type let an attempt through, whatever anybody else thinks of agents of that type. */
export function isLetThrough({ claims }: View<Item>, agentType: string): boolean {
  if (claims === undefined) return false;
  return claims.resources.some((need) => isBreaker(need) && nameOf(need.resource) === agentType);
}

/** What was said about the attempt that an item is at, or will be at next. */
export function diversionOf({ diverted, attempt, status }: View<Item>): Diverted | undefined {
  if (diverted === undefined) return undefined;
  return diverted.attempt === (status.kind === 'assigned' ? attempt : attempt + 1) ? diverted : undefined;
}

/** What its task says, else what the start said for tasks that say nothing, else what the document does. */
export function retryPolicyOf(state: State, item: View<Item>): RetryRule | undefined {
  if (item.undoes !== undefined)
    return planTask(state, item).compensation?.definition.retryPolicy ?? 'exponential_backoff';
  return (
    item.spawned?.retryPolicy ??
    (item.spawned === undefined || item.spawned.turn !== undefined
      ? planTask(state, item).definition.retryPolicy
      : undefined) ??
    requestOf(state).retryPolicy ??
    state.plan.definition.faultTolerance.retryPolicy
  );
}

/** Items of a task that are not served yet, because as many as may be are before them. */
export function heldOf({ held = 0 }: Pick<View<Task>, 'held'>): number {
  return held;
}

/** Attempts that count against its policy. */
export function triesOf({ attempt, forgiven = 0 }: View<Item>): number {
  return attempt - forgiven;
}

/** The status of an item that stands in the queue or set of that status (X2). */
export function statusOf<Kind extends ItemStatus['kind']>(
  item: View<Item>,
  kind: Kind,
): Extract<ItemStatus, { readonly kind: Kind }> {
  assert(item.status.kind === kind, 'an item is not in the state its place stands for');
  return item.status as Extract<ItemStatus, { readonly kind: Kind }>;
}

/** What an item waits for, where that is an execution. */
export function childOf({
  status,
}: View<Item>): (View<WaitsOnChild> & { readonly workflowId?: string | undefined }) | undefined {
  if (status.kind !== 'waiting' || status.on.kind !== 'child') return undefined;
  return { ...status.on, workflowId: status.workflowId };
}

/** Of an item whose agent was told to stop, while the execution goes on. */
export function stoppingOf({
  status,
}: View<Item>): { readonly deadline: Instant; readonly reason: string } | undefined {
  return status.kind === 'assigned' ? status.stopping : undefined;
}

/** Whether the process that runs an item in flight was told to end: then its loss says nothing about the attempt. */
export function wasInterrupted(state: State, item: View<Item>): boolean {
  return statusOf(item, 'assigned').sequence < state.interruptedAt;
}

/** The item an answer or a timer speaks of, if the execution has it. */
export function findItem(
  state: State,
  at: { readonly [Key in keyof AtItem]?: AtItem[Key] | undefined },
): View<Item> | undefined {
  const index = at.task === undefined ? undefined : state.plan.taskIndex.get(at.task);
  if (index === undefined) return undefined;
  if (at.deed !== undefined) return state.compensations.get(stepKey(at))?.turn;
  const item = state.tasks[index]?.items[at.item ?? 0];
  return item?.index === at.item ? item : undefined;
}

export function stepPlace(state: State, { task, item, activation }: View<Compensation>): AtStep {
  return {
    task: nth(state.plan.tasks, task).id,
    ...(item === undefined ? {} : { item }),
    ...(activation === 1 ? {} : { activation }),
    deed: 'compensate',
  };
}
