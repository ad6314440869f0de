/** Tries a pattern out: a workflow of one team, made for it, in a world without a store and with time that a test moves. */
import type { Json, JsonObject, Pattern } from '@cantata/core';
import { formatProblem, parsePattern, STANDARD } from '@cantata/definition';
import type { ScriptedAgent } from './script.ts';
import { testWorkflow } from './test-workflow.ts';
import type { WorkflowRun } from './workflow-run.ts';

export interface SimulatePatternOptions<Agent = ScriptedAgent> {
  /** The team: by group, who performs. A group is called like its role, or has it in `roles`. */
  readonly agents: Readonly<Record<string, Agent>>;
  readonly roles?: Readonly<Record<string, string>>;
  /** Seats of a group. Default: one. */
  readonly seats?: Readonly<Record<string, number>>;
  /** Of the pattern. Default: what it says. */
  readonly options?: JsonObject;
  /** As `limits:` of a document. */
  readonly limits?: JsonObject;
  readonly input?: Json;
}

/**
 * Starts a team that works by the pattern, and lets everything happen that needs no time.
 * @param pattern the name of one that comes with Cantata, a document as YAML or JSON text, or a pattern in code
 * @throws Error with every problem of the document, or of the team
 */
export async function simulatePattern(
  pattern: string | Pattern,
  { agents, roles = {}, seats = {}, options = {}, limits = {}, input = null }: SimulatePatternOptions,
): Promise<WorkflowRun> {
  const { name, patterns, documents } = found(pattern);
  const groups = Object.keys(agents).map((group) => {
    const role = roles[group];
    return [
      group,
      { type: group, count: seats[group] ?? 1, ...(role === undefined ? {} : { role }) },
    ] as const;
  });
  const workflow: JsonObject = {
    name: 'simulation',
    version: '1',
    orchestration_pattern: 'custom',
    pattern: { name, options, limits },
    patterns: documents,
    agents: Object.fromEntries(groups),
    tasks: [],
    coordination: { type: 'hybrid' },
  };
  return testWorkflow(workflow, { agents, input, patterns });
}

interface Found {
  readonly name: string;
  readonly patterns: readonly Pattern[];
  readonly documents: readonly JsonObject[];
}

function found(pattern: string | Pattern): Found {
  if (typeof pattern !== 'string') return { name: pattern.name, patterns: [pattern], documents: [] };
  if (STANDARD.get(pattern) !== undefined) return { name: pattern, patterns: [], documents: [] };
  const parsed = parsePattern(pattern);
  if (parsed.kind === 'valid')
    return { name: parsed.pattern.name, patterns: [], documents: [parsed.document] };
  throw new Error(parsed.problems.map((problem) => formatProblem(problem)).join('\n'));
}
