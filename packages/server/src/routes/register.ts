/** A document becomes a workflow, or everything that is wrong with it is told at once. */
import { CantataError, type Definition, type JsonObject, type Plan, schedule } from '@cantata/core';
import { type Parsed, type Problem, parseDefinition } from '@cantata/definition';
import type { FastifyRequest } from 'fastify';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import { takeDocuments } from '../documents.ts';
import type { ServerParts } from '../parts.ts';
import { DocumentError } from '../problems/problem.ts';
import { problems } from '../schemas/common.ts';
import { Registered } from '../schemas/workflows.ts';

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
          consumes: ['application/json', 'application/yaml'],
          response: { 200: Registered, 201: Registered, ...problems(400, 401, 403, 409, 413, 422, 507) },
        },
      },
      async (request, reply) => {
        const { principal } = accessOf(parts, request);
        const { document, notices } = requireWorkflow(parts, textOf(request));
        const asked = parts.engine.now();
        const version = await parts.engine.register(document, principal.tenant);
        const plan = await parts.engine.plan(version);
        return reply.code(version.createdAt >= asked ? 201 : 200).send({
          workflow_id: version.workflowId,
          name: version.name,
          version: version.version,
          status: 'validated' as const,
          validation_report: reportOf(plan, notices),
          estimated_resources: estimatedResources(plan),
        });
      },
    );
    await Promise.resolve();
  });
}

function textOf({ body }: FastifyRequest): string {
  if (typeof body === 'string' && body.trim() !== '') return body;
  throw new CantataError('definition_unreadable', 'the body is empty; send a workflow as JSON or YAML');
}

/** @throws DocumentError with all problems: 400 for what is no workflow, 422 for one that cannot run. */
function requireWorkflow(
  { patterns }: ServerParts,
  text: string,
): { readonly definition: Definition; readonly document: JsonObject; readonly notices: readonly Problem[] } {
  const parsed: Parsed = parseDefinition(text, { patterns });
  if (parsed.kind === 'valid') return parsed;
  const errors = parsed.problems.filter(({ severity }) => severity === 'error');
  const code =
    parsed.kind === 'invalid'
      ? 'definition_invalid'
      : errors.some(({ code }) => code === 'pattern_unknown')
        ? 'pattern_unknown'
        : 'definition_unreadable';
  const [first] = errors;
  const message =
    errors.length === 1
      ? (first?.message ?? 'the document is no workflow')
      : `the document has ${errors.length} problems`;
  throw new DocumentError(code, message, parsed.problems);
}

function reportOf(plan: Plan, notices: readonly Problem[]) {
  return { valid: true, problems: notices, tasks: plan.tasks.length, phases: plan.phases };
}

function estimatedResources(plan: Plan) {
  const planned = schedule(plan, {});
  const estimates = { declared: 0, history: 0, guess: 0 };
  for (const { estimate } of plan.tasks) estimates[estimate.source] += 1;
  return {
    seats: plan.seats.length,
    cpu_millis: planned.peakCpuMillis,
    memory_bytes: planned.peakMemoryBytes,
    peak_parallelism: planned.peakParallelism,
    duration_ms: planned.makespanMs,
    critical_path_ms: planned.criticalPathMs,
    turns: planned.turns,
    cost: planned.cost ?? null,
    estimates,
  };
}
