/** What was spawned waits for what was spawned before it. */
import { assert } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import { makeReady } from '../seating.ts';
import { type ExecutionState, type Item, isHeldBackBy, type Spawned, type Task } from '../state.ts';

/**
 * What becomes of an item is known: those that wait for it have one less to wait for, or never come. Gives the latter,
 * which have ended. O(those that wait for it).
 */
export function unblock(state: ExecutionState, task: Task, item: Item, at: Instant): readonly Item[] {
  const given: Item[] = [];
  for (const place of spawnedOf(item).dependents) {
    const other = nth(task.items, place);
    if (other.status.kind !== 'blocked') continue;
    const spec = spawnedOf(other);
    // A turn does without the summary that it was to be shown.
    if (isHeldBackBy(spec, item)) {
      other.status = { kind: 'cancelled', at, confirmed: true };
      given.push(other);
      continue;
    }
    spec.waiting -= 1;
    if (spec.waiting === 0) makeReady(state, other, at);
  }
  return given;
}

/** A task that had failed is open again: what was completed while it ended is waited for no more. O(items). */
export function unblockAgain(state: ExecutionState, task: Task, at: Instant): void {
  for (const item of task.items) {
    if (item.status.kind !== 'blocked') continue;
    const spec = spawnedOf(item);
    const open = spec.dependsOn.filter((place) => isHeldBackBy(spec, nth(task.items, place)));
    spec.waiting = open.length;
    if (spec.waiting === 0) makeReady(state, item, at);
  }
}

export function spawnedOf({ spawned: spec }: Item): Spawned {
  assert(spec !== undefined, 'only what was spawned waits for what was spawned');
  return spec;
}
