/**
 * Tries a workflow out: the real engine on a store in memory, scripted agents, and time that only a test moves. Needs no
 * test runner, leaves no timer behind and nothing to close.
 */
import type { Json, JsonObject, Pattern, PatternLibrary } from '@cantata/core';
import { compile, formatProblem, parseDefinition, parsePattern, withPatterns } from '@cantata/definition';
import { createMemoryStore, Engine } from '@cantata/engine';
import { VirtualClock } from '../virtual-clock.ts';
import { Cast } from './cast.ts';
import { milliseconds, type ScriptedAgent } from './script.ts';
import { WorkflowRun } from './workflow-run.ts';

export interface TestWorkflowOptions<Agent = ScriptedAgent> {
  /** By agent type, as in the `type:` of the document: who performs it. */
  readonly agents: Readonly<Record<string, Agent>>;
  /** What the execution works on. Default: null. */
  readonly input?: Json;
  /** Patterns that the document names, in code or as YAML or JSON text; those that come with Cantata are there. */
  readonly patterns?: readonly (Pattern | string)[];
  /** Workflows that it starts: each as YAML or JSON text, or as plain data. */
  readonly workflows?: readonly (string | JsonObject)[];
  /** How long it may take: milliseconds or `2h`. Default: a day. */
  readonly timeout?: string | number;
}

/** Nothing else is at work: what an engine does now and then for the sake of others can wait. */
const SELDOM_MS = 6 * 3_600_000;
const SETTINGS = {
  inboxPollMs: SELDOM_MS,
  reconcileMs: SELDOM_MS,
  checkpointIntervalMs: SELDOM_MS,
  leaseMs: 4 * SELDOM_MS,
};

/**
 * Starts an execution of a workflow and lets everything happen that needs no time.
 * @param document the workflow as YAML or JSON text, or as plain data
 * @throws Error with every problem of the document or of a pattern, or with the agent types that nobody was given for
 * @throws CantataError `input_invalid` for an input that the workflow does not take
 */
export async function testWorkflow(
  document: string | JsonObject,
  { agents, input = null, timeout, patterns: own = [], workflows = [] }: TestWorkflowOptions,
): Promise<WorkflowRun> {
  const patterns = withPatterns(own.map(patternOf));
  const checked = read(document, patterns);
  const parts = workflows.map((one) => read(one, patterns));
  for (const one of [checked, ...parts]) requireAgents(one, agents, patterns);
  const clock = new VirtualClock();
  const cast = new Cast(clock, agents);
  const engine = await clock.of(
    Engine.open({
      store: createMemoryStore(),
      agents: cast,
      compile: (stored) => compile(stored, { patterns }),
      clock,
      owner: { id: clock.id(), host: 'test', pid: 1 },
      settings: SETTINGS,
    }),
  );
  for (const part of parts) await clock.of(engine.register(part));
  const workflow = await clock.of(engine.register(checked));
  const limit = timeout === undefined ? {} : { timeoutMs: milliseconds(timeout) };
  const id = await clock.of(engine.start({ workflow, input, by: 'test', ...limit }));
  const run = new WorkflowRun(id, engine, clock, cast);
  await run.settle();
  return run;
}

function read(document: string | JsonObject, patterns: PatternLibrary): JsonObject {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const parsed = parseDefinition(text, { patterns });
  if (parsed.kind === 'valid') return parsed.document;
  throw new Error(parsed.problems.map((problem) => formatProblem(problem)).join('\n'));
}

function patternOf(one: Pattern | string): Pattern {
  if (typeof one !== 'string') return one;
  const parsed = parsePattern(one);
  if (parsed.kind === 'valid') return parsed.pattern;
  throw new Error(parsed.problems.map((problem) => formatProblem(problem)).join('\n'));
}

function requireAgents(
  document: JsonObject,
  agents: Readonly<Record<string, unknown>>,
  patterns: PatternLibrary,
): void {
  const types = compile(document, { patterns }).groups.map(({ definition }) => definition.type);
  const missing = [...new Set(types)].filter((type) => !Object.hasOwn(agents, type));
  if (missing.length === 0) return;
  throw new Error(`nobody performs ${missing.join(', ')}: give an agent for each of them in \`agents\``);
}
