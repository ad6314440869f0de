/** What is decided about a task: whether its join fires, whether it runs, on what, and in how many items. */
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import type { ExecutionState, Task } from '../state.ts';
import { compute, computeFor } from './compute.ts';
import { unopened } from './failure.ts';
import { listen } from './listening.ts';
import { anotherRound } from './loop.ts';
import { remaining } from './remaining.ts';
import { workOf } from './work.ts';

export function decideOn(
  state: View<ExecutionState>,
  task: View<Task>,
  now: Instant,
): readonly ExecutionEvent[] {
  if (task.status === 'joining') return askJoin(state, task, now);
  return task.status === 'looping' ? anotherRound(state, task, now) : open(state, task, now);
}

/** Of a join with a condition. Where nothing is left to wait for, its answer is the last. */
function askJoin(state: View<ExecutionState>, task: View<Task>, now: Instant): readonly ExecutionEvent[] {
  const { id, join } = nth(state.plan.tasks, task.index);
  const { condition } = join as Extract<typeof join, { readonly kind: 'when' }>;
  const answer = compute(state, condition);
  if (answer.kind === 'failed') return unopened(state, task, answer.error);
  if (answer.value) return open(state, task, now);
  return [{ type: task.waiting === 0 ? 'task.skipped' : 'task.awaited', task: id }];
}

function open(state: View<ExecutionState>, task: View<Task>, now: Instant): readonly ExecutionEvent[] {
  const { id, definition } = nth(state.plan.tasks, task.index);
  if (task.skippedBy !== undefined) {
    return [{ type: 'task.skipped', task: id, dependency: nth(state.plan.tasks, task.skippedBy).id }];
  }
  if (definition.on !== undefined && task.event === undefined) return listen(state, task, now);
  if (definition.when !== undefined) {
    const condition = computeFor(state, task, definition.when);
    if (condition.kind === 'failed') return unopened(state, task, condition.error);
    if (!condition.value) return [{ type: 'task.skipped', task: id }];
  }
  const work = workOf(state, task);
  if (work.kind === 'failed') return unopened(state, task, work.error);
  return [{ type: 'task.opened', task: id, ...work.value }, ...remaining(state, task)];
}
