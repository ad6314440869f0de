/** Whether what a task gives is what the document says it must look like. */
import type { Json } from '../../../json.ts';
import { mismatchWords } from '../../../plan/expression.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { View } from '../../law.ts';
import { planTask } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';

/** An output that does not fit counts as a failure, which the policy may try again. */
export function misfit(state: View<ExecutionState>, item: View<Item>, output: Json): TaskError | undefined {
  const schema = planTask(state, item).definition.output;
  if (schema === undefined || item.undoes !== undefined || item.spawned !== undefined) return undefined;
  const mismatches = schema.check(output);
  if (mismatches.length === 0) return undefined;
  return {
    code: 'output_invalid',
    message: `the output does not fit its schema: ${mismatchWords(mismatches)}`,
  };
}
