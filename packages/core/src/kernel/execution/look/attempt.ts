/** Whose answer counts: the attempt and assignment of an item that were handed out last. */
import type { View } from '../../law.ts';
import type { AtAssignment } from '../commands.ts';
import { entryOf, findItem } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';

/** The item an answer is for; undefined if it does not count any more. O(1). */
export function findAttempt(
  state: View<ExecutionState>,
  at: { readonly [Key in keyof AtAssignment]?: AtAssignment[Key] | undefined },
): View<Item> | undefined {
  const item = findItem(state, at);
  if (item?.status.kind !== 'assigned') return undefined;
  if ((entryOf(state, item).activation ?? 1) !== (at.activation ?? 1)) return undefined;
  return item.attempt === at.attempt && item.assignment === at.assignment ? item : undefined;
}
