/** Every event as a word and a sentence: for lines in a pipe and for `cantata events`. */
import {
  duration,
  type ExecutionState,
  type Instant,
  type Json,
  type TaskError,
  taskLabel,
  type View,
} from '@cantata/core';
import type { Told } from '../follow/tail.ts';
import { itemOf } from './lookup.ts';
import { attemptWords } from './rows.ts';
import { clean, count, cut, shortId } from './text.ts';

export interface EventWords {
  /** What happened, in one or two words. */
  readonly word: string;
  /** To what, and how. */
  readonly text: string;
  readonly mood: 'plain' | 'good' | 'bad' | 'careful';
}

/** Longer values are for `--json`. */
const MAX_VALUE = 120;

export function eventWords({ event, at }: Told, state: View<ExecutionState>): EventWords {
  const { definition } = state.plan;
  switch (event.type) {
    case 'workflow.requested':
      return plain(
        'requested',
        `${event.workflow.name} ${event.workflow.version} with ${value(event.input)}`,
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
    case 'workflow.completed':
      return good('end', `completed in ${elapsed(state, at)}`);
    case 'workflow.failed':
      return bad('end', `failed after ${elapsed(state, at)}: ${place(event)}${error(event.error)}`);
    case 'workflow.cancelled':
      return careful('end', `cancelled after ${elapsed(state, at)}: ${clean(event.reason)}`);
    case 'task.opened':
      return plain('opened', `${event.task}${openedWords(event)}`);
    case 'task.skipped':
      return plain('skipped', `${event.task}: ${skippedWords(event)}`);
    default:
      return turnWords(event, at, state);
  }
}

type TurnEvent = Extract<
  Told['event'],
  { readonly task: string; readonly type: `${'task' | 'agent'}.${string}` }
>;

function turnWords(
  event: Exclude<TurnEvent, { type: 'task.opened' | 'task.skipped' }>,
  at: Instant,
  state: View<ExecutionState>,
): EventWords {
  const label = taskLabel(event.task, event.item);
  switch (event.type) {
    case 'agent.task_assigned':
      return plain('assigned', `${label} to ${event.seat}${assignedWords(event, state)}`);
    case 'agent.lost':
      return careful('lost', `${label} at ${event.seat}: ${clean(event.reason)}`);
    case 'task.completed':
      return good('completed', `${label}${took(event, at, state)}`);
    case 'task.retry_scheduled': {
      const next = `${attemptWords(state, event.task, event.attempt + 1)} in ${duration(Math.max(0, event.until - at))}`;
      return careful('retry', `${label} attempt ${event.attempt} failed: ${error(event.error)}; ${next}`);
    }
    case 'task.retry_due':
      return plain('retry due', label);
    case 'task.timed_out':
      return careful('timed out', `${label} attempt ${event.attempt} after ${duration(event.afterMs)}`);
    case 'task.failed':
      return bad(
        'failed',
        `${label}${event.attempt === 0 ? '' : ` attempt ${event.attempt}`}: ${error(event.error)}`,
      );
    case 'task.cancelled':
      return careful(
        'cancelled',
        `${label}: ${event.confirmed ? 'its agent stopped' : 'its agent gave no answer in time'}`,
      );
    default:
      return event satisfies never;
  }
}

function openedWords({ items, input }: Extract<TurnEvent, { type: 'task.opened' }>): string {
  const into = items === undefined ? '' : ` into ${count(items, 'item')}`;
  return `${into}${input === undefined ? '' : ` with ${value(input)}`}`;
}

function skippedWords({ dependency }: Extract<TurnEvent, { type: 'task.skipped' }>): string {
  return dependency === undefined ? 'its condition is false' : `${dependency} was skipped`;
}

const plain = (word: string, text: string): EventWords => ({ word, text, mood: 'plain' });
const good = (word: string, text: string): EventWords => ({ word, text, mood: 'good' });
const bad = (word: string, text: string): EventWords => ({ word, text, mood: 'bad' });
const careful = (word: string, text: string): EventWords => ({ word, text, mood: 'careful' });

function assignedWords(
  {
    task,
    attempt,
    assignment,
  }: { readonly task: string; readonly attempt: number; readonly assignment: number },
  state: View<ExecutionState>,
): string {
  const words = [
    ...(attempt > 1 ? [attemptWords(state, task, attempt)] : []),
    ...(assignment > 1 ? ['handed out again'] : []),
  ];
  return words.length === 0 ? '' : `, ${words.join(', ')}`;
}

function took(
  { task, item }: { readonly task: string; readonly item?: number },
  at: Instant,
  state: View<ExecutionState>,
): string {
  const startedAt = itemOf(state, task, item)?.startedAt;
  return startedAt === undefined ? '' : ` in ${duration(Math.max(0, at - startedAt))}`;
}

function place({ task, item }: { readonly task?: string; readonly item?: number }): string {
  return task === undefined ? '' : `${taskLabel(task, item)}: `;
}

/** Both are an agent's own words. */
function error({ code, message }: TaskError): string {
  return clean(`${code}: ${message}`);
}

function elapsed({ request }: View<ExecutionState>, at: Instant): string {
  return duration(Math.max(0, at - (request?.at ?? at)));
}

function value(json: Json): string {
  return cut(JSON.stringify(json), MAX_VALUE);
}
