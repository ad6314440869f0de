/** Variables that only some keys have are read nowhere else. */
import type { PlacedExpression } from '../expressions/draft.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';
import { sitesOf } from './sites.ts';

/** Where a variable is known. */
const KNOWN: Readonly<Record<string, string>> = {
  item: 'in the `input` and the `wait` of a task with `for_each`',
  index: 'in the `input` and the `wait` of a task with `for_each`',
};

export const checkLocals: Check = ({ tasks = [], outputs }) => {
  for (const task of tasks) {
    if (task === undefined) continue;
    // Whatever is wrong with `for_each`, it is there.
    const hasItems = 'for_each' in task;
    for (const { placed, use } of sitesOf(task)) if (!use.isOfItem || !hasItems) reportLocals(placed);
  }
  for (const placed of outputs?.placed ?? []) reportLocals(placed);
};

function reportLocals({ expression, at, offset }: PlacedExpression): void {
  for (const { name, start } of expression.locals) {
    const message = `${quote(name)} is known only ${KNOWN[name]}`;
    at.report('expression_unknown_name', message, { within: offset + start });
  }
}
