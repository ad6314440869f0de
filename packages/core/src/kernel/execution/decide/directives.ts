/** What an agent asks for with its answer. It is decided together with the answer: all of it happens, or the turn fails. */
import type { Directive } from '../../../ports/agent.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { labelOf } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';
import type { Outcome } from './compute.ts';
import { itemsAdded } from './growing.ts';

/** Events that go before the one of the answer: what is added to a task counts before its last item ends. */
export function directed(
  state: View<ExecutionState>,
  item: View<Item>,
  directives: readonly Directive[],
): Outcome<readonly ExecutionEvent[]> {
  const by = labelOf(state, item);
  const events: ExecutionEvent[] = [];
  const added = new Map<string, number>();
  for (const directive of directives) {
    if (directive.items.length === 0) continue;
    const before = added.get(directive.task) ?? 0;
    const event = itemsAdded(state, directive, by, before);
    if (event.kind === 'failed') return event;
    events.push(event.value);
    added.set(directive.task, before + directive.items.length);
  }
  return { kind: 'value', value: events };
}
