/** Tasks that need an event, and events that come for them. */
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import { duration } from '../../../text.ts';
import { accept, type Decision, NO_EVENTS, reject, type Timer, type View } from '../../law.ts';
import { valueOf } from '../../values.ts';
import type { PublishCommand } from '../commands.ts';
import type { EventPublished, ExecutionEvent } from '../events.ts';
import { goesOn } from '../lookup.ts';
import { type ExecutionState, isSettled, MAX_EVENTS, type Task } from '../state.ts';
import { chosen } from './choice.ts';
import { holds } from './compute.ts';
import { refusedAtEnd } from './control.ts';
import { unopened } from './failure.ts';

/** What follows for a task that needs an event and has none: the first that is kept and that it wants, or it waits. */
export function listen(
  state: View<ExecutionState>,
  task: View<Task>,
  now: Instant,
): readonly ExecutionEvent[] {
  const { id, definition } = nth(state.plan.tasks, task.index);
  const { topic, timeoutMs } = definition.on as NonNullable<typeof definition.on>;
  const kept = state.mail.events.find(
    (event) => event.topic === topic && event.sequence > (task.heard ?? 0) && wants(state, task, event.data),
  );
  if (kept !== undefined) {
    const consumed: ExecutionEvent = { type: 'event.consumed', tasks: [id], topic, id: kept.id };
    return [consumed, ...chosen(state, task.index)];
  }
  const until = timeoutMs === undefined ? {} : { until: now + timeoutMs };
  return [{ type: 'task.listening', task: id, topic, ...until }];
}

export function publish(state: View<ExecutionState>, command: PublishCommand): Decision<ExecutionEvent> {
  const { topic, id, data, by } = command;
  // The same event again is answered as it was the first time.
  if (state.mail.ids.has(id)) return NO_EVENTS;
  const ended = refusedAtEnd(state, 'told of an event');
  if (ended !== undefined) return ended;
  const refused = whyNotPublished(state, topic, 0);
  if (refused !== undefined) return reject(refused.code, refused.message);
  return accept(publication(state, { type: 'event.published', topic, id, data, by }));
}

/** `before`: events that are published by the same decision and not there yet. */
export function whyNotPublished(
  state: View<ExecutionState>,
  topic: string,
  before: number,
): { readonly code: 'topic_unknown' | 'mail_full'; readonly message: string } | undefined {
  const topics = state.plan.definition.coordination.eventDriven;
  if (!topics.includes(topic)) {
    const known = topics.length === 0 ? 'it declares none' : `it declares ${topics.join(', ')}`;
    return { code: 'topic_unknown', message: `the workflow has no topic ${topic}; ${known}` };
  }
  if (state.mail.events.length + before < MAX_EVENTS) return undefined;
  return { code: 'mail_full', message: `${MAX_EVENTS} events are kept already that tasks may still need` };
}

/**
 * An event, and the tasks that have it now: all that wait for one like it. `gone` are tasks that an earlier event of the
 * same decision was for. O(tasks that wait for an event).
 */
export function publication(
  state: View<ExecutionState>,
  event: EventPublished,
  gone: Set<number> = new Set(),
): readonly ExecutionEvent[] {
  const { topic, id, data } = event;
  const takers: string[] = [];
  const cancelled: ExecutionEvent[] = [];
  for (const task of state.listening) {
    const { id: taker, definition } = nth(state.plan.tasks, task.index);
    if (gone.has(task.index) || definition.on?.topic !== topic || !wants(state, task, data)) continue;
    takers.push(taker);
    cancelled.push(...chosen(state, task.index));
    // Of those that share a choice, only the first.
    for (const other of state.plan.choices.get(definition.choice ?? '') ?? []) gone.add(other);
    gone.add(task.index);
  }
  if (takers.length === 0) return [event];
  return [event, { type: 'event.consumed', tasks: takers, topic, id }, ...cancelled];
}

function wants(
  state: View<ExecutionState>,
  { index }: View<Task>,
  data: View<EventPublished>['data'],
): boolean {
  const { on } = nth(state.plan.tasks, index).definition;
  return on?.when === undefined || holds(state, on.when, valueOf(data, state.values), { task: index });
}

/** It has waited long enough. */
export function listenDue(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  const task = state.tasks[state.plan.taskIndex.get(timer.task as string) as number];
  if (task?.status !== 'listening' || task.listensUntil === undefined) return NO_EVENTS;
  if (now < task.listensUntil || !goesOn(state)) return NO_EVENTS;
  const { id, definition } = nth(state.plan.tasks, task.index);
  const { topic, isSkipped, timeoutMs } = definition.on as NonNullable<typeof definition.on>;
  if (isSkipped) return accept([{ type: 'task.skipped', task: id, topic }]);
  const message = `no event on ${topic} that it wants came within ${duration(timeoutMs as number)}`;
  return accept(unopened(state, task, { code: 'wait_timed_out', message, retry: 'never' }));
}

/**
 * Nothing is left that could still do something but tasks that are to be skipped then: the first of them is. O(tasks),
 * where nothing runs and something waits for an event.
 */
export function heardNothing(state: View<ExecutionState>): ExecutionEvent | undefined {
  const [first] = state.listening;
  if (first === undefined || state.inFlight.size > 0 || state.waiting.size > 0 || state.retrying.size > 0)
    return undefined;
  const isIdle = state.tasks.every((task) => {
    const { on } = nth(state.plan.tasks, task.index).definition;
    // What waits to a time, waits for the outside, too.
    if (task.status === 'listening') return on?.isSkipped === true && task.listensUntil === undefined;
    return task.status === 'pending' || isSettled(task);
  });
  if (!isIdle) return undefined;
  const { id, definition } = nth(state.plan.tasks, first.index);
  return {
    type: 'task.skipped',
    task: id,
    topic: (definition.on as NonNullable<typeof definition.on>).topic,
  };
}
