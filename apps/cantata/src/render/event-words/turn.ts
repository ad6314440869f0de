/** Events of attempts, in words. */
import {
  duration,
  type ExecutionState,
  type Instant,
  listing,
  resourceWords,
  taskLabel,
  type View,
  waitWords,
} from '@cantata/core';
import type { Told } from '../../follow/tail.ts';
import { attemptWords } from '../rows.ts';
import { clean, shortId } from '../text.ts';
import { bad, careful, type EventWords, error, good, plain, value } from './words.ts';

/** Those that name an attempt, and the one that starts the next. */
export type TurnEvent = Extract<
  Told['event'],
  { readonly attempt: number } | { readonly type: 'task.retry_due' }
>;

/** Of the event, and of the beginning of what ended with it. */
interface Times {
  readonly at: Instant;
  readonly startedAt: Instant | undefined;
}

export function turnWords(
  event: TurnEvent,
  { at, startedAt }: Times,
  state: View<ExecutionState>,
): EventWords {
  const step = taskLabel(event.task, event.item);
  const label = event.deed === undefined ? step : `undoing ${step}`;
  switch (event.type) {
    case 'agent.task_assigned':
      return plain('assigned', `${label} to ${event.seat}${assignedWords(event, state)}`);
    case 'task.waiting':
      return plain('waiting', `${label} waits ${waitWords({ kind: 'waiting', since: at, ...event }, at)}`);
    case 'signal.consumed':
      return plain('consumed', `${label} has the signal ${event.signal}`);
    case 'human.requested':
      return careful('asked', `${label} asks ${event.of ?? 'somebody'}: ${clean(event.prompt)}`);
    case 'human.answered': {
      const words = `${label} was ${event.decision} by ${clean(event.by)}${event.reason === undefined ? '' : `: ${clean(event.reason)}`}`;
      return event.decision === 'approved' ? good('answered', words) : bad('answered', words);
    }
    case 'human.defaulted':
      return careful('no answer', `${label} after ${duration(event.afterMs)}: the default counts`);
    case 'task.child_started':
      return plain(
        'begins',
        `${label}: ${event.workflow.name} ${event.workflow.version} as ${shortId(event.execution)}`,
      );
    case 'task.child_ended':
      return plain('child ended', `${label}: ${shortId(event.execution)} is ${event.status}`);
    case 'task.acquiring': {
      const what = event.resources.map(({ resource }) => clean(resourceWords(resource)));
      return plain('acquiring', `${label} asks for ${listing(what)}`);
    }
    case 'task.rerouted':
      return careful(
        'rerouted',
        `${label} from ${event.from} to ${event.to}: agents of the type ${clean(event.agentType)} fail`,
      );
    case 'agent.lost':
      return careful('lost', `${label} at ${event.seat}: ${clean(event.reason)}`);
    case 'task.completed':
      return good(
        'completed',
        `${label}${startedAt === undefined ? '' : ` in ${duration(Math.max(0, at - startedAt))}`}`,
      );
    case 'task.retry_scheduled': {
      const next = `${attemptWords(state, event.task, event.attempt + 1, event.deed)} in ${duration(Math.max(0, event.until - at))}`;
      return careful('retry', `${label} attempt ${event.attempt} failed: ${error(event.error)}; ${next}`);
    }
    case 'task.retry_due':
      return plain('retry due', label);
    case 'task.timed_out':
      return careful('timed out', `${label} attempt ${event.attempt} after ${duration(event.afterMs)}`);
    case 'task.failed':
      return bad(
        'failed',
        `${label}${event.attempt === 0 ? '' : ` attempt ${event.attempt}`}: ${error(event.error)}${
          event.handled === undefined ? '' : '; the workflow goes on'
        }`,
      );
    case 'task.cancelled':
      return careful(
        'cancelled',
        `${label}: ${event.confirmed ? 'its agent stopped' : 'its agent gave no answer in time'}`,
      );
    case 'agent.result_kept':
      return plain('kept', `${label}: ${clean(event.key)} ${value(event.value)}`);
    case 'task.compensated':
      return good('undone', step);
    case 'task.compensation_failed':
      return bad('not undone', `${step}: ${error(event.error)}`);
    default:
      return event satisfies never;
  }
}

function assignedWords(
  { task, attempt, assignment, deed }: Extract<TurnEvent, { readonly type: 'agent.task_assigned' }>,
  state: View<ExecutionState>,
): string {
  const words = [
    ...(attempt > 1 ? [attemptWords(state, task, attempt, deed)] : []),
    ...(assignment > 1 ? ['handed out again'] : []),
  ];
  return words.length === 0 ? '' : `, ${words.join(', ')}`;
}
