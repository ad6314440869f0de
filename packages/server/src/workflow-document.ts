/** A text becomes a workflow that can run, or everything that is wrong with it is told at once. */
import { CantataError, type Definition, type JsonObject, type Plan, schedule } from '@cantata/core';
import {
  type Problem,
  parseDefinition,
  positionOf,
  totalsOf,
  wantedBy,
  workflowMissing,
} from '@cantata/definition';
import type { Engine } from '@cantata/engine';
import type { FastifyRequest } from 'fastify';
import type { ServerParts } from './parts.ts';
import { DocumentError } from './problems/problem.ts';
import { registeredPatterns } from './registered.ts';

/** @throws CantataError `definition_unreadable` for an empty body. */
export function textOf({ body }: FastifyRequest): string {
  if (typeof body === 'string' && body.trim() !== '') return body;
  throw new CantataError('definition_unreadable', 'the body is empty; send a document as JSON or YAML');
}

export type CheckedWorkflow =
  | {
      readonly kind: 'valid';
      readonly definition: Definition;
      /** With the registered patterns that it names: what is stored. */
      readonly document: JsonObject;
      readonly notices: readonly Problem[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** What a tenant wrote, by what they have registered. @throws DocumentError with all problems for what is no workflow. */
export async function checkWorkflow(
  { engine, patterns, store }: ServerParts,
  tenant: string,
  text: string,
): Promise<CheckedWorkflow> {
  const registered = await registeredPatterns(store, tenant);
  const parsed = parseDefinition(text, { patterns, registered });
  if (parsed.kind === 'unreadable') {
    const isPattern = parsed.problems.some(({ code }) => code === 'pattern_unknown');
    throw documentError(isPattern ? 'pattern_unknown' : 'definition_unreadable', parsed.problems);
  }
  if (parsed.kind === 'invalid') return parsed;
  const { definition } = parsed;
  const notices = [...parsed.notices, ...unbound(engine, definition, text)].toSorted(byPlace);
  const missing: Problem[] = [];
  for (const wanted of wantedBy(definition)) {
    const { name, version } = wanted;
    if ((await store.workflows.find(tenant, name, version)) === undefined)
      missing.push(workflowMissing(text, wanted, NOT_REGISTERED));
  }
  if (missing.length > 0) return { kind: 'invalid', problems: [...missing, ...notices].toSorted(byPlace) };
  return { kind: 'valid', definition, document: registered.into(parsed.document), notices };
}

/** No error: who performs them may come later, and until then executions wait. */
function unbound(engine: Pick<Engine, 'isBound'>, { agents }: Definition, text: string): readonly Problem[] {
  return agents
    .filter(({ type }) => engine.isBound(type) === false)
    .map(({ name, type }) => ({
      code: 'agent_type_unbound',
      severity: 'notice',
      message: `nobody here performs work of the type \`${type}\` now`,
      path: `agents.${name}.type`,
      ...positionOf(text, ['agents', name, 'type']),
      hint: 'an execution waits until somebody does; bind an agent to it, or use a type that has one',
    }));
}

const NOT_REGISTERED = { where: 'here', hint: 'register it first' };

function byPlace(a: Problem, b: Problem): number {
  return a.line - b.line || a.column - b.column;
}

/** The same, of one that must be able to run. @throws DocumentError with all problems, 400 or 422. */
export async function requireWorkflow(
  parts: ServerParts,
  tenant: string,
  text: string,
): Promise<CheckedWorkflow & { readonly kind: 'valid' }> {
  const checked = await checkWorkflow(parts, tenant, text);
  if (checked.kind === 'valid') return checked;
  throw documentError('definition_invalid', checked.problems);
}

export function documentError(
  code: 'definition_invalid' | 'definition_unreadable' | 'pattern_unknown',
  problems: readonly Problem[],
): DocumentError {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const message =
    errors.length === 1
      ? (first?.message ?? 'the document cannot be used')
      : `the document has ${errors.length} problems`;
  return new DocumentError(code, message, problems);
}

export function reportOf(plan: Plan, notices: readonly Problem[]) {
  return { valid: true, problems: notices, tasks: plan.tasks.length, phases: plan.phases };
}

/** The planner's figures, as `cantata plan` has them. */
export function estimatedResources(plan: Plan) {
  const totals = totalsOf(plan, schedule(plan, {}));
  return {
    seats: plan.seats.length,
    cpu_millis: totals.peak_cpu_millis,
    memory_bytes: totals.peak_memory_bytes,
    peak_parallelism: totals.peak_parallelism,
    duration_ms: totals.duration_ms,
    critical_path_ms: totals.critical_path_ms,
    turns: totals.turns,
    cost: totals.cost,
    estimates: totals.estimates,
  };
}
