/** What tasks wait for: what `depends_on` lists and, where the relation `data` gates, the outputs they read. */
import type { PlacedExpression } from '../expressions/draft.ts';
import type { CoordinationDraft } from '../language/coordination.ts';
import { taskOf } from '../language/dependency.ts';
import type { TaskDraft } from '../language/tasks.ts';

/** A place where a task reads something of another. */
export interface Read {
  readonly task: string;
  readonly member: 'output' | 'status';
  readonly placed: PlacedExpression;
  /** Where `tasks.x` stands in the text of the value. */
  readonly within: number;
}

export function gatesByData(coordination: CoordinationDraft | undefined): boolean {
  return coordination?.graph_based?.includes('data') === true;
}

/** In the order of the keys and of the texts. */
export function readsOf({ when, for_each: each, input, wait }: TaskDraft): readonly Read[] {
  return [
    ...(when === undefined ? [] : [when.placed]),
    ...(each?.placed ?? []),
    ...(input?.placed ?? []),
    ...(wait?.until?.placed ?? []),
  ].flatMap(readsIn);
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

/** What its join and its loop ask for: that need not have ended by then. */
export function readsAtAnyTime({ join, loop }: TaskDraft): readonly Read[] {
  const asked = [join?.kind === 'when' ? join.condition : undefined, loop?.while, loop?.until];
  return asked.flatMap((condition) => (condition === undefined ? [] : readsIn(condition.placed)));
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
  return readsOf(task).filter((read) => read.member === 'output' && !isOwn(read, task));
}
