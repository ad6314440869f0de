/** A plan. docs/cli.md says what each key means; more may come. */
import { z } from 'zod';
import { AnyObject, list } from './common.ts';

const Totals = z
  .object({
    duration_ms: z.number(),
    critical_path_ms: z.number(),
    work_ms: z.number(),
    turns: z.int(),
    peak_parallelism: z.int(),
    peak_cpu_millis: z.number(),
    peak_memory_bytes: z.number(),
    cost: z.number().nullable(),
    estimates: z.object({ declared: z.int(), history: z.int(), guess: z.int() }),
  })
  .meta({ id: 'PlanTotals' });

const Slot = z
  .object({
    task: z.string(),
    item: z.int().nullable(),
    agent_id: z.string().nullable().describe('null where no agent is needed'),
    start_ms: z.number(),
    end_ms: z.number(),
  })
  .meta({ id: 'PlanSlot' });

export const WorkflowPlan = z
  .looseObject({
    name: z.string(),
    version: z.string(),
    orchestration_pattern: z.string(),
    tags: list(z.string()),
    phases: list(z.object({ name: z.string(), tasks: list(z.string()) })),
    tasks: list(AnyObject),
    seats: list(z.object({ agent_id: z.string(), group: z.string(), type: z.string(), busy_ms: z.number() })),
    schedule: list(Slot),
    critical_path: list(z.string()),
    totals: Totals,
    limits: z.object({ cpu_millis: z.number().nullable(), memory_bytes: z.number().nullable() }),
    what_if: list(z.object({ group: z.string(), seats: z.int(), written_seats: z.int() })),
    suggestions: list(AnyObject),
    notices: list(AnyObject),
  })
  .meta({ id: 'WorkflowPlan' });
