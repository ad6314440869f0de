/** The workflows that a workflow starts. Whether they are there only the caller knows. */
import type { Definition, WorkflowTask } from '@cantata/core';
import { positionOf } from './position.ts';
import type { Problem } from './problem.ts';

/** A task that is an execution of another workflow. */
export interface Wanted {
  readonly name: string;
  readonly version: string | undefined;
  /** The number of the task in its document. */
  readonly task: number;
}

/** Each of them once. A workflow that starts itself is there when it runs. */
export function wantedBy(definition: Definition): readonly Wanted[] {
  const seen = new Set<string>();
  return definition.tasks.flatMap((task, n) => {
    if (task.kind !== 'workflow') return [];
    const { workflow: name, version }: WorkflowTask = task;
    const key = JSON.stringify([name, version]);
    if (name === definition.name || seen.has(key)) return [];
    seen.add(key);
    return [{ name, version, task: n }];
  });
}

/** One that is not there. `where` says where it was looked for: `beside this one`. Reads the text again: O(length). */
export function workflowMissing(
  text: string,
  { name, version, task }: Wanted,
  { where, hint }: { readonly where: string; readonly hint: string },
): Problem {
  const which = version === undefined ? '' : ` in version ${version}`;
  return {
    code: 'workflow_missing',
    severity: 'error',
    message: `there is no workflow \`${name}\`${which} ${where}`,
    path: `tasks[${task}].workflow`,
    ...positionOf(text, ['tasks', task, 'workflow']),
    hint,
  };
}
