/** What there is to read of one execution beside its status. */
import { DEPENDENCY_ENDS, type EventRow, iso } from '@cantata/core';
import type { CheckpointRow } from '@cantata/engine';
import { z } from 'zod';
import { AnyJson, AnyObject, list, Timestamp, Uuid } from './common.ts';
import { TASK_STATUSES } from './executions.ts';

export const ExecutionParams = z.object({ execution: Uuid.describe('the id of an execution') });

export const Causes = z
  .object({
    execution_id: Uuid,
    causes: list(
      z.object({
        subject: z.string().describe('`execution`, or a task or item: `research[2]`'),
        code: z.string(),
        sentence: z.string(),
        waits_for: list(z.string()).describe('tasks, seats or commands'),
        until: z.number().optional().describe('when it goes on by itself, in Unix milliseconds'),
        claim: z.string().optional(),
        admission: z.string().optional(),
      }),
    ).describe('the first one speaks of the whole'),
  })
  .meta({ id: 'ExecutionCauses' });

const MOST_EVENTS = 1_000;

/** A log grows at its end, and sequences are dense: whoever has read up to one asks for what is after it. */
export const AfterQuery = {
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).describe('a sequence'),
  limit: z.coerce.number().int().min(1).max(MOST_EVENTS).default(100).describe('most of a page'),
};

export function pageAfter<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: list(item),
    next_cursor: z.int().nullable().describe('to be given as `after`; null where nothing follows yet'),
  });
}

/** Of what was asked for with one more than a page. */
export function pageAfterOf<Found extends { readonly sequence: number }, Item>(
  found: readonly Found[],
  limit: number,
  item: (found: Found) => Item,
): { readonly items: readonly Item[]; readonly next_cursor: number | null } {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    next_cursor: found.length > limit && last !== undefined ? last.sequence : null,
  };
}

export const PublishedEventSchema = z
  .looseObject({
    event: z.string(),
    workflow_id: Uuid,
    execution_id: Uuid,
    sequence: z.int(),
    timestamp: Timestamp,
    actor: z.string(),
  })
  .meta({ id: 'PublishedEvent', description: 'What happened, with the fields of its kind of event.' });

export const LogRow = z
  .object({
    sequence: z.int().describe('dense in the execution, from 1'),
    at: z.int().describe('Unix milliseconds'),
    type: z.string(),
    schema: z.int().describe('version of the form of `data`'),
    causation: z.string(),
    actor: z.string(),
    traceparent: z.string().nullable(),
    shard: z.int(),
    position: z.int().describe('dense in the shard, from 1'),
    data: z.string().describe('the event as it is recorded'),
  })
  .meta({ id: 'LogRow', description: 'An event as it is recorded: of the inside of Cantata.' });

export function logRow({ entity: _, ...row }: EventRow): z.infer<typeof LogRow> {
  const { sequence, at, type, schema, causation, actor, traceparent, shard, position, data } = row;
  return { sequence, at, type, schema, causation, actor, traceparent, shard, position, data };
}

export const Checkpoint = z
  .object({
    checkpoint_id: Uuid,
    sequence: z.int(),
    at: Timestamp,
    cause: z.string(),
    by: z.string(),
    recovery_instructions: z.object({
      in_flight: list(z.object({ task: z.string(), agent_id: z.string(), attempt: z.int() })),
      redispatch: z.int(),
      ready: z.int(),
      retrying: z.int(),
      resume: z.string(),
    }),
  })
  .meta({ id: 'Checkpoint' });

export function checkpointRow(row: CheckpointRow): z.infer<typeof Checkpoint> {
  const { checkpointId, sequence, at, cause, by, recovery } = row;
  return { checkpoint_id: checkpointId, sequence, at: iso(at), cause, by, recovery_instructions: recovery };
}

export const ExecutionGraph = z
  .object({
    execution_id: Uuid,
    nodes: list(
      z.object({
        id: z.string(),
        kind: z.string(),
        status: z.enum(TASK_STATUSES),
        layer: z.int().describe('from 0'),
        started_at: Timestamp.nullable(),
        completed_at: Timestamp.nullable(),
      }),
    ),
    edges: list(
      z.object({
        from: z.string(),
        to: z.string().describe('waits for `from`'),
        on: z.enum(DEPENDENCY_ENDS).describe('how `from` must end'),
      }),
    ),
    layers: list(z.object({ phase: z.string(), tasks: list(z.string()) })),
    critical_path: list(z.string()).describe('of what is left while it runs, else of all'),
  })
  .meta({ id: 'ExecutionGraph' });

export const Questions = z
  .object({
    execution_id: Uuid,
    approvals: list(
      z.object({
        task: z.string().describe('by which it is answered'),
        question: z.string(),
        of: z.string().nullable().describe('whom it is for'),
        answered_by: list(z.string()).nullable().describe('who may answer; null for anybody'),
        schema: AnyObject.nullable().describe('what the answer must look like'),
        asked_at: Timestamp,
        due: Timestamp.nullable(),
      }),
    ),
  })
  .meta({ id: 'OpenQuestions' });

export const ValueParams = ExecutionParams.extend({
  reference: z.string().min(1).max(128).describe('the `$blob` of a reference in its log'),
});

export const Output = z.object({ execution_id: Uuid, output: AnyJson }).meta({ id: 'ExecutionOutput' });
