/** Expressions fit the schemas of what they read, and conditions are true or false, and not always the same. */
import { EvaluationFailed } from '../expressions/cel/evaluate.ts';
import { typeWords } from '../expressions/cel/type-words.ts';
import { type OutputSchema, Typing } from '../expressions/cel/typing.ts';
import { type PlacedExpression, reportIssue } from '../expressions/draft.ts';
import type { TaskDraft } from '../language/tasks.ts';
import { isBroken } from '../shape/object.ts';
import { isList } from '../shape/reader.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';
import { type Site, sitesOf } from './sites.ts';

type OutputOf = (task: string) => OutputSchema | undefined;

export const checkTypes: Check = ({ tasks = [], inputs, outputs }) => {
  const typing = new Typing(inputs?.source);
  const byId = new Map(tasks.map((task) => [task?.id, task]));
  const outputOf: OutputOf = (id) => schemaOf(byId.get(id));
  for (const task of tasks) {
    if (task === undefined) continue;
    for (const site of sitesOf(task)) checkSite(site, task, typing, outputOf);
    if (task.when !== undefined) checkConstant(task.when.placed, typing, outputOf, task.id ?? '');
  }
  // A task that was skipped gave null, which may be compared with whatever its schema says: no typo is right for it.
  for (const placed of outputs?.placed ?? []) checkOne(placed, typing, outputOf);
};

function checkSite({ placed, use }: Site, task: TaskDraft, typing: Typing, outputOf: OutputOf): void {
  const type = checkOne(placed, typing, outputOf);
  if (type === undefined || type === 'dyn') return;
  const { at, offset } = placed;
  const message = (what: string): string => `${at.label} should be ${what}, but is ${typeWords(type)}`;
  if (use.gives === 'truth' && type !== 'bool') {
    at.report('expression_type_wrong', message('true or false'), {
      within: offset,
      hint: 'compare it with something',
    });
  }
  // Of a list that is written out any entry may be an expression; else the one expression gives the list.
  if (use.gives === 'list' && !isList(task.for_each?.source ?? null) && !type.startsWith('list'))
    at.report('expression_type_wrong', message('a list'), { within: offset });
}

function schemaOf(task: TaskDraft | undefined): OutputSchema | undefined {
  // A task that is read without being certain whether it is parallel says nothing.
  if (task?.output === undefined || isBroken(task, 'parallel')) return undefined;
  return { schema: task.output.source, many: task.parallel === true || 'for_each' in task };
}

/** The type of the value; undefined if something is wrong with it, which is reported. */
function checkOne(placed: PlacedExpression, typing: Typing, outputOf: OutputOf): string | undefined {
  const checked = typing.check(placed.expression, outputOf) ?? placed.expression.checked;
  return checked.kind === 'typed' ? checked.type : reportIssue(checked.issue, placed);
}

function checkConstant(placed: PlacedExpression, typing: Typing, outputOf: OutputOf, task: string): void {
  const { expression } = placed;
  if (!expression.isConstant) return;
  const checked = typing.check(expression, outputOf) ?? expression.checked;
  const isTruth = checked.kind === 'typed' && (checked.type === 'bool' || checked.type === 'dyn');
  if (isTruth) reportConstant(placed, task);
}

function reportConstant({ expression, at, offset }: PlacedExpression, task: string): void {
  try {
    const value = expression.evaluate({ input: null, tasks: {} });
    const [what, hint] =
      value === true
        ? [`is always true: ${quote(task)} runs as if it were not there`, 'remove it']
        : [`is always false: ${quote(task)} never runs`, 'remove the task, or compare with `input`'];
    at.report('condition_constant', `${at.label} ${what}`, { within: offset, hint });
  } catch (error) {
    if (!(error instanceof EvaluationFailed)) throw error;
    at.report('expression_type_wrong', `${at.label} never has a value: ${error.message}`, { within: offset });
  }
}
