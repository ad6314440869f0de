import type { JsonObject } from '@cantata/core';
import type { FinishedExecution } from '../finished.ts';
import { CONDITIONS } from '../programs/condition.ts';
import { dependenciesOf } from '../programs/program.ts';
import type { Invariant } from './invariant.ts';

export const outcomes: Invariant = {
  name: 'outcomes',
  says: 'Of a completed execution that no task ended early every task was done, or skipped for a reason the document gives.',
  *check({ executions }) {
    for (const execution of executions) {
      const endedEarly = execution.log.some(({ event }) => event.type === 'workflow.terminating');
      if (execution.row.status === 'completed' && !endedEarly) yield* checkExecution(execution);
    }
  },
};

function* checkExecution({ id, log, workflow }: FinishedExecution): Iterable<string> {
  const requested = log[0]?.event;
  const input = (requested?.type === 'workflow.requested' ? requested.input : {}) as JsonObject;
  const skipped = new Set<string>();
  const done = new Set<string>();
  for (const { event } of log) {
    if (event.type === 'task.skipped') skipped.add(event.task);
    if (event.type === 'task.completed' || (event.type === 'task.opened' && event.items === 0))
      done.add(event.task);
  }
  // In document order: a task depends on earlier ones only.
  for (const task of workflow.program.tasks) {
    const isUnwanted = CONDITIONS[task['when'] as string]?.(input) === false;
    const isCutOff = dependenciesOf(task).some((dependency) => skipped.has(dependency));
    const expected = isUnwanted || isCutOff ? skipped : done;
    if (!expected.has(task.id)) {
      const found = done.has(task.id) ? 'was done' : skipped.has(task.id) ? 'was skipped' : 'is untouched';
      yield `${id} completed, and ${task.id} ${found}: it should have been ${expected === done ? 'done' : 'skipped'}`;
    }
  }
}
