/**
 * What came of a part of a turn that must not be done twice: a later attempt of the same turn gets it, and does not do it
 * again. It counts whoever says it first, a later assignment or one that was given up: what was done was done.
 */
import { nth } from '../../../nth.ts';
import { accept, type Decision, NO_EVENTS, reject, type View } from '../../law.ts';
import type { KeepResult } from '../commands.ts';
import type { ExecutionEvent } from '../events.ts';
import { findItem, labelOf } from '../lookup.ts';
import { type ExecutionState, isOver } from '../state.ts';

/** Of one turn. */
export const MAX_KEPT = 100;
const MAX_KEY = 200;

export function keepResult(
  state: View<ExecutionState>,
  { type: _, assignment: __, key, value, ...at }: KeepResult,
): Decision<ExecutionEvent> {
  const item = findItem(state, at);
  const isOfEntry = item !== undefined && (at.activation ?? 1) === nth(state.tasks, item.task).activation;
  if (!isOfEntry || isOver(item.status))
    return reject('stale_result', `the turn to which ${JSON.stringify(key).slice(0, 100)} belongs is over`);
  if (item.kept?.has(key) === true) return NO_EVENTS;
  if (key === '' || key.length > MAX_KEY)
    return reject('input_invalid', `the key of a result must be text of 1 to ${MAX_KEY} characters`);
  if ((item.kept?.size ?? 0) >= MAX_KEPT)
    return reject('queue_full', `${labelOf(state, item)} keeps ${MAX_KEPT} results already`);
  return accept([{ type: 'agent.result_kept', ...at, key, value }]);
}
