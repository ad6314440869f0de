/**
 * When a running execution will have ended, and along which tasks: the critical path of what is left.
 * By the estimates and what is known so far; nothing is decided by it.
 */
import { longestWayFrom } from '../../../graph/critical-path.ts';
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import { statusOf } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';

export interface Forecast {
  readonly finishAt: Instant;
  /** Ids of the tasks that decide when it ends, from one that runs or could run to a last one. */
  readonly criticalPath: readonly string[];
}

/**
 * Undefined unless it runs. Every unfinished task is on the frontier or behind it, so the longest way is the longest
 * from the frontier: what is left of a task there and the rank of what follows. Beside it stands the work left in each
 * pool, shared by its seats; the longer of the two is the forecast. O(items in flight, ready, retrying or waiting + pools +
 * length of the path), whatever is finished already.
 */
export function forecast(state: View<ExecutionState>, now: Instant): Forecast | undefined {
  if (state.status.kind !== 'running' || state.status.ending !== undefined) return undefined;
  const { plan } = state;
  const frontier = frontierOf(state);
  // Only between two steps: the next one completes it.
  if (frontier.size === 0) return undefined;
  const workMs = [...state.workMs];
  const longest = { task: -1, ms: 0 };
  const consider = (task: number, leftMs: number): void => {
    const { estimate } = nth(plan.tasks, task);
    const ms = leftMs + (plan.ranks[task] as number) - estimate.durationMs;
    if (longest.task === -1 || ms > longest.ms) Object.assign(longest, { task, ms });
  };
  const seated = new Map<number, { items: number; soonestMs: number }>();
  const begun = (item: View<Item>, leftMs: number): void => {
    const others = seated.get(item.task);
    seated.set(item.task, {
      items: (others?.items ?? 0) + 1,
      soonestMs: Math.min(others?.soonestMs ?? leftMs, leftMs),
    });
    consider(item.task, leftMs);
  };
  for (const item of state.inFlight) {
    const { pool, estimate } = nth(plan.tasks, item.task);
    const doneMs = Math.min(estimate.durationMs, Math.max(0, now - statusOf(item, 'assigned').since));
    workMs[pool] = (workMs[pool] as number) - doneMs;
    begun(item, estimate.durationMs - doneMs);
  }
  for (const item of state.waiting) begun(item, waitLeft(state, item, now));
  for (const task of frontier) {
    const { items, pool, estimate, definition } = nth(plan.tasks, task);
    const { status, openItems } = nth(state.tasks, task);
    const mates = seated.get(task) ?? { items: 0, soonestMs: 0 };
    const queued = (status === 'open' ? openItems : items) - mates.items;
    if (queued <= 0) continue;
    // Its own items sit on the seats it waits for: round after round, as many at a time as there are seats.
    const together = Math.min(
      nth(plan.pools, pool).seatCount,
      definition.maxConcurrency ?? Number.POSITIVE_INFINITY,
    );
    const rounds = Math.max(1, Math.ceil(queued / together));
    consider(task, mates.soonestMs + rounds * estimate.durationMs);
  }
  const byWork = plan.pools.map(({ index, seatCount }) => (workMs[index] as number) / seatCount);
  const path = longestWayFrom(plan.graph, plan.ranks, longest.task);
  return {
    finishAt: now + Math.round(Math.max(longest.ms, ...byWork)),
    criticalPath: path.map((task) => nth(plan.tasks, task).id),
  };
}

/** A timer is known; what comes from outside is taken to come when it is expected, and never after the wait ends. */
function waitLeft(state: View<ExecutionState>, item: View<Item>, now: Instant): number {
  const { on, since, until = Number.POSITIVE_INFINITY } = statusOf(item, 'waiting');
  const expected = since + nth(state.plan.tasks, item.task).estimate.durationMs;
  return Math.max(0, (on.kind === 'timer' ? until : Math.min(expected, until)) - now);
}

/** Tasks that could run now. Whatever else is unfinished comes after one of them. */
function frontierOf({
  undecided,
  inFlight,
  retrying,
  waiting,
  listening,
  seating,
}: View<ExecutionState>): ReadonlySet<number> {
  const tasks = new Set<number>();
  for (const { index } of undecided) tasks.add(index);
  for (const { task } of inFlight) tasks.add(task);
  for (const { task } of retrying) tasks.add(task);
  for (const { task } of waiting) tasks.add(task);
  for (const { index } of listening) tasks.add(index);
  for (const items of seating.reserved.values()) for (const { task } of items) tasks.add(task);
  for (const queue of seating.readyOfPool) for (const { task } of queue.items()) tasks.add(task);
  return tasks;
}
