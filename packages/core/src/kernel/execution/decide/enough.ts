/** Whether enough items of a task are completed once another one is: by its agent, or by hand. */
import { nth } from '../../../nth.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { planTask } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';

/** What follows where this is the last item that is wanted, and others are open. `before` happens with its completion. */
export function enoughWith(
  state: View<ExecutionState>,
  item: View<Item>,
  before: readonly ExecutionEvent[] = [],
): readonly ExecutionEvent[] {
  const { id, definition } = planTask(state, item);
  if (definition.enough === undefined) return [];
  const { done = 0, openItems } = nth(state.tasks, item.task);
  const completed = done + 1;
  if (completed < definition.enough) return [];
  // Its answer may have added some.
  if (openItems === 1 && !before.some((event) => event.type === 'task.items_added' && event.task === id))
    return [];
  return [{ type: 'task.enough', task: id, completed }];
}
