/** What those who run the service ask it. */
import { z } from 'zod';

export const Health = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });

export const Ready = z
  .object({
    status: z.literal('ready'),
    role: z.enum(['owner', 'client']).describe('whether this process decides, or another one does for it'),
  })
  .meta({ id: 'Ready' });

const Amounts = z
  .object({
    executions: z.int().nullable(),
    cpu_millis: z.number().nullable(),
    memory_bytes: z.number().nullable(),
  })
  .meta({ id: 'Amounts', description: 'Null where nothing is limited.' });

export const Capacity = z
  .object({
    role: z.enum(['owner', 'client']),
    executions: z.int().describe('in memory'),
    max_executions_in_memory: z.int().describe('beyond it, who only waits leaves memory at once'),
    attempts: z.int().describe('agents at work'),
    unbound: z.int().describe('attempts that wait for an agent to be bound'),
    timers: z.int(),
    queued: z.int().describe('commands that wait to be decided'),
    max_queued: z.int(),
    queue_free: z.int().describe('commands that are taken before `engine_busy`'),
    parked: z.int(),
    inbox: z.int().describe('messages at hand that are not dealt with yet'),
    limits: Amounts.describe('of the whole store, as the operator set them'),
    used: z
      .object({ executions: z.int(), cpu_millis: z.number(), memory_bytes: z.number() })
      .describe('by what began under limits'),
    free: Amounts,
    waiting: z.int().describe('executions that wait for room'),
  })
  .meta({
    id: 'WorkflowCapacity',
    description: 'What this process has in hand, and what the whole store may.',
  });
