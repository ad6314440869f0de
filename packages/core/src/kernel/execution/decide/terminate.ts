/** What a task that ends the execution ends it with. */
import type { Terminate } from '../../../plan/definition.ts';
import type { View } from '../../law.ts';
import type { AtAttempt, ExecutionEvent } from '../events.ts';
import { placeOf } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';
import { compute } from './compute.ts';
import { failsForGood } from './failure.ts';

export function terminate(
  state: View<ExecutionState>,
  item: View<Item>,
  { as, output: outputTemplate, reason: reasonTemplate }: View<Terminate>,
): readonly ExecutionEvent[] {
  const place = placeOf(state, item);
  const at: AtAttempt = { ...place, attempt: item.attempt + 1 };
  const output = outputTemplate === undefined ? undefined : compute(state, outputTemplate);
  if (output?.kind === 'failed') return failsForGood(state, at, output.error);
  const reason = reasonTemplate === undefined ? undefined : compute(state, reasonTemplate);
  if (reason?.kind === 'failed') return failsForGood(state, at, reason.error);
  const told = reason === undefined ? `${place.task} ended it` : wordsOf(reason.value);
  const result = output === undefined ? {} : { output: output.value };
  return [{ type: 'workflow.terminating', ...place, as, ...result, reason: told }];
}

function wordsOf(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_REASON);
}

/** It stands in the row of the execution. */
const MAX_REASON = 1_000;
