/** Runs an agent with its schemas around it. */
import type { Json } from '@cantata/core';
import type { AgentDefinition } from './agent.ts';
import type { Context } from './context.ts';
import { TerminalError } from './errors.ts';
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';

/** How many issues a message spells out, and how many the detail keeps. */
const SPELLED_OUT = 5;
const KEPT = 50;

/**
 * Checks the input, performs, checks the output. Nothing returned stays nothing: the engine reports that.
 * @throws TerminalError `input_invalid` or `output_invalid`: the same input would fail the same way again.
 */
export async function performChecked(
  agent: AgentDefinition,
  input: unknown,
  context: Context,
): Promise<unknown> {
  const accepted = await check(agent.input, input, 'input');
  const output = await agent.perform(accepted, context);
  return output === undefined ? undefined : check(agent.output, output, 'output');
}

async function check(
  schema: StandardSchema | undefined,
  value: unknown,
  what: 'input' | 'output',
): Promise<unknown> {
  if (schema === undefined) return value;
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return result.value;
  throw new TerminalError(`the ${what} does not match the agent's schema: ${spell(result.issues)}`, {
    code: `${what}_invalid`,
    detail: {
      issues: result.issues
        .slice(0, KEPT)
        .map((issue): Json => ({ path: pathOf(issue), message: issue.message })),
    },
  });
}

function spell(issues: readonly SchemaIssue[]): string {
  const spelled = issues.slice(0, SPELLED_OUT).map((issue) => {
    const path = pathOf(issue);
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  const left = issues.length - spelled.length;
  return spelled.join('; ') + (left > 0 ? `; and ${left} more` : '');
}

/** `passages[2].quote`, as one would write it in code. */
function pathOf(issue: SchemaIssue): string {
  return (issue.path ?? [])
    .map((step) => (typeof step === 'object' ? step.key : step))
    .map((key, n) => (typeof key === 'number' ? `[${key}]` : `${n === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
