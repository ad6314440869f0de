import type { FinishedExecution } from '../finished.ts';
import { dependenciesOf } from '../programs/program.ts';
import type { Invariant } from './invariant.ts';

export const order: Invariant = {
  name: 'order',
  says: 'No task begins before everything it depends on is over.',
  *check({ executions }) {
    for (const execution of executions) yield* checkExecution(execution);
  },
};

/** When a task was first handed out or began to wait, and when something of it last came to its end. */
function* checkExecution({ id, log, workflow }: FinishedExecution): Iterable<string> {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  for (const { event, sequence } of log) {
    const begins = event.type === 'agent.task_assigned' || event.type === 'task.waiting';
    if (begins && !first.has(event.task)) first.set(event.task, sequence);
    if (event.type === 'task.completed' || event.type === 'task.skipped') last.set(event.task, sequence);
    if (event.type === 'task.opened' && event.items === 0) last.set(event.task, sequence);
  }
  for (const task of workflow.program.tasks) {
    const began = first.get(task.id);
    if (began === undefined) continue;
    for (const dependency of dependenciesOf(task)) {
      const ended = last.get(dependency);
      if (ended === undefined || ended > began) {
        const when = ended === undefined ? 'never ended' : `ended with event ${ended}`;
        yield `${id}: ${task.id} began with event ${began}, and ${dependency}, on which it depends, ${when}`;
      }
    }
  }
}
