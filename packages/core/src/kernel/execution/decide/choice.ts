/** Deferred choice: of the tasks that share one, the first whose event comes goes on. */
import { nth } from '../../../nth.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { type ExecutionState, isSettled } from '../state.ts';

/** What follows for the others when the event of a task has come. O(tasks of the choice). */
export function chosen(state: View<ExecutionState>, index: number): readonly ExecutionEvent[] {
  const { id, definition } = nth(state.plan.tasks, index);
  const { choice } = definition;
  if (choice === undefined) return [];
  const others = (state.plan.choices.get(choice) as readonly number[]).filter(
    (other) => other !== index && !isSettled(nth(state.tasks, other)),
  );
  if (others.length === 0) return [];
  const tasks = others.map((other) => nth(state.plan.tasks, other).id);
  return [{ type: 'task.cancelling', tasks, by: id, reason: `${id} came first in the choice ${choice}` }];
}
