/** Expressions read the outputs of tasks that exist, and only of those that have completed by then. */
import { didYouMean } from '../hint.ts';
import { taskOf } from '../language/dependency.ts';
import type { TasksDraft } from '../language/tasks.ts';
import type { WorkflowDraft } from '../language/workflow.ts';
import { isBroken } from '../shape/object.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';
import { gatesByData, isOwn, type Read, readsIn, readsOf } from './gates.ts';
import { indexOfTasks } from './index-of-tasks.ts';
import { type Question, upstream } from './upstream.ts';

export const checkReads: Check = (draft) => {
  const { tasks = [], outputs } = draft;
  const indexOf = indexOfTasks(tasks);
  // A task without a readable id may be the one that is meant.
  const complete = tasks.every((task) => task?.id !== undefined);
  const questions: (Question & { readonly read: Read })[] = [];
  for (const [index, task] of tasks.entries()) {
    if (task === undefined) continue;
    for (const read of readsOf(task, 'after_dependencies')) {
      const target = indexOf.get(read.task);
      if (isOwn(read, task)) continue;
      if (read.task === task.id) reportItself(read);
      else if (target === undefined) {
        if (complete) reportUnknown(task.id, read, indexOf.keys());
      } else if (read.member !== 'status') questions.push({ task: index, target, read });
    }
    for (const read of readsOf(task, 'in_the_end'))
      if (complete && !indexOf.has(read.task)) reportUnknown(task.id, read, indexOf.keys());
    for (const read of readsOf(task, 'at_any_time')) {
      if (isOwn(read, task)) continue;
      if (read.task === task.id) reportItself(read);
      else if (complete && !indexOf.has(read.task)) reportUnknown(task.id, read, indexOf.keys());
    }
  }
  for (const read of outputs?.placed.flatMap(readsIn) ?? []) {
    if (complete && !indexOf.has(read.task)) reportUnknown(undefined, read, indexOf.keys());
  }
  if (gatesByData(draft.coordination) || !isCertain(tasks, indexOf)) return;
  const edges = tasks.map((task) =>
    Uint32Array.from(
      (task?.depends_on ?? []).map((one) => indexOf.get(taskOf(one) ?? '') ?? -1).filter((i) => i >= 0),
    ),
  );
  reportLate(draft, questions, upstream(edges, questions));
};

/** Whether all that tasks depend on is known: what is missing may lead to what is read. */
function isCertain(tasks: TasksDraft, known: ReadonlyMap<string, number>): boolean {
  return tasks.every(
    (task) =>
      task !== undefined &&
      !isBroken(task, 'depends_on') &&
      (task.depends_on ?? []).every((one) => known.has(taskOf(one) ?? '')),
  );
}

function reportItself({ task, member, placed, within }: Read): void {
  placed.at.report('dependency_on_itself', `${quote(task)} reads its own ${member}`, {
    within,
    hint: 'it has none before it has run; read the output of another task, or `input`',
  });
}

function reportUnknown(id: string | undefined, read: Read, known: Iterable<string>): void {
  const who = id === undefined ? read.placed.at.label : quote(id);
  const message = `${who} reads the ${read.member} of ${quote(read.task)}, which is no task`;
  read.placed.at.report('task_unknown', message, {
    within: read.within,
    hint: didYouMean(read.task, [...known]),
  });
}

function reportLate(
  { tasks = [], coordination }: WorkflowDraft,
  questions: readonly (Question & { readonly read: Read })[],
  isUpstream: readonly boolean[],
): void {
  const reported = new Set<string>();
  for (const [index, { task, target, read }] of questions.entries()) {
    const pair = `${task} ${target}`;
    if (isUpstream[index] === true || reported.has(pair)) continue;
    reported.add(pair);
    const id = tasks[task]?.id ?? '';
    const message = `${quote(id)} reads the output of ${quote(read.task)}, which need not have completed before it`;
    const hint =
      coordination?.type === 'event_driven'
        ? `use \`type: hybrid\`, and add ${quote(read.task)} to \`depends_on\``
        : `add ${quote(read.task)} to \`depends_on\`, or \`data\` to \`graph_based\` of \`coordination\``;
    read.placed.at.report('task_not_upstream', message, { within: read.within, hint });
  }
}
