/** Events come, tasks wait for them, and have them. */
import { assert } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import type { EventConsumed, EventPublished, TaskListening } from '../events.ts';
import { type ExecutionState, isSettled, type KeptEvent } from '../state.ts';
import { remember } from './mail.ts';
import { decided, decideLater, taskOf } from './tasks.ts';
import { unlisten } from './unlisten.ts';

/** It is kept only where a task may still need it. O(tasks on the topic). */
export function published(state: ExecutionState, { topic, id, data }: EventPublished): void {
  remember(state, id);
  const kept = { id, topic, data, sequence: state.sequence };
  if (isNeeded(state, kept)) state.mail.events.push(kept);
}

export function listening(state: ExecutionState, event: TaskListening): void {
  const task = taskOf(state, event.task);
  decided(state, task);
  task.status = 'listening';
  task.listensUntil = event.until;
  state.listening.add(task);
  const timer = { kind: 'listen_due', task: event.task } as const;
  if (event.until !== undefined) state.effects.push({ kind: 'arm', timer, at: event.until });
}

/** O(events that are kept + tasks on the topic, for each task). */
export function consumed(state: ExecutionState, event: EventConsumed): void {
  const kept = state.mail.events.find(({ id }) => id === event.id);
  assert(kept !== undefined, 'only an event that is kept is consumed');
  for (const id of event.tasks) {
    const task = taskOf(state, id);
    task.event = kept.data;
    task.heard = kept.sequence;
    if (task.status !== 'listening') continue;
    unlisten(state, task);
    decideLater(state, task, 'opening');
  }
  state.mail.events = state.mail.events.filter((one) => one.topic !== event.topic || isNeeded(state, one));
}

function isNeeded({ plan, tasks }: ExecutionState, { topic, sequence }: KeptEvent): boolean {
  const listeners = plan.listenersOf.get(topic) ?? [];
  return listeners.some((index) => {
    const task = nth(tasks, index);
    return !isSettled(task) && (task.heard ?? 0) < sequence;
  });
}
