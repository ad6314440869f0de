/** A text becomes a workflow that can run, or everything that is wrong with it is told at once. */
import { CantataError, type Definition, type JsonObject, type Plan, schedule } from '@cantata/core';
import { type Parsed, type Problem, parseDefinition } from '@cantata/definition';
import type { FastifyRequest } from 'fastify';
import type { ServerParts } from './parts.ts';
import { DocumentError } from './problems/problem.ts';

/** @throws CantataError `definition_unreadable` for an empty body. */
export function textOf({ body }: FastifyRequest): string {
  if (typeof body === 'string' && body.trim() !== '') return body;
  throw new CantataError('definition_unreadable', 'the body is empty; send a workflow as JSON or YAML');
}

/** A workflow, be it one that cannot run. @throws DocumentError with all problems for what is none. */
export function readableWorkflow(
  { patterns }: ServerParts,
  text: string,
): Exclude<Parsed, { kind: 'unreadable' }> {
  const parsed = parseDefinition(text, { patterns });
  if (parsed.kind !== 'unreadable') return parsed;
  const isPattern = parsed.problems.some(({ code }) => code === 'pattern_unknown');
  throw documentError(isPattern ? 'pattern_unknown' : 'definition_unreadable', parsed.problems);
}

/** @throws DocumentError with all problems: 400 for what is no workflow, 422 for one that cannot run. */
export function requireWorkflow(
  parts: ServerParts,
  text: string,
): { readonly definition: Definition; readonly document: JsonObject; readonly notices: readonly Problem[] } {
  const parsed = readableWorkflow(parts, text);
  if (parsed.kind === 'valid') return parsed;
  throw documentError('definition_invalid', parsed.problems);
}

function documentError(
  code: 'definition_invalid' | 'definition_unreadable' | 'pattern_unknown',
  problems: readonly Problem[],
): DocumentError {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const message =
    errors.length === 1
      ? (first?.message ?? 'the document is no workflow')
      : `the document has ${errors.length} problems`;
  return new DocumentError(code, message, problems);
}

export function reportOf(plan: Plan, notices: readonly Problem[]) {
  return { valid: true, problems: notices, tasks: plan.tasks.length, phases: plan.phases };
}

export function estimatedResources(plan: Plan) {
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
