/** What an execution can be told, and what is answered. */
import { z } from 'zod';
import { AnyJson, list, Uuid } from './common.ts';

export const Reason = z.string().min(1).max(1_000).optional().describe('for the log, and whoever reads it');
/** Of a task, or of an item of one: `research[2]`. */
export const TaskLabel = z.string().min(1).max(300).describe('a task, or an item of one: `research[2]`');
/** By which what is sent twice is known. */
export const SentId = z
  .string()
  .min(1)
  .max(128)
  .optional()
  .describe('by which it is known when it is sent twice');

/** For bodies in which nothing need be said, so that none need be sent. */
export function mayBeEmpty<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).prefault({} as never);
}

export const ReasonBody = mayBeEmpty({ reason: Reason });

/** The state after what was asked for. */
export const Told = z
  .object({
    execution_id: Uuid,
    status: z.string().describe('of the execution; `cancelling` until its agents have stopped'),
  })
  .meta({ id: 'ToldExecution' });

export const ToldTask = z
  .object({ execution_id: Uuid, task_id: z.string(), status: z.string().describe('of the execution') })
  .meta({ id: 'ToldTask' });

export const Paused = z
  .object({
    execution_id: Uuid,
    status: z.literal('paused'),
    checkpoint_id: Uuid,
    resume_url: z.string(),
  })
  .meta({ id: 'PausedExecution' });

/** Nobody has answered yet; it is kept, and will be carried out. */
export const Accepted = z
  .object({
    status: z.literal('accepted'),
    detail: z.string(),
    execution_id: Uuid.optional(),
    execution_url: z.string().optional().describe('where to see what became of it'),
  })
  .meta({ id: 'AcceptedCommand' });

export const CancelBody = mayBeEmpty({
  reason: Reason,
  task: TaskLabel.optional().describe('only this task or item'),
  region: z.boolean().default(false).describe('with `task`: also all that comes after it alone'),
});

export const RetryBody = mayBeEmpty({
  tasks: z.array(z.string().min(1).max(256)).max(1_000).default([]).describe('again besides what failed'),
  new_key: z.boolean().default(false).describe('as something new, with new idempotency keys'),
  reason: Reason,
});

export const ForkBody = mayBeEmpty({
  from: z.string().min(1).max(256).optional().describe('this task and all after it is done anew'),
  checkpoint: z.string().min(1).max(64).optional().describe('as it was then, instead of as it is'),
  input: AnyJson.optional().describe('in place of what it was started with'),
  task_input: AnyJson.optional().describe('what the task `from` works on'),
});

export const Forked = z
  .object({
    execution_id: Uuid,
    forked_from: Uuid,
    status: z.literal('planning'),
    execution_url: z.string(),
  })
  .meta({ id: 'ForkedExecution' });

export const UpgradeBody = z
  .strictObject({
    version: z.string().min(1).max(256).describe('a registered version of its workflow'),
    dry_run: z.boolean().default(false).describe('only says what would come of it'),
    force: z.boolean().default(false).describe('stops tasks at work that were changed or removed'),
    reason: Reason,
  })
  .meta({ examples: [{ version: '2.0', dry_run: true }] });

export const UpgradeAnswer = z
  .object({
    execution_id: Uuid,
    upgraded: z.boolean(),
    from: z.string(),
    to: z.string(),
    tasks: list(
      z.object({
        id: z.string(),
        change: z.enum(['added', 'removed', 'changed']),
        status: z.string().nullable(),
        effect: z.enum(['joins', 'stays', 'follows', 'stops', 'goes']),
      }),
    ),
    stops: list(z.string()).describe('tasks at work that would have to be stopped'),
    refused: list(z.string()).describe('a sentence for each reason why it is not possible'),
  })
  .meta({ id: 'UpgradeReport' });

export const CheckpointTaken = z
  .object({ execution_id: Uuid, checkpoint_id: Uuid })
  .meta({ id: 'TakenCheckpoint' });

export const SignalBody = z
  .strictObject({
    signal: z.string().min(1).max(128),
    data: AnyJson.optional().describe('null unless given'),
    id: SentId,
  })
  .meta({ examples: [{ signal: 'paid', data: { amount: 12 } }] });
export const EventBody = z
  .strictObject({
    topic: z.string().min(1).max(128),
    data: AnyJson.optional().describe('null unless given'),
    id: SentId,
  })
  .meta({ examples: [{ topic: 'findings', data: { found: 3 } }] });
export const Sent = z.object({ execution_id: Uuid, id: z.string() }).meta({ id: 'SentMessage' });

const Activation = z.int().positive().max(1_000_000).optional().describe('which entry into the task');
export const UndoAgainBody = mayBeEmpty({
  task: TaskLabel.optional().describe('all that failed unless given'),
  activation: Activation,
});
export const UndoSkipBody = z.strictObject({ task: TaskLabel, activation: Activation, reason: Reason });

export const Deleted = z
  .object({ execution_id: Uuid, deleted: z.literal(true) })
  .meta({ id: 'DeletedExecution' });
