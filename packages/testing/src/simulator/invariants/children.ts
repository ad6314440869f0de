import type { Finished, FinishedExecution } from '../finished.ts';
import { isOver } from '../over.ts';
import type { Invariant } from './invariant.ts';

/** What a child may have become by what its parent was told: one that undid its steps did not do what it was asked for. */
const TOLD_FOR: Readonly<Record<string, readonly string[]>> = {
  completed: ['completed'],
  failed: ['failed', 'compensated', 'compensation_failed'],
  cancelled: ['cancelled', 'compensated', 'compensation_failed'],
};

export const children: Invariant = {
  name: 'children',
  says: 'A child begins once, for one parent, ends as its parent was told, and does not outlive it.',
  *check(finished) {
    const byId = new Map(finished.executions.map((execution) => [execution.id, execution]));
    const parents = new Map<string, string>();
    for (const parent of finished.executions) {
      for (const { event } of parent.log) {
        if (event.type !== 'task.child_started') continue;
        if (parents.has(event.execution)) yield `${event.execution} was started by two tasks`;
        parents.set(event.execution, parent.id);
      }
      yield* checkParent(parent, byId, finished);
    }
    for (const { id, log } of finished.executions) {
      const requested = log[0]?.event;
      const parent = requested?.type === 'workflow.requested' ? requested.parent?.execution : undefined;
      if (parent !== parents.get(id))
        yield `${id} takes ${parent} for its parent, and ${parents.get(id)} started it`;
    }
  },
};

function* checkParent(
  { id, row, log }: FinishedExecution,
  byId: ReadonlyMap<string, FinishedExecution>,
  finished: Finished,
): Iterable<string> {
  const waitedFor = new Set<string>();
  for (const { event } of log) {
    if (event.type === 'task.child_started') waitedFor.add(event.execution);
    if (event.type !== 'task.child_ended') continue;
    waitedFor.delete(event.execution);
    const child = byId.get(event.execution);
    const end = child?.row.status;
    if (isOnItsOwn(child)) continue;
    if (end === undefined || !TOLD_FOR[event.status]?.includes(end))
      yield `${id} was told that ${event.execution} is ${event.status}, and it is ${end}`;
  }
  for (const child of waitedFor) {
    const known = byId.get(child);
    const isOpen = known === undefined ? isInLine(child, finished) : !isOver(known.row);
    if (isOver(row) && isOpen && !isOnItsOwn(known)) yield `${id} has ended, and its child ${child} has not`;
    // Of one that was let go it may never hear.
    const isLetGo = log.some(
      ({ event }) => event.type === 'task.child_cancelling' && event.execution === child,
    );
    if (!isOver(row) && !isOpen && !isLetGo) yield `${id} waits for ${child}, which is over`;
  }
}

/** What an operator tries again when its parent no longer waits for it. */
function isOnItsOwn(child: FinishedExecution | undefined): boolean {
  return child?.log.some(({ event }) => event.type === 'workflow.reopened') === true;
}

function isInLine(child: string, { resources }: Finished): boolean {
  let isWaiting = false;
  for (const { log } of resources) {
    for (const { event } of log) {
      if (event.type === 'admission.queued' && event.execution === child) isWaiting = true;
      if (event.type === 'admission.withdrawn' && event.execution === child) isWaiting = false;
    }
  }
  return isWaiting;
}
