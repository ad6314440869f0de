/** What begins when a task is ready that needs no seat. */
import { assert } from '../../../errors.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { planTask } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';
import { beginChild } from './child.ts';
import { teamStarts } from './team.ts';
import { terminate } from './terminate.ts';
import { beginWait, waitFor } from './waiting.ts';

export function begin(
  state: View<ExecutionState>,
  item: View<Item>,
  now: Instant,
): readonly ExecutionEvent[] {
  const { definition } = planTask(state, item);
  if (item.spawned?.turn?.team === true) return [teamStarts(state, item)];
  if (item.spawned !== undefined) return beginWait(state, item, waitFor(state, item), now);
  if (definition.kind === 'terminate') return terminate(state, item, definition.terminate);
  if (definition.kind === 'workflow') return beginChild(state, item, definition, now);
  if (definition.kind === 'team') return [teamStarts(state, item)];
  assert(definition.kind === 'wait', `${definition.id} needs a seat`);
  return beginWait(state, item, definition.wait, now);
}
