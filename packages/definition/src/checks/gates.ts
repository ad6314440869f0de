/** What tasks wait for: what `depends_on` lists and, where the relation `data` gates, the outputs they read. */
import type { Mention } from '../expressions/cel/names.ts';
import type { PlacedExpression } from '../expressions/draft.ts';
import type { CoordinationDraft } from '../language/coordination.ts';
import { taskOf } from '../language/dependency.ts';
import type { TaskDraft } from '../language/tasks.ts';
import { sitesOf, type Use } from './sites.ts';

/** A place where a task reads something of another. */
export interface Read {
  readonly task: string;
  readonly member: Mention['member'];
  readonly placed: PlacedExpression;
  /** Where `tasks.x` stands in the text of the value. */
  readonly within: number;
}

export function gatesByData(coordination: CoordinationDraft | undefined): boolean {
  return coordination?.graph_based?.includes('data') === true;
}

/** What a task reads, of what need not have ended by then if `at_any_time`. */
export function readsOf(task: TaskDraft, when: Use['when']): readonly Read[] {
  const reads: Read[] = [];
  for (const { placed, use } of sitesOf(task)) if (use.when === when) reads.push(...readsIn(placed));
  return reads;
}

export function readsIn(placed: PlacedExpression): readonly Read[] {
  const { expression, offset } = placed;
  return expression.mentions.map(({ task, member, start }) => ({
    task,
    member,
    placed,
    within: offset + start,
  }));
}

/** A loop reads what its task gave in the round before, null in the first. */
export function isOwn(read: Read, { id, loop }: TaskDraft): boolean {
  return read.task === id && loop !== undefined;
}

/** Ids of the tasks that must complete first; unique. */
export function dependenciesOf(task: TaskDraft, byData: boolean): readonly (string | undefined)[] {
  const listed = (task.depends_on ?? []).map(taskOf);
  return byData ? [...new Set([...listed, ...outputsReadBy(task).map((read) => read.task)])] : listed;
}

/** The status of a task can be read at any time, its output when it is there. */
export function outputsReadBy(task: TaskDraft): readonly Read[] {
  return readsOf(task, 'after_dependencies').filter((read) => read.member !== 'status' && !isOwn(read, task));
}
