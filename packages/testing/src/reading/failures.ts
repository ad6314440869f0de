/** What follows when a task has failed for good is what its document says: the end, nothing, or an earlier task again. */
import type { ExecutionEvent } from '@cantata/core';
import type { Story } from './lives.ts';
import type { TaskRules } from './rules.ts';

type Failed = Extract<ExecutionEvent, { readonly type: 'task.failed' }>;

export function* failures(story: Story): Iterable<string> {
  const times = new Map<string, number>();
  for (const [n, { event, sequence }] of story.log.entries()) {
    if (sequence > story.brokenOff) return;
    const [before, next] = [story.log[n - 1]?.event, story.log[n + 1]?.event];
    if (event.type === 'task.reentered' && !(before?.type === 'task.failed' && before.handled === 'goto'))
      yield `event ${sequence}: ${event.task} begins again, and nothing failed`;
    // Of a turn, what follows is for its team to say.
    if (event.type !== 'task.failed' || event.handled === 'team') continue;
    const rules = story.rules.get(event.task) as TaskRules;
    const expected = followsOf(rules, times.get(event.task) ?? 0);
    if (expected === 'goto') times.set(event.task, (times.get(event.task) ?? 0) + 1);
    if ((event.handled ?? 'fail') !== expected)
      yield `event ${sequence}: ${event.task} failed and ${event.handled ?? 'fail'} follows, not ${expected}`;
    else yield* consequence(rules, event, sequence, next);
  }
}

function followsOf({ onFailure }: TaskRules, times: number): 'fail' | 'continue' | 'goto' {
  return onFailure.kind === 'goto' && times >= onFailure.maxTimes ? 'fail' : onFailure.kind;
}

function* consequence(
  { onFailure }: TaskRules,
  { task, handled }: Failed,
  sequence: number,
  next: ExecutionEvent | undefined,
): Iterable<string> {
  const isTheEnd = next?.type === 'workflow.failing' && next.task === task;
  if (handled === undefined && !isTheEnd)
    yield `event ${sequence}: ${task} failed for good, and the execution goes on`;
  if (handled === 'continue' && isTheEnd)
    yield `event ${sequence}: ${task} failed, and the execution fails though it may go on`;
  const target = onFailure.kind === 'goto' ? onFailure.task : '';
  if (handled === 'goto' && !(next?.type === 'task.reentered' && next.task === target && next.from === task))
    yield `event ${sequence}: ${task} failed, and ${target} does not begin again`;
}
