/** `cantata.config.ts`: which code stands behind which agent type. */
import { type Agent, type AgentDirectory, CantataError, type Pattern } from '@cantata/core';
import type { AgentDefinition } from './agent.ts';
import { inProcess } from './in-process.ts';
import { completePattern, patternProblems } from './pattern.ts';

/** An agent that is reached, and not called: what `processAgent` and `httpAgent` of `@cantata/agents` make. */
export interface RemoteAgent {
  readonly description?: string;
  readonly transport: Agent;
}

export interface Config {
  /** Agent type, as in the `type:` of a document, to what implements it. */
  readonly agents: Readonly<Record<string, AgentDefinition | RemoteAgent>>;
  /** Patterns in code, which workflows name like those that come with Cantata. Made with `definePattern`. */
  readonly patterns?: readonly Pattern[];
  /** Where executions are kept, relative to the configuration file. `.cantata` if not given. */
  readonly dataDir?: string;
}

/** Checks the type of a configuration and gives it back: `export default defineConfig({ ... })`. */
export function defineConfig<Agents extends Config['agents']>(
  config: Config & { readonly agents: Agents },
): Config & { readonly agents: Agents } {
  return config;
}

/**
 * What a configuration module exported, checked: it may have been written in plain JavaScript.
 * @param where the file, for the message
 * @throws CantataError `config_invalid` with everything that is wrong with it
 */
export function readConfig(exported: unknown, where: string): Config {
  const problems = problemsOf(exported);
  if (problems.length === 0) {
    const config = exported as Config;
    return config.patterns === undefined
      ? config
      : { ...config, patterns: config.patterns.map(completePattern) };
  }
  throw new CantataError('config_invalid', `${where}: ${problems.join('; ')}`);
}

/** The agents of a configuration, as the engine asks for them. `where` names the file that binds types. */
export function agentDirectory(config: Config, where: string): AgentDirectory {
  const agents = new Map(Object.entries(config.agents).map(([type, agent]) => [type, reached(agent)]));
  return { where, find: (type) => agents.get(type) };
}

function reached(agent: AgentDefinition | RemoteAgent): Agent {
  return 'transport' in agent ? agent.transport : inProcess(agent);
}

function problemsOf(exported: unknown): readonly string[] {
  if (!isRecord(exported))
    return ['it has no default export; write `export default defineConfig({ agents: { ... } })`'];
  const { agents, dataDir, patterns } = exported;
  const problems = Object.keys(exported)
    .filter((key) => !SETTINGS.includes(key))
    .map((key) => `\`${key}\` is not a setting; there are \`agents\`, \`patterns\` and \`dataDir\``);
  if (dataDir !== undefined && (typeof dataDir !== 'string' || dataDir === ''))
    problems.push('`dataDir` is not a path');
  problems.push(...problemsOfPatterns(patterns));
  if (!isRecord(agents)) return [...problems, '`agents` is not an object of agent types'];
  for (const [type, agent] of Object.entries(agents)) {
    if (!isAgent(agent)) problems.push(`\`agents.${type}\` is not an agent; make it with \`defineAgent\``);
  }
  return problems;
}

const SETTINGS = ['agents', 'patterns', 'dataDir'];

function problemsOfPatterns(patterns: unknown): readonly string[] {
  if (patterns === undefined) return [];
  if (!Array.isArray(patterns)) return ['`patterns` is not a list; make each of them with `definePattern`'];
  const names = patterns.map((pattern: unknown) => (isRecord(pattern) ? pattern['name'] : undefined));
  return patterns.flatMap((pattern: unknown, n) => [
    ...patternProblems(pattern).map((problem) => `\`patterns[${n}]\`: ${problem}`),
    ...(names[n] !== undefined && names.indexOf(names[n]) < n
      ? [`\`patterns[${n}]\`: there is a pattern ${JSON.stringify(names[n])} already`]
      : []),
  ]);
}

function isAgent(agent: unknown): boolean {
  if (!isRecord(agent)) return false;
  const { perform, transport } = agent;
  return (
    typeof (transport === undefined ? perform : isRecord(transport) && transport['perform']) === 'function'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
