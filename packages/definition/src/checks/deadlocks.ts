/** No task waits for what never happens. What follows from what is core's law; circles have a check of their own. */
import { findDeadlocks, type Wait } from '@cantata/core';
import { EvaluationFailed } from '../expressions/cel/evaluate.ts';
import { definesEnds, taskOf } from '../language/dependency.ts';
import type { TaskDraft } from '../language/tasks.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';
import { dependenciesOf, gatesByData } from './gates.ts';
import { indexOfTasks } from './index-of-tasks.ts';

export const checkDeadlocks: Check = ({ tasks = [], coordination }, root) => {
  const impossible = tasks.map((task) => task !== undefined && neverHolds(task));
  // Nothing else can keep a task waiting for ever: joins that want too much have a check of their own.
  if (!impossible.includes(true)) return;
  const indexOf = indexOfTasks(tasks);
  const byData = gatesByData(coordination);
  const waits = tasks.map((task, index): Wait => {
    const named = task === undefined ? [] : mustRun(task, byData);
    const inputs = [...new Set(named.map((id) => indexOf.get(id ?? '')))].filter(
      (input) => input !== undefined,
    );
    // By number: two tasks of the same id are a problem that is reported elsewhere.
    return {
      id: `${index}`,
      inputs,
      join: joinOf(task, inputs.length),
      isImpossible: impossible[index] === true,
      locks: [],
    };
  });
  const idOf = (index: number): string => tasks[index]?.id ?? '';
  for (const deadlock of findDeadlocks(waits)) {
    if (deadlock.kind !== 'unreachable') continue;
    const [task, input, cause] = [Number(deadlock.task), Number(deadlock.input), Number(deadlock.cause)];
    const via = input === cause ? '' : `, by way of ${quote(idOf(input))},`;
    const message = `${quote(idOf(task))} never runs: it waits${via} for ${quote(idOf(cause))}, whose \`when\` is always false`;
    const entry = tasks[task]?.depends_on?.findIndex((one) => taskOf(one) === idOf(input)) ?? -1;
    const place = entry === -1 ? (['id'] as const) : (['depends_on', entry] as const);
    root.down('tasks', task, ...place).report('task_unreachable', message);
  }
};

/** Ids of the tasks that must run so that it can. Those whose being skipped meets it are met whatever happens. */
function mustRun(task: TaskDraft, byData: boolean): readonly (string | undefined)[] {
  const ends = definesEnds(task.depends_on ?? []) ?? {};
  return dependenciesOf(task, byData).filter((id) => {
    const end = ends[id ?? ''];
    return id !== task.id && end !== 'skipped' && end !== 'any';
  });
}

/** With a join that may fire without them, one dependency that can never be met keeps nobody waiting. */
function joinOf(task: TaskDraft | undefined, inputs: number): Wait['join'] {
  const join = task?.join;
  if (task === undefined || join === undefined || join.kind === 'all') return { kind: 'all' };
  const met = (task.depends_on ?? []).length - inputs;
  const wanted = join.kind === 'at_least' ? join.count : 1;
  return { kind: 'at_least', count: Math.max(0, wanted - met) };
}

/** Whether its condition is false whatever the values. One that has no value is a problem of its own. */
function neverHolds({ when }: TaskDraft): boolean {
  if (when?.placed.expression.isConstant !== true) return false;
  try {
    return when.placed.expression.evaluate({ input: null, tasks: {} }) === false;
  } catch (error) {
    if (error instanceof EvaluationFailed) return false;
    throw error;
  }
}
