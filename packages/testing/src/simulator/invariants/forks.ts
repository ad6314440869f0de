import type { ExecutionEvent } from '@cantata/core';
import { asBegun, type FinishedExecution } from '../finished.ts';
import { dependenciesOf, type Program } from '../programs/program.ts';
import type { Invariant } from './invariant.ts';

export const forks: Invariant = {
  name: 'forks',
  says: 'A fork takes over what its origin had completed and what comes before its task, and does none of that again.',
  *check({ executions }) {
    const byId = new Map(executions.map((execution) => [execution.id, execution]));
    for (const fork of executions) {
      const requested = fork.log[0]?.event;
      if (requested?.type !== 'workflow.requested' || requested.origin === undefined) continue;
      const { origin } = requested;
      const from = byId.get(origin.execution);
      if (from === undefined) yield `${fork.id} is a fork of ${origin.execution}, which does not exist`;
      else yield* checkFork(fork, completedBy(from, origin.sequence), regionOf(fork, origin.task));
    }
  },
};

/** From here on a task may begin anew, whoever had completed it: also one that an upgrade removes and another brings back. */
const BEGINS_ANEW: ReadonlySet<string> = new Set([
  'task.reentered',
  'workflow.reopened',
  'workflow.upgraded',
]);

function* checkFork(
  { id, log }: FinishedExecution,
  completed: ReadonlySet<string>,
  anew: ReadonlySet<string>,
): Iterable<string> {
  const taken = new Set<string>();
  for (const { event, sequence } of log) {
    if (BEGINS_ANEW.has(event.type)) return;
    if (event.type === 'agent.task_assigned' && event.deed === undefined && taken.has(event.task))
      yield `${id}: event ${sequence} hands out ${event.task}, which was taken over`;
    if (event.type !== 'task.overridden' || event.by !== 'fork') continue;
    taken.add(event.task);
    if (!completed.has(event.task))
      yield `${id} takes over ${event.task}, which its origin had not completed`;
    if (anew.has(event.task)) yield `${id} takes over ${event.task}, which was to be done anew`;
  }
}

/** What may have been completed by then: of a parallel task one item is enough to be named. */
function completedBy({ log }: FinishedExecution, sequence: number): ReadonlySet<string> {
  const isCompletion = (event: ExecutionEvent): event is ExecutionEvent & { readonly task: string } =>
    event.type === 'task.completed' ||
    event.type === 'task.loop_ended' ||
    // Of an empty list there is nothing to complete.
    (event.type === 'task.opened' && event.items === 0) ||
    (event.type === 'task.overridden' && event.as === 'completed');
  const before = log.filter((logged) => logged.sequence <= sequence);
  return new Set(before.flatMap(({ event }) => (isCompletion(event) ? [event.task] : [])));
}

/** The task and all that came after it in the version in which the fork began; nothing where no task was named. */
function regionOf(fork: FinishedExecution, task: string | undefined): ReadonlySet<string> {
  const { tasks }: Program = asBegun(fork).workflow.program;
  const region = new Set(task === undefined ? [] : [task]);
  for (let before = -1; before < region.size; ) {
    before = region.size;
    for (const one of tasks) if (dependenciesOf(one).some((id) => region.has(id))) region.add(one.id);
  }
  return region;
}
