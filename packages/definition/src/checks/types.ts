/** Expressions fit the schemas of what they read, and conditions are true or false, and not always the same. */
import { EvaluationFailed } from '../expressions/cel/evaluate.ts';
import { typeWords } from '../expressions/cel/type-words.ts';
import { type OutputSchema, Typing } from '../expressions/cel/typing.ts';
import { type PlacedExpression, reportIssue } from '../expressions/draft.ts';
import type { TemplateDraft } from '../expressions/template.ts';
import type { TaskDraft } from '../language/tasks.ts';
import { isBroken } from '../shape/object.ts';
import { isList } from '../shape/reader.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';

type OutputOf = (task: string) => OutputSchema | undefined;

export const checkTypes: Check = ({ tasks = [], inputs, outputs }) => {
  const typing = new Typing(inputs?.source);
  const byId = new Map(tasks.map((task) => [task?.id, task]));
  const outputOf: OutputOf = (id) => schemaOf(byId.get(id));
  for (const task of tasks) {
    for (const placed of task?.wait?.until?.placed ?? []) checkOne(placed, typing, outputOf);
    for (const placed of task?.input?.placed ?? []) checkOne(placed, typing, outputOf);
    if (task?.for_each !== undefined) checkList(task.for_each, typing, outputOf);
    const condition = task?.when?.placed;
    if (condition !== undefined) checkCondition(condition, typing, outputOf, task?.id ?? '');
    for (const asked of asksOf(task)) isTruth(asked, typing, outputOf);
  }
  // A task that was skipped gave null, which may be compared with whatever its schema says: no typo is right for it.
  for (const placed of outputs?.placed ?? []) checkOne(placed, typing, outputOf);
};

/** Conditions beside `when`. */
function asksOf(task: TaskDraft | undefined): readonly PlacedExpression[] {
  const { join, loop } = task ?? {};
  const asked = [join?.kind === 'when' ? join.condition : undefined, loop?.while, loop?.until];
  return asked.flatMap((condition) => (condition === undefined ? [] : [condition.placed]));
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

/** Of a list that is written out any entry may be an expression; else the one expression gives the list. */
function checkList({ source, placed }: TemplateDraft, typing: Typing, outputOf: OutputOf): void {
  for (const one of placed) {
    const type = checkOne(one, typing, outputOf);
    if (isList(source) || type === undefined || type === 'dyn' || type.startsWith('list')) continue;
    const message = `${one.at.label} should be a list, but is ${typeWords(type)}`;
    one.at.report('expression_type_wrong', message, { within: one.offset });
  }
}

function checkCondition(placed: PlacedExpression, typing: Typing, outputOf: OutputOf, task: string): void {
  if (isTruth(placed, typing, outputOf) && placed.expression.isConstant) reportConstant(placed, task);
}

/** Whether it may be true or false; where not, it is reported. */
function isTruth(placed: PlacedExpression, typing: Typing, outputOf: OutputOf): boolean {
  const { at, offset } = placed;
  const type = checkOne(placed, typing, outputOf);
  if (type === undefined) return false;
  if (type === 'bool' || type === 'dyn') return true;
  const message = `${at.label} should be true or false, but is ${typeWords(type)}`;
  at.report('expression_type_wrong', message, { within: offset, hint: 'compare it with something' });
  return false;
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
