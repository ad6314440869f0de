/** A task waits for no event any more, whatever becomes of it. */
import { nth } from '../../../nth.ts';
import type { ExecutionState, Task } from '../state.ts';

/** The caller says what it is now. */
export function unlisten(state: ExecutionState, task: Task): void {
  state.listening.delete(task);
  disarmListening(state, task);
  task.listensUntil = undefined;
}

export function disarmListening(state: ExecutionState, task: Task): void {
  const timer = { kind: 'listen_due', task: nth(state.plan.tasks, task.index).id } as const;
  if (task.listensUntil !== undefined) state.effects.push({ kind: 'disarm', timer });
}
