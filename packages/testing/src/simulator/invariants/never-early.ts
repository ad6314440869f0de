import { type ExecutionEvent, type Instant, taskLabel } from '@cantata/core';
import type { FinishedExecution } from '../finished.ts';
import type { Invariant } from './invariant.ts';

export const neverEarly: Invariant = {
  name: 'never early',
  says: 'No attempt times out, no retry begins and no timer ends before its time, by the clock of the log.',
  *check({ executions }) {
    for (const execution of executions) yield* checkExecution(execution);
  },
};

function* checkExecution({ id, log }: FinishedExecution): Iterable<string> {
  const since = new Map<string, Instant>();
  const until = new Map<string, Instant>();
  const due = new Map<string, Instant>();
  let before = 0;
  for (const { event, at } of log) {
    if (at < before) yield `${id}: time went back from ${before} to ${at}`;
    before = at;
    const place = placeOf(event);
    if (event.type === 'workflow.upgraded') forget(event.stopped, since, until, due);
    if (event.type === 'workflow.reopened') forget(event.tasks, since);
    const isFirst = event.type === 'agent.task_assigned' && (event.assignment === 1 || !since.has(place));
    if (isFirst) since.set(place, at);
    // By another version, or once more, it is not a timer that it waits for.
    if (event.type === 'agent.task_assigned') due.delete(place);
    if (event.type === 'task.retry_scheduled') until.set(place, event.until);
    if (event.type === 'task.waiting' || event.type === 'human.requested') since.set(place, at);
    if (event.type === 'task.waiting' && event.on.kind === 'timer') due.set(place, event.until ?? 0);
    if (event.type === 'task.completed' && at < (due.get(place) ?? 0))
      yield `${id}: ${place} was over ${(due.get(place) ?? 0) - at} ms before its time`;
    if (event.type === 'task.retry_due' && at < (until.get(place) ?? 0))
      yield `${id}: the retry of ${place} came ${(until.get(place) ?? 0) - at} ms early`;
    const isLate = event.type === 'task.timed_out' || event.type === 'human.defaulted';
    if (isLate && at < (since.get(place) ?? 0) + event.afterMs)
      yield `${id}: ${place} timed out after ${at - (since.get(place) ?? 0)} ms of ${event.afterMs}`;
  }
}

/** They begin anew, and so do their times. */
function forget(tasks: readonly string[], ...times: readonly Map<string, Instant>[]): void {
  for (const time of times)
    for (const place of time.keys())
      if (tasks.some((task) => place === task || place.startsWith(`${task}[`))) time.delete(place);
}

function placeOf(event: ExecutionEvent): string {
  if (!('task' in event) || event.task === undefined) return '';
  const deed = 'deed' in event && event.deed !== undefined ? 'undoing ' : '';
  return `${deed}${taskLabel(event.task, 'item' in event ? event.item : undefined)}`;
}
