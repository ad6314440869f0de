/** Whether a loop has another round, and on what. */
import { nth } from '../../../nth.ts';
import type { Loop } from '../../../plan/definition.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import type { ExecutionState, Task } from '../state.ts';
import { meterRound } from './budget.ts';
import { compute, type Outcome } from './compute.ts';
import { unopened } from './failure.ts';
import { workOf } from './work.ts';

export function anotherRound(
  state: View<ExecutionState>,
  task: View<Task>,
  now: Instant,
): readonly ExecutionEvent[] {
  const { id, definition } = nth(state.plan.tasks, task.index);
  const loop = definition.loop as View<Loop>;
  const wanted = wantsMore(state, loop);
  if (wanted.kind === 'failed') return unopened(state, task, wanted.error);
  if (!wanted.value) return [{ type: 'task.loop_ended', task: id, reason: 'condition' }];
  if (roundOf(task) >= loop.maxIterations) return atLimit(state, task, loop);
  const spent = meterRound(state, task, now);
  if (spent !== undefined) return spent;
  const work = workOf(state, task);
  if (work.kind === 'failed') return unopened(state, task, work.error);
  return [{ type: 'task.repeated', task: id, activation: task.activation + 1, ...work.value }];
}

function wantsMore(state: View<ExecutionState>, loop: View<Loop>): Outcome<boolean> {
  const goesOn = loop.while === undefined ? undefined : compute(state, loop.while);
  if (goesOn !== undefined && (goesOn.kind === 'failed' || !goesOn.value)) return goesOn;
  if (loop.until === undefined) return { kind: 'value', value: true };
  const isDone = compute(state, loop.until);
  return isDone.kind === 'failed' ? isDone : { kind: 'value', value: !isDone.value };
}

/** A loop that only counts has come to its end; one that still wants more has been stopped. */
function atLimit(state: View<ExecutionState>, task: View<Task>, loop: View<Loop>): readonly ExecutionEvent[] {
  const { id } = nth(state.plan.tasks, task.index);
  const isCounted = loop.while === undefined && loop.until === undefined;
  if (isCounted || loop.onLimit === 'complete')
    return [{ type: 'task.loop_ended', task: id, reason: isCounted ? 'condition' : 'max_iterations' }];
  const message = `after ${loop.maxIterations} rounds its condition still asks for another`;
  return unopened(state, task, { code: 'loop_exhausted', message, retry: 'never' });
}

/** From 1. Whoever came back by `goto` begins to count anew. */
function roundOf({ activation, loopedFrom = 1 }: View<Task>): number {
  return activation - loopedFrom + 1;
}
