/** What a task is: done by an agent, unless the document says otherwise. */
import type { TaskDraft } from './tasks.ts';

/** In the order of `kind`. */
export const KINDS = ['agent', 'team', 'wait', 'workflow', 'terminate'] as const;
export type Kind = (typeof KINDS)[number];

/** The key that says what a kind of task does; with it, `kind` may be left out. */
export const KEY_OF = {
  team: 'pattern',
  wait: 'wait',
  workflow: 'workflow',
  terminate: 'terminate',
} as const;

/** Whether nobody works on it. */
export function isSeatless(task: TaskDraft): boolean {
  const kind = kindOf(task);
  return kind !== undefined && kind !== 'agent' && kind !== 'team';
}

/** Undefined where it was written and could not be read. */
export function kindOf(task: TaskDraft): Kind | undefined {
  if ('kind' in task) return task.kind;
  if ('pattern' in task) return 'team';
  if ('wait' in task) return 'wait';
  if ('workflow' in task) return 'workflow';
  return 'terminate' in task ? 'terminate' : 'agent';
}
