/** Events of an execution as a whole, in words. */
import { duration, type ExecutionState, listing, taskLabel, type View } from '@cantata/core';
import type { Told } from '../../follow/tail.ts';
import { clean, count, shortId } from '../text.ts';
import { bad, careful, type EventWords, elapsed, error, good, place, plain, value } from './words.ts';

export type WorkflowEvent = Extract<Told['event'], { readonly type: `workflow.${string}` }>;

export function workflowWords(
  event: WorkflowEvent,
  { at, definition }: Pick<Told, 'at' | 'definition'>,
  state: View<ExecutionState>,
): EventWords {
  switch (event.type) {
    case 'workflow.requested':
      return plain(
        'requested',
        `${event.workflow.name} ${event.workflow.version} with ${value(event.input)}${forkedFrom(event.origin)}`,
      );
    case 'workflow.planned':
      return plain(
        'planned',
        `${count(event.tasks, 'task')}, about ${duration(event.estimatedMs)} by estimate`,
      );
    case 'workflow.agents_allocated':
      return plain('allocated', count(event.seats, 'seat'));
    case 'workflow.execution_started':
      return plain(
        'start',
        `${definition.name} ${definition.version} (${definition.pattern}) as ${state.executionId}`,
      );
    case 'workflow.paused':
      return careful(
        'paused',
        `by ${event.by}${event.reason === undefined ? '' : `: ${clean(event.reason)}`}`,
      );
    case 'workflow.resumed':
      return plain('resumed', `by ${event.by}`);
    case 'workflow.checkpoint_created':
      return plain(
        'checkpoint',
        `${shortId(event.checkpoint)} (${event.cause}), ${event.recovery.redispatch} in flight`,
      );
    case 'workflow.cancelling':
      return careful('cancelling', `by ${event.by}: ${clean(event.reason)}`);
    case 'workflow.failing':
      return bad('failing', `${place(event)}${error(event.error)}`);
    case 'workflow.terminating':
      return careful('terminating', `${place(event)}as ${event.as}: ${clean(event.reason)}`);
    case 'workflow.upgraded': {
      const stopped = event.stopped.length === 0 ? '' : `, stopped: ${listing(event.stopped)}`;
      return careful(
        'upgraded',
        `to ${event.workflow.version} by ${event.by}: ${clean(event.reason)}${stopped}`,
      );
    }
    case 'workflow.reopened': {
      const tasks = event.tasks.length === 0 ? '' : `, again: ${listing(event.tasks)}`;
      return careful('reopened', `by ${event.by}: ${clean(event.reason)}${tasks}`);
    }
    case 'workflow.completed':
      return good('end', `completed in ${elapsed(state, at)}`);
    case 'workflow.failed':
      return bad('end', `failed after ${elapsed(state, at)}: ${place(event)}${error(event.error)}`);
    case 'workflow.cancelled':
      return careful('end', `cancelled after ${elapsed(state, at)}: ${clean(event.reason)}`);
    case 'workflow.compensating':
      return careful(
        'undoing',
        `${count(event.steps, 'step')}, at the longest for ${duration(event.timeoutMs)}`,
      );
    case 'workflow.compensation_resumed':
      return careful(
        'undoing',
        `again by ${event.by}: ${listing(event.steps.map(({ task, item }) => taskLabel(task, item)))}`,
      );
    case 'workflow.compensated':
      return careful('end', `what was done is undone after ${elapsed(state, at)}`);
    case 'workflow.compensation_failed':
      return bad('stands still', `${clean(event.reason)}; an operator is waited for`);
    default:
      return event satisfies never;
  }
}

function forkedFrom(origin: Extract<WorkflowEvent, { type: 'workflow.requested' }>['origin']): string {
  if (origin === undefined) return '';
  const task = origin.task === undefined ? '' : ` at ${origin.task}`;
  return `, forked from ${shortId(origin.execution)}${task}`;
}
