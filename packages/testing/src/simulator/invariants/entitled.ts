import type { Invariant } from './invariant.ts';

export const entitled: Invariant = {
  name: 'entitled',
  says: 'What a task asks is answered by nobody it is not for.',
  *check({ executions }) {
    for (const { id, log, workflow } of executions) {
      const waits = new Map(workflow.program.tasks.map((task) => [task.id, task['wait']]));
      for (const { event } of log) {
        if (event.type !== 'human.answered') continue;
        const { approval } = (waits.get(event.task) ?? {}) as {
          readonly approval?: { readonly answered_by?: readonly string[] };
        };
        if (approval?.answered_by?.includes(event.by) === false)
          yield `${event.task} of ${id} was answered by ${event.by}, who may not`;
      }
    }
  },
};
