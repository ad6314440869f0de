/** Events of tasks that no attempt is part of, in words. */
import { iso, type Json, listing, nameOf, resourceWords, taskLabel } from '@cantata/core';
import type { Told } from '../../follow/tail.ts';
import { clean, count, ordinal, shortId } from '../text.ts';
import type { TeamEvent } from './team.ts';
import type { TurnEvent } from './turn.ts';
import { bad, careful, type EventWords, plain, value } from './words.ts';
import type { WorkflowEvent } from './workflow.ts';

export type TaskEvent = Exclude<Told['event'], WorkflowEvent | TurnEvent | TeamEvent>;

const LOOP_ENDS = {
  condition: 'its loop is done',
  max_iterations: 'its loop has had all its rounds',
  budget: 'its budget is spent; it gives what its last round gave',
} as const;

export function taskWords(event: TaskEvent): EventWords {
  switch (event.type) {
    case 'task.opened':
      return plain('opened', `${event.task}${openedWords(event)}`);
    case 'task.child_cancelling':
      return careful(
        'cancelling',
        `execution ${shortId(event.execution)} of ${taskLabel(event.task, event.item)}: ${clean(event.reason)}`,
      );
    case 'task.spawned':
      return plain(
        'spawned',
        `${listing(event.tasks.map(({ id }) => id))} by ${taskLabel(event.task, event.item)}`,
      );
    case 'task.items_added':
      return plain('items added', `${count(event.items, 'item')} to ${event.task} by ${event.by}`);
    case 'task.skipped':
      return plain('skipped', `${event.task}: ${skippedWords(event)}`);
    case 'task.awaited':
      return plain('awaited', `${event.task}: its join waits for more`);
    case 'task.repeated':
      return plain(
        'repeated',
        `${event.task} for the ${ordinal(event.activation)} time${openedWords(event)}`,
      );
    case 'task.loop_ended': {
      return plain('loop ended', `${event.task}: ${LOOP_ENDS[event.reason]}`);
    }
    case 'task.enough':
      return plain(
        'enough',
        `${event.task}: ${count(event.completed, 'item')} of it are completed, the others are given up`,
      );
    case 'task.reentered':
      return careful('again', `${event.task} and what comes after it: ${event.from} failed`);
    case 'event.published':
      return plain('event', `${event.topic} by ${clean(event.by)}${dataWords(event.data)}`);
    case 'task.listening':
      return plain('waiting', `${event.task} waits for an event on ${event.topic}`);
    case 'event.consumed':
      return plain('has event', `${listing(event.tasks)}: ${event.topic}`);
    case 'signal.received':
      return plain('signal', `${event.signal} by ${clean(event.by)}${dataWords(event.data)}`);
    case 'task.cancelling': {
      const what = event.item === undefined ? listing(event.tasks) : `${event.tasks[0]}[${event.item}]`;
      return careful('cancelling', `${what} by ${event.by}: ${clean(event.reason)}`);
    }
    case 'task.overridden': {
      const { by, reason, as } = event;
      const words = `${taskLabel(event.task, event.item)} by ${by}: ${clean(reason)}`;
      const result = as === 'completed' ? `; it gives ${value(event.output)}` : '';
      if (by === 'budget') return careful('given up', `${event.task}: ${clean(reason)}`);
      if (by === 'task_timeout') return careful('out of time', `${event.task}: ${clean(reason)}`);
      return careful(`${as} by hand`, `${words}${result}`);
    }
    case 'task.reassigned':
      return careful(
        'reassigned',
        `${taskLabel(event.task, event.item)} to ${event.to} by ${event.by}: ${clean(event.reason)}`,
      );
    case 'deadlock.detected':
      return bad('deadlock', event.explanation);
    case 'budget.warned':
      return careful(
        'budget',
        `${event.task ?? 'the workflow'}: ${event.limit} ${event.spent} of ${event.of}`,
      );
    case 'budget.exceeded':
      return careful(
        'spent',
        `${event.task ?? 'the workflow'}: ${event.limit} ${event.spent} of ${event.of}`,
      );
    case 'task.compensation_registered':
      return plain('undoable', taskLabel(event.task, event.item));
    case 'task.compensating': {
      const unknown = event.unknown === true ? ', whose outcome nobody knows,' : '';
      return plain('undoing', `${taskLabel(event.task, event.item)}${unknown} with ${value(event.input)}`);
    }
    case 'task.compensation_skipped':
      return careful(
        'not undone',
        `${taskLabel(event.task, event.item)}, skipped by ${event.by}: ${clean(event.reason)}`,
      );
    case 'task.granted': {
      const from = event.notBefore === undefined ? '' : `, from ${iso(event.notBefore)} on`;
      return plain(
        'granted',
        `${taskLabel(event.task, event.item)} has ${clean(resourceWords(event.resource))}${from}`,
      );
    }
    case 'task.permits_asked': {
      const permits = count(event.permits, 'permit');
      return plain('permits asked', `${permits} of the rate ${clean(nameOf(event.resource))}`);
    }
    case 'task.permits_granted': {
      const items = event.permits.map(({ task, item }) => taskLabel(task, item));
      const rate = `the rate ${clean(nameOf(event.resource))}`;
      return plain(
        'permits granted',
        items.length === 0 ? `none of ${rate}` : `${listing(items)} of ${rate}`,
      );
    }
    case 'task.permit_due':
      return plain('permit due', taskLabel(event.task, event.item));
    case 'task.released': {
      const what = event.claims.map(({ resource, claim }) => {
        const of = claim.block === undefined ? ` of ${taskLabel(claim.task, claim.item)}` : '';
        return `${clean(resourceWords(resource))}${of}`;
      });
      return plain('released', listing(what));
    }
    default:
      return event satisfies never;
  }
}

function dataWords(data: Json): string {
  return data === null ? '' : ` with ${value(data)}`;
}

function openedWords({
  items,
  input,
}: Extract<TaskEvent, { type: 'task.opened' | 'task.repeated' }>): string {
  const into = items === undefined ? '' : ` into ${count(items, 'item')}`;
  return `${into}${input === undefined ? '' : ` with ${value(input)}`}`;
}

function skippedWords({ dependency, topic }: Extract<TaskEvent, { type: 'task.skipped' }>): string {
  if (topic !== undefined) return `no event on ${topic} came that it wants`;
  return dependency === undefined ? 'its condition is false' : `it depends on ${dependency}`;
}
