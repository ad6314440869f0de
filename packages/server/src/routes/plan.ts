/** What would happen, in which order, by whom: as `cantata plan --json` says it. */
import { CantataError, type Limits } from '@cantata/core';
import { planJson, planWith, reportOf, type Typed, typedCpu, typedMemory } from '@cantata/definition';
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import { WorkflowPlan } from '../schemas/plans.ts';
import { VersionQuery, WorkflowParams } from '../schemas/workflows.ts';
import { noticesOf } from '../stored-document.ts';

const MOST_WISHES = 1_000;
const Wish = z.string().min(3).max(300);

export function planRoute(app: App, parts: ServerParts): void {
  app.get(
    '/api/v1/workflows/:workflow/plan',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'planWorkflow',
        tags: ['Workflows'],
        summary: 'What would happen, in which order, by whom',
        params: WorkflowParams,
        querystring: z.strictObject({
          ...VersionQuery,
          seats: z
            .union([Wish, z.array(Wish).max(MOST_WISHES)])
            .optional()
            .describe('`group=n`, as often as wanted: what if there were so many?'),
          limit_cpu: z.string().min(1).max(64).optional().describe('all busy seats together: `2 cores`'),
          limit_memory: z.string().min(1).max(64).optional().describe('the same of memory: `4GB`'),
        }),
        response: { 200: WorkflowPlan, ...problems(400, 401, 403, 404, 507) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { version, seats = [], limit_cpu: cpu, limit_memory: memory } = request.query;
      const row = await access.workflow(request.params.workflow, version);
      const limits: Limits = {
        ...(cpu === undefined ? {} : { cpuMillis: amountOf(typedCpu(cpu, 'limit_cpu')) }),
        ...(memory === undefined ? {} : { memoryBytes: amountOf(typedMemory(memory, 'limit_memory')) }),
      };
      const { definition } = await parts.engine.plan(row);
      const history = await parts.engine.reader.history(row.workflowId, row.tenant);
      const planned = planWith(definition, [seats].flat(), history, 'seats');
      if ('problem' in planned)
        throw new CantataError('request_invalid', [planned.problem, planned.help ?? ''].join('. ').trim());
      const { plan, written, changes } = planned;
      const notices = noticesOf(row, parts);
      return planJson(
        reportOf(plan, {
          limits,
          notices,
          history,
          whatIf: changes,
          ...(written === undefined ? {} : { written }),
        }),
      );
    },
  );
}

/** @throws CantataError `request_invalid`. */
function amountOf(typed: Typed): number {
  if ('amount' in typed) return typed.amount;
  throw new CantataError('request_invalid', typed.problem);
}
