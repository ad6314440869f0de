import { type AtItem, type ExecutionEvent, taskLabel } from '@cantata/core';
import { lifeAt } from '../../reading/lives.ts';
import type { FinishedExecution } from '../finished.ts';
import type { TaskDraft } from '../programs/program.ts';
import { storyBefore } from '../rules.ts';
import type { Invariant } from './invariant.ts';

export const upgrades: Invariant = {
  name: 'upgrades',
  says: 'An upgrade undoes nothing that is done and has nothing handed out twice; it stops what was changed while it was at work, and nothing else; what is gone is gone.',
  *check({ executions }) {
    for (const execution of executions) {
      yield* handedOutOnce(execution);
      if (execution.versions.length > 1) yield* checkFirst(execution);
    }
  },
};

type Handed = Extract<ExecutionEvent, { readonly type: 'agent.task_assigned' }>;

function* handedOutOnce({ id, log }: FinishedExecution): Iterable<string> {
  const handed = new Set<string>();
  for (const { event, sequence } of log) {
    if (event.type !== 'agent.task_assigned') continue;
    const what = `${event.deed ?? 'perform'} ${placeOf(event)}~${event.attempt}.${event.assignment}`;
    if (handed.has(what) && !isDiverted(event, log)) yield `${id}: event ${sequence} hands out ${what} again`;
    handed.add(what);
  }
}

function isDiverted({ task }: Handed, log: FinishedExecution['log']): boolean {
  return log.some(
    ({ event }) =>
      (event.type === 'task.rerouted' && event.task === task) ||
      (event.type === 'task.acquiring' &&
        event.task === task &&
        event.resources.some((need) => 'group' in need)),
  );
}

function placeOf({ task, item, activation = 1 }: AtItem & { readonly activation?: number }): string {
  return `${taskLabel(task, item)}#${activation}`;
}

function* checkFirst(execution: FinishedExecution): Iterable<string> {
  const { id, log, versions } = execution;
  const at = log.findIndex(({ event }) => event.type === 'workflow.upgraded');
  const upgraded = log[at]?.event;
  const [before, after] = versions;
  if (upgraded?.type !== 'workflow.upgraded' || before === undefined || after === undefined) return;
  const sequence = at + 1;
  const story = storyBefore(execution);
  const tasksAfter = new Map(after.program.tasks.map((task) => [task.id, task]));
  const rest = untilBegunAnew(log.slice(at + 1));
  for (const task of before.program.tasks) {
    const ended = lifeAt(story, task.id, sequence)?.ended;
    const isStopped = upgraded.stopped.includes(task.id);
    const isSame = JSON.stringify(task) === JSON.stringify(tasksAfter.get(task.id));
    if (isStopped && ended !== undefined) yield `${id}: ${task.id} has ended, and is stopped by an upgrade`;
    if (isStopped && isSame) yield `${id}: ${task.id} is as it was, and is stopped by an upgrade`;
    yield* laterOf(execution, task, { rest, isEnded: ended !== undefined, isGone: !tasksAfter.has(task.id) });
    if (!isStopped) continue;
    const last = lastActivation(log.slice(0, at), task.id);
    for (const { event } of rest)
      if (event.type === 'task.completed' && event.task === task.id && (event.activation ?? 1) <= last)
        yield `${id}: ${placeOf(event)} was stopped by an upgrade, and is completed`;
  }
}

function* laterOf(
  { id }: FinishedExecution,
  { id: task }: TaskDraft,
  known: { readonly rest: FinishedExecution['log']; readonly isEnded: boolean; readonly isGone: boolean },
): Iterable<string> {
  for (const { event, sequence } of known.rest) {
    if (event.type !== 'agent.task_assigned' || event.task !== task || event.deed !== undefined) continue;
    if (known.isEnded)
      yield `${id}: ${task} had ended before the upgrade, and event ${sequence} hands it out`;
    if (known.isGone) yield `${id}: ${task} is gone with the upgrade, and event ${sequence} hands it out`;
  }
}

/** A failure that leads back, an operator or another upgrade may begin anew what is done. */
function untilBegunAnew(log: FinishedExecution['log']): FinishedExecution['log'] {
  const anew = new Set(['task.reentered', 'workflow.reopened', 'workflow.upgraded']);
  const at = log.findIndex(({ event }) => anew.has(event.type));
  return at === -1 ? log : log.slice(0, at);
}

function lastActivation(log: FinishedExecution['log'], task: string): number {
  return log.reduce((last, { event }) => {
    const at = event as Partial<AtItem> & { readonly activation?: number };
    return at.task === task ? Math.max(last, at.activation ?? 1) : last;
  }, 0);
}
