/** Variables that only some keys have are read nowhere else. */
import type { PlacedExpression } from '../expressions/draft.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';
import { sitesOf, type Use } from './sites.ts';

const WHERE = 'in the `input`, the `wait` and the resources of a task with `for_each`';

/** Where a variable is known. */
const KNOWN: Readonly<Record<string, string>> = {
  item: WHERE,
  index: WHERE,
  event: 'in the `when` of a `wait` for a signal, and in `when` and `input` of a task with `on`',
  step: 'in the `input` of `compensate`',
};

export const checkLocals: Check = ({ tasks = [], outputs }) => {
  for (const task of tasks) {
    if (task === undefined) continue;
    // Whatever is wrong with `for_each`, it is there.
    const ofItems = 'for_each' in task ? ITEMS : [];
    for (const { placed, use } of sitesOf(task)) reportLocals(placed, knownTo(use, ofItems));
  }
  for (const placed of outputs?.placed ?? []) reportLocals(placed);
};

const ITEMS: readonly string[] = ['item', 'index'];

function knownTo(use: Use, ofItems: readonly string[]): readonly string[] {
  if (use.isOfStep) return ['step'];
  return [...(use.isOfItem ? ofItems : []), ...(use.isOfEvent ? ['event'] : [])];
}

function reportLocals({ expression, at, offset }: PlacedExpression, known: readonly string[] = []): void {
  for (const { name, start } of expression.locals) {
    if (known.includes(name)) continue;
    const message = `${quote(name)} is known only ${KNOWN[name]}`;
    at.report('expression_unknown_name', message, { within: offset + start });
  }
}
