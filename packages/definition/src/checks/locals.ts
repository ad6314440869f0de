/** Variables that only some keys have are read nowhere else. */
import type { PlacedExpression } from '../expressions/draft.ts';
import type { TaskDraft } from '../language/tasks.ts';
import type { WorkflowDraft } from '../language/workflow.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';

/** Where a variable is known. */
const KNOWN: Readonly<Record<string, string>> = {
  item: 'in the `input` and the `wait` of a task with `for_each`',
  index: 'in the `input` and the `wait` of a task with `for_each`',
};

export const checkLocals: Check = (draft) => {
  for (const task of draft.tasks ?? []) {
    if (task === undefined) continue;
    for (const placed of placedIn(task)) reportLocals(placed);
    // Whatever is wrong with `for_each`, it is there.
    if (!('for_each' in task)) for (const placed of placedInItems(task)) reportLocals(placed);
  }
  for (const placed of placedAtTop(draft)) reportLocals(placed);
};

function placedIn({ when, for_each: each, join }: TaskDraft): readonly PlacedExpression[] {
  return [
    ...(when === undefined ? [] : [when.placed]),
    ...(each?.placed ?? []),
    ...(join?.kind === 'when' ? [join.condition.placed] : []),
  ];
}

/** What is worked out for each item. */
function placedInItems({ input, wait }: TaskDraft): readonly PlacedExpression[] {
  return [...(input?.placed ?? []), ...(wait?.until?.placed ?? [])];
}

function placedAtTop({ outputs }: WorkflowDraft): readonly PlacedExpression[] {
  return outputs?.placed ?? [];
}

function reportLocals({ expression, at, offset }: PlacedExpression): void {
  for (const { name, start } of expression.locals) {
    const message = `${quote(name)} is known only ${KNOWN[name]}`;
    at.report('expression_unknown_name', message, { within: offset + start });
  }
}
