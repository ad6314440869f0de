/** Definitions as short as a test wants them: `aDefinition({ agents: { writers: 2 }, tasks: { a: [], b: ['a'] } })`. */
import {
  type AgentGroup,
  type AnyTask,
  type Compensate,
  createPlan,
  type Definition,
  type Plan,
  type TaskDefinition,
  type TeamUse,
  type WaitFor,
  type Who,
} from '@cantata/core';

export interface DefinitionSketch extends Partial<Omit<Definition, 'agents' | 'tasks'>> {
  /** By name: the number of seats, or more about the group. One group `workers` of one seat unless given. */
  readonly agents?: Readonly<Record<string, number | AgentSketch>>;
  /** By id, in document order: what the task depends on, or more about it. One task `a` unless given. */
  readonly tasks?: Readonly<Record<string, readonly string[] | TaskSketch>>;
}

/** The type is the group's name unless given. */
export type AgentSketch = Partial<Omit<AgentGroup, 'name'>>;

/** Done by the first group unless it says otherwise. */
export interface TaskSketch extends Partial<Omit<AnyTask, 'id'>> {
  readonly agent?: string;
  readonly requires?: readonly string[];
  readonly compensate?: Compensate;
  /** It waits, and nobody does it. */
  readonly wait?: WaitFor;
  /** It is an execution of this workflow. */
  readonly workflow?: string;
  readonly version?: string;
  /** It is shared by a team from its first turn on. */
  readonly team?: TeamUse;
}

export function aDefinition(sketch: DefinitionSketch = {}): Definition {
  const { agents = { workers: 1 }, tasks = { a: [] }, ...rest } = sketch;
  const [anyone = ''] = Object.keys(agents);
  return {
    name: 'test',
    version: '1.0.0',
    pattern: 'supervisor',
    coordination: { type: 'graph_based', eventDriven: [], graphBased: ['dependencies'] },
    faultTolerance: {},
    maxConcurrentExecutions: 1,
    tags: [],
    ...rest,
    agents: Object.entries(agents).map(([name, agent]) => anAgent(name, agent)),
    tasks: Object.entries(tasks).map(([id, task]) => aTask(id, task, anyone)),
  };
}

/** The definition made ready to run. */
export function aPlan(sketch: DefinitionSketch = {}): Plan {
  return createPlan(aDefinition(sketch));
}

function anAgent(name: string, sketch: number | AgentSketch): AgentGroup {
  const agent = typeof sketch === 'number' ? { count: sketch } : sketch;
  return { name, type: name, count: 1, capabilities: [], resources: {}, ...agent };
}

function aTask(id: string, sketch: readonly string[] | TaskSketch, anyone: string): TaskDefinition {
  const {
    agent = anyone,
    requires,
    wait,
    compensate,
    workflow,
    version,
    team,
    ...more
  }: TaskSketch = isList(sketch) ? { dependsOn: sketch } : sketch;
  const rest = { id, dependsOn: [], parallel: false, priority: 0, ...more };
  if (wait !== undefined) return { ...rest, kind: 'wait', wait };
  if (workflow !== undefined)
    return { ...rest, kind: 'workflow', workflow, ...(version === undefined ? {} : { version }) };
  if (team !== undefined) return { ...rest, kind: 'team', team, who: { kind: 'group', group: agent } };
  const who: Who =
    requires === undefined
      ? { kind: 'group', group: agent }
      : { kind: 'capabilities', capabilities: requires };
  return { ...rest, who, ...(compensate === undefined ? {} : { compensate }) };
}

function isList(sketch: readonly string[] | TaskSketch): sketch is readonly string[] {
  return Array.isArray(sketch);
}
