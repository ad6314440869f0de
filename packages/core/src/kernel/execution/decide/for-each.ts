/** `for_each`: which items a task has, and what each of them works on. Called by `decide` alone (L2). */
import type { Json } from '../../../json.ts';
import { JsonMeter } from '../../../json.ts';
import type { TaskDefinition } from '../../../plan/definition.ts';
import { MAX_ITEMS_PER_TASK } from '../../../plan/definition.ts';
import type { View } from '../../law.ts';
import type { ExecutionState } from '../state.ts';
import { compute, computeIn, type Outcome, refused, scopeOf } from './compute.ts';

/** What the inputs of all items of a task may become together. */
const INPUTS_LIMITS = { maxBytes: 8 * 1_048_576, maxDepth: 64 } as const;

/** The inputs of its items: what `input` gives for each element of the list; without it, the element. */
export function itemInputs(
  state: View<ExecutionState>,
  { id, forEach, input }: View<TaskDefinition> & Required<Pick<View<TaskDefinition>, 'forEach'>>,
): Outcome<readonly Json[]> {
  const list = compute(state, forEach);
  if (list.kind === 'failed') return list;
  const elements = list.value;
  if (!Array.isArray(elements)) return refused(`\`for_each\` of task \`${id}\` should give a list`);
  if (elements.length > MAX_ITEMS_PER_TASK) {
    return refused(
      `\`for_each\` of task \`${id}\` gives ${elements.length} items, and ${MAX_ITEMS_PER_TASK} are allowed`,
    );
  }
  return inputsOf(state, input, elements, 0);
}

/**
 * What items work on whose elements are known, the first of which has the place `from`. O(elements * what the template
 * reads); it ends with the first element for which it has no value.
 */
export function inputsOf(
  state: View<ExecutionState>,
  input: View<TaskDefinition>['input'],
  elements: readonly Json[],
  from: number,
): Outcome<readonly Json[]> {
  if (input === undefined) return { kind: 'value', value: elements };
  const scope = scopeOf(state, input.reads);
  const meter = new JsonMeter(INPUTS_LIMITS);
  const inputs: Json[] = [];
  for (const [n, item] of elements.entries()) {
    const one = computeIn(state, input, { ...scope, item, index: from + n }, meter);
    if (one.kind === 'failed') return one;
    inputs.push(one.value);
  }
  return { kind: 'value', value: inputs };
}
