/** A document is registered as a workflow, or only looked at. */
import { createPlan } from '@cantata/core';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import { requireCapacity } from '../constraints.ts';
import { takeDocuments } from '../documents.ts';
import { isMade } from '../idempotency/claim.ts';
import type { ServerParts } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import { Registered, Validated } from '../schemas/workflows.ts';
import {
  checkWorkflow,
  estimatedResources,
  reportOf,
  requireWorkflow,
  textOf,
} from '../workflow-document.ts';

const DOCUMENTS = ['application/json', 'application/yaml'];

export function registerRoutes(app: App, parts: ServerParts): void {
  void app.register(async (scope: App) => {
    takeDocuments(scope);
    scope.post(
      '/api/v1/workflows',
      {
        config: { role: 'author' },
        schema: {
          operationId: 'registerWorkflow',
          tags: ['Workflows'],
          summary: 'Register a workflow, or a new version of one',
          description:
            'JSON or YAML, with or without the `workflow:` root. The same name and version again is answered with 200 where the content is equal, and with 409 where it is not.',
          consumes: DOCUMENTS,
          response: { 200: Registered, 201: Registered, ...problems(400, 401, 403, 409, 413, 422, 507) },
        },
      },
      async (request, reply) => {
        const { principal, requestId } = accessOf(parts, request);
        const checked = await requireWorkflow(parts, principal.tenant, textOf(request));
        const { definition, document, notices } = checked;
        const { tenant } = principal;
        const known = await parts.store.workflows.find(tenant, definition.name, definition.version);
        requireCapacity(createPlan(definition), parts.engine.settings.capacity);
        const version = await parts.engine.register(document, tenant);
        const plan = await parts.engine.plan(version);
        return reply.code(isMade(known, requestId) ? 201 : 200).send({
          workflow_id: version.workflowId,
          name: version.name,
          version: version.version,
          status: 'validated' as const,
          validation_report: reportOf(plan, notices),
          estimated_resources: estimatedResources(plan),
        });
      },
    );

    scope.post(
      '/api/v1/workflows/validate',
      {
        config: { role: 'viewer' },
        schema: {
          operationId: 'validateWorkflow',
          tags: ['Workflows'],
          summary: 'What is wrong with a workflow, and what it would take',
          description: 'Nothing is stored. What is no workflow at all is answered with 400.',
          consumes: DOCUMENTS,
          response: { 200: Validated, ...problems(400, 401, 403, 413) },
        },
      },
      async (request) => {
        const { tenant } = accessOf(parts, request).principal;
        const checked = await checkWorkflow(parts, tenant, textOf(request));
        if (checked.kind === 'invalid') {
          const report = { valid: false, problems: checked.problems, tasks: null, phases: [] };
          return { valid: false, validation_report: report, estimated_resources: null };
        }
        const plan = createPlan(checked.definition);
        return {
          valid: true,
          validation_report: reportOf(plan, checked.notices),
          estimated_resources: estimatedResources(plan),
        };
      },
    );
    await Promise.resolve();
  });
}
