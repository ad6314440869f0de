/** What tasks wait for: what `depends_on` lists and, where the relation `data` gates, the outputs they read. */
import type { PlacedExpression } from '../expressions/draft.ts';
import type { CoordinationDraft } from '../language/coordination.ts';
import type { TaskDraft } from '../language/tasks.ts';

/** A place where a task reads the output of another. */
export interface Read {
  readonly task: string;
  readonly placed: PlacedExpression;
  /** Where `tasks.x` stands in the text of the value. */
  readonly within: number;
}

export function gatesByData(coordination: CoordinationDraft | undefined): boolean {
  return coordination?.graph_based?.includes('data') === true;
}

/** In the order of the keys and of the texts. */
export function readsOf({ when, input }: TaskDraft): readonly Read[] {
  return [...(when === undefined ? [] : [when.placed]), ...(input?.placed ?? [])].flatMap(readsIn);
}

export function readsIn(placed: PlacedExpression): readonly Read[] {
  const { expression, offset } = placed;
  return expression.mentions.map(({ task, start }) => ({ task, placed, within: offset + start }));
}

/** Ids of the tasks that must complete first; unique. */
export function dependenciesOf(task: TaskDraft, byData: boolean): readonly (string | undefined)[] {
  const listed = task.depends_on ?? [];
  return byData ? [...new Set([...listed, ...readsOf(task).map((read) => read.task)])] : listed;
}
