/** What happens between an item and the execution it waits for. */
import { assert } from '../../../errors.ts';
import type { Effect, View } from '../../law.ts';
import type { ChildCancelling, ChildEnded, ChildStarted } from '../events.ts';
import { childOf, entryOf, placeOf } from '../lookup.ts';
import type { ExecutionState, Item, ItemStatus } from '../state.ts';
import { itemOf } from './tasks.ts';

type Waiting = Extract<ItemStatus, { readonly kind: 'waiting' }>;

/** An item has begun to wait for one. */
export function childAwaited(state: ExecutionState, item: Item): void {
  const child = childOf(item);
  if (child === undefined) return;
  state.children.add(item);
  item.child = child.execution;
  askFor(state, item);
}

/** The world is asked for those that have not begun: what came of it in a pause was not listened to. O(children). */
export function askAgain(state: ExecutionState): void {
  for (const item of state.children) askFor(state, item);
}

function askFor(state: ExecutionState, item: Item): void {
  const effect = startOf(state, item);
  if (effect !== undefined) state.effects.push(effect);
}

/** What is owed for an item whose child has not begun. */
export function startOf(
  state: View<ExecutionState>,
  item: View<Item>,
): Extract<Effect, { readonly kind: 'start_child' }> | undefined {
  const child = childOf(item);
  if (child === undefined || child.workflowId !== undefined) return undefined;
  const { execution, workflow, version } = child;
  const { task } = placeOf(state, item);
  const { index, attempt } = item;
  const at = { task, item: index, ...entryOf(state, item), attempt };
  return { kind: 'start_child', ...at, execution, workflow, ...(version === undefined ? {} : { version }) };
}

export function childStarted(state: ExecutionState, event: ChildStarted): void {
  const item = itemOf(state, event);
  item.status = { ...waiting(item), workflowId: event.workflow.id };
}

export function childEnded(state: ExecutionState, event: ChildEnded): void {
  const item = itemOf(state, event);
  item.status = { ...waiting(item), isLetGo: true };
}

/** Its item does not wait any more, for whatever reason. */
export function childLeft(state: ExecutionState, item: Item, reason: string): void {
  if (!state.children.delete(item)) return;
  letGo(state, item, reason);
}

/** The execution ends: what has begun is told, and waited for; what has not never begins. O(children). */
export function letAllGo(state: ExecutionState, reason: string): void {
  for (const item of state.children) {
    if (childOf(item)?.workflowId === undefined) state.children.delete(item);
    else letGo(state, item, reason);
  }
}

function letGo(state: ExecutionState, item: Item, reason: string): void {
  const status = waiting(item);
  const child = childOf(item);
  if (status.isLetGo === true || child?.workflowId === undefined) return;
  const { execution, workflowId } = child;
  item.status = { ...status, isLetGo: true };
  state.orphans.push({ ...placeOf(state, item), execution, workflowId, reason });
}

export function childCancelling(state: ExecutionState, event: ChildCancelling): void {
  const orphan = state.orphans.head;
  assert(orphan?.execution === event.execution, 'children are let go in their order');
  state.orphans.remove(orphan);
}

function waiting({ status }: Item): Waiting {
  assert(status.kind === 'waiting', 'only what waits has a child');
  return status;
}
