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
  const at = log.findIndex(({ event }) => event.type === 'workflow.terminating');
  const ended = log[at]?.event;
  if (ended?.type !== 'workflow.terminating') return;
  const reopened = log.findIndex(({ event }, n) => n > at && event.type === 'workflow.reopened');
  for (const { event, sequence } of log.slice(at + 1, reopened === -1 ? log.length : reopened)) {
    if (event.type !== 'agent.task_assigned' && event.type !== 'task.waiting') continue;
    yield `${id}: ${event.task} began with event ${sequence}, after ${ended.task} had ended the execution`;
  }
  // Somebody may have retried it, and the result of the workflow may have no value.
  if (reopened !== -1) return;
  const failed = log.some(({ event }) => event.type === 'workflow.failing');
  if (row.status !== ended.as && !failed)
    yield `${id} is ${row.status}, and ${ended.task} ended it as ${ended.as}`;
}
