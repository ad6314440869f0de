import type { FinishedExecution } from '../finished.ts';
import type { Invariant } from './invariant.ts';

export const terminates: Invariant = {
  name: 'terminates',
  says: 'After a task has ended the execution nothing begins any more, and it ends as that task said.',
  *check({ executions }) {
    for (const execution of executions) yield* checkExecution(execution);
  },
};

function* checkExecution({ id, log, row }: FinishedExecution): Iterable<string> {
  const at = log.findLastIndex(({ event }) => event.type === 'workflow.terminating');
  const ended = log[at]?.event;
  if (ended?.type !== 'workflow.terminating') return;
  const after = log.slice(at + 1);
  // Somebody may have retried it since.
  if (after.some(({ event }) => event.type === 'workflow.reopened')) return;
  for (const { event, sequence } of after) {
    if (event.type !== 'agent.task_assigned' && event.type !== 'task.waiting') continue;
    // To undo what was done is no beginning.
    if (event.deed !== undefined) continue;
    yield `${id}: ${event.task} began with event ${sequence}, after ${ended.task} had ended the execution`;
  }
  // The result of the workflow may have no value.
  const failed = after.some(({ event }) => event.type === 'workflow.failing');
  const isUndone = ended.as === 'failed' && row.status.startsWith('compensat');
  if (row.status !== ended.as && !failed && !isUndone)
    yield `${id} is ${row.status}, and ${ended.task} ended it as ${ended.as}`;
}
