/** Workflows as requests and answers have them. */
import { RETRY_POLICY_NAMES } from '@cantata/core';
import { z } from 'zod';
import { AnyObject, list, Uuid } from './common.ts';

export const WorkflowParams = z.object({
  workflow: z.string().min(1).max(256).describe('the id or the name of a workflow'),
});

export const VersionQuery = {
  version: z.string().min(1).max(256).optional().describe('the newest unless given'),
};

export const DocumentProblem = z
  .object({
    code: z.string(),
    severity: z.enum(['error', 'notice']),
    message: z.string(),
    path: z.string(),
    line: z.int(),
    column: z.int(),
    hint: z.string().optional(),
  })
  .meta({ id: 'DocumentProblem' });

const ValidationReport = z
  .object({
    valid: z.boolean(),
    problems: list(DocumentProblem).describe('of a valid document: what is worth knowing'),
    tasks: z.int().nullable().describe('how many there are; null where it cannot run'),
    phases: list(z.string()).describe('layers of the graph, in order'),
  })
  .meta({ id: 'ValidationReport' });

const EstimatedResources = z
  .object({
    seats: z.int().describe('agents the document declares'),
    cpu_millis: z.int().describe('thousandths of a core that busy seats ask for at the same time, at most'),
    memory_bytes: z.int().describe('the same of memory'),
    peak_parallelism: z.int().describe('seats busy at the same time, at most'),
    duration_ms: z.number().describe('expected, with these seats'),
    critical_path_ms: z.number().describe('no run can be shorter'),
    turns: z.int().describe('calls of agents'),
    cost: z.number().nullable().describe('in the unit in which agents report it; null where nobody knows'),
    estimates: z
      .object({ declared: z.int(), history: z.int(), guess: z.int() })
      .describe('how many tasks were estimated from what'),
  })
  .meta({ id: 'EstimatedResources', description: 'What the planner expects.' });

export const Registered = z
  .object({
    workflow_id: Uuid,
    name: z.string(),
    version: z.string(),
    status: z.literal('validated'),
    validation_report: ValidationReport,
    estimated_resources: EstimatedResources,
  })
  .meta({ id: 'RegisteredWorkflow' });

export const Validated = z
  .object({
    valid: z.boolean(),
    validation_report: ValidationReport,
    estimated_resources: EstimatedResources.nullable().describe('null where it cannot run'),
  })
  .meta({ id: 'ValidatedWorkflow' });

const ExecutionOptions = z
  .strictObject({
    timeout: z.number().positive().max(31_536_000).optional().describe('seconds it may take'),
    retry_policy: z.enum(RETRY_POLICY_NAMES).optional().describe('for tasks that name none'),
    resource_constraints: z
      .strictObject({
        cpu: z
          .union([z.string(), z.number().positive()])
          .optional()
          .describe('cores that agents at work ask for together, at most: "2 cores", 1.5'),
        memory: z
          .union([z.string(), z.number().positive()])
          .optional()
          .describe('the same of memory: "4GB", bytes'),
      })
      .optional(),
  })
  .meta({ id: 'ExecutionOptions' });

export const ExecuteBody = z
  .strictObject({
    input_data: AnyObject,
    version: z.string().min(1).max(256).optional().describe('the newest unless given'),
    execution_options: ExecutionOptions.optional(),
  })
  .meta({
    id: 'ExecuteRequest',
    examples: [{ input_data: { topic: 'winter' }, execution_options: { timeout: 3_600 } }],
  });

const AllocatedAgent = z
  .object({ agent_id: z.string(), group: z.string(), type: z.string() })
  .meta({ id: 'AllocatedAgent' });

export const Executing = z
  .object({
    execution_id: Uuid,
    status: z.literal('planning'),
    allocated_agents: list(AllocatedAgent),
    execution_url: z.string(),
  })
  .meta({ id: 'StartedExecution' });
