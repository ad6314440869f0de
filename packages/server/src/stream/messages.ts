/**
 * What a stream says: the six message types of the specification. They are projections of published events, made on the
 * way out and never stored beside them.
 */
import type { Json, JsonObject, PublishedEvent } from '@cantata/core';
import type { FeedEvent } from '@cantata/engine';
import { cursorText } from './cursor.ts';

export const MESSAGE_TYPES = [
  'workflow.status_changed',
  'agent.assigned',
  'task.started',
  'task.completed',
  'error.occurred',
  'checkpoint.created',
] as const;

/** What agents say while they work. */
export const LIVE_TYPES = ['live.progress', 'live.log'] as const;

export type MessageType = (typeof MESSAGE_TYPES)[number];

/** As the specification has it, with where it stands. */
export interface Message {
  readonly type: string;
  readonly workflow_id: string;
  readonly execution_id: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly data: JsonObject;
  /** Of the event in its execution. */
  readonly sequence: number;
  /** To go on behind this message. */
  readonly cursor: string;
}

type Projection = readonly [type: MessageType, data: JsonObject];

/** What status an execution has behind each of these events. */
const STATUS: Readonly<Record<string, string>> = {
  'workflow.requested': 'planning',
  'workflow.planned': 'allocating',
  'workflow.agents_allocated': 'allocating',
  'workflow.execution_started': 'running',
  'workflow.paused': 'paused',
  'workflow.resumed': 'running',
  'workflow.reopened': 'running',
  // It is ending, and its agents have a moment to stop.
  'workflow.failing': 'running',
  'workflow.cancelling': 'running',
  'workflow.terminating': 'running',
  'workflow.completed': 'completed',
  'workflow.failed': 'failed',
  'workflow.cancelled': 'cancelled',
  'workflow.compensating': 'compensating',
  'workflow.compensation_resumed': 'compensating',
  'workflow.compensated': 'compensated',
  'workflow.compensation_failed': 'compensation_failed',
};

/** Something went wrong, be it for good or not. */
const ERRORS: ReadonlySet<string> = new Set([
  'task.failed',
  'task.timed_out',
  'task.retry_scheduled',
  'task.compensation_failed',
  'agent.lost',
  'budget.exceeded',
  'deadlock.detected',
  'workflow.failed',
  'workflow.compensation_failed',
]);

/** One that was written down: as many readers as there are get the same text. */
export interface Written {
  readonly type: string;
  readonly cursor: string;
  readonly text: string;
}

const written = {
  some: new WeakMap<FeedEvent, readonly Written[]>(),
  all: new WeakMap<FeedEvent, readonly Written[]>(),
};

/**
 * Messages of an event, in their order; `all`: also the event itself and what happened between agents, under their own
 * names. Written once, however many read.
 */
export function writtenOf(event: FeedEvent, which: 'some' | 'all'): readonly Written[] {
  const known = written[which].get(event);
  if (known !== undefined) return known;
  const made = messagesOf(event, which).map((message) => ({
    type: message.type,
    cursor: message.cursor,
    text: JSON.stringify(message),
  }));
  written[which].set(event, made);
  return made;
}

function messagesOf({ offset, published }: FeedEvent, which: 'some' | 'all'): readonly Message[] {
  const found = published.flatMap((event) => {
    const projected = projections(event).map(([type, data]) => ({ type, event, data }));
    // `task.completed` is both, with the same fields.
    const isTold = which === 'some' || projected.some(({ type }) => type === event.event);
    return isTold ? projected : [own(event), ...projected];
  });
  return found.map(({ type, event, data }, n) => ({
    type,
    workflow_id: event.workflow_id,
    execution_id: event.execution_id,
    timestamp: event.timestamp,
    data,
    sequence: event.sequence,
    cursor: cursorText(n === found.length - 1 ? { offset } : { offset, seen: n + 1 }),
  }));
}

function own(event: PublishedEvent): { type: string; event: PublishedEvent; data: JsonObject } {
  return { type: event.event, event, data: fieldsOf(event) };
}

function projections(event: PublishedEvent): readonly Projection[] {
  const fields = fieldsOf(event);
  const found: Projection[] = [];
  const status = STATUS[event.event];
  if (status !== undefined)
    found.push(['workflow.status_changed', { status, event: event.event, ...fields }]);
  switch (event.event) {
    case 'agent.task_assigned': {
      const { agent_id, task_id, attempt } = fields as Record<string, Json>;
      found.push(['agent.assigned', fields]);
      // An agent in this process begins at once.
      found.push([
        'task.started',
        { task_id: task_id as Json, agent_id: agent_id as Json, attempt: attempt as Json },
      ]);
      break;
    }
    case 'task.completed':
      found.push(['task.completed', fields]);
      break;
    case 'workflow.checkpoint_created':
      found.push(['checkpoint.created', fields]);
      break;
    default:
  }
  if (ERRORS.has(event.event)) found.push(['error.occurred', { event: event.event, ...fields }]);
  return found;
}

/** What is the event's own, beside what stands in every message. */
function fieldsOf(event: PublishedEvent): JsonObject {
  const {
    event: _type,
    workflow_id: _workflow,
    execution_id: _execution,
    sequence: _sequence,
    timestamp: _at,
    ...fields
  } = event;
  return fields as JsonObject;
}
