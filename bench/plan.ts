/**
 * The complete plan: from a checked definition to the schedule of every item of work, and what could be better. Random
 * layered graphs of about three edges a task; `node bench/plan.ts` prints it.
 */
import {
  type AgentGroup,
  createPlan,
  type Definition,
  type Plan,
  schedule,
  suggest,
  type TaskDefinition,
  type Template,
  type Who,
} from '@cantata/core';
import { layeredGraph } from '../test/graphs/random.ts';
import { type Figure, lineOf } from './figures.ts';

interface Shape {
  readonly agents: readonly AgentGroup[];
  readonly who: (task: number) => Who;
}

/** Ten groups of eight seats, named by the tasks. */
const TEAMS: Shape = {
  agents: Array.from({ length: 10 }, (_, n) => group(`team${n}`, 8, [])),
  who: (task) => ({ kind: 'group', group: `team${task % 10}` }),
};

/**
 * A thousand groups, each with some of eight capabilities, and all 256 combinations of these asked for, which is as many
 * as the language allows: every group shares its seats among many pools, and most pools have many groups.
 */
const CROWD: Shape = {
  agents: Array.from({ length: 1_000 }, (_, n) => group(`group${n}`, 2, ['any', ...skills(n)])),
  who: (task) => ({ kind: 'capabilities', capabilities: ['any', ...skills(task)] }),
};

function skills(bits: number): readonly string[] {
  return Array.from({ length: 8 }, (_, bit) => bit)
    .filter((bit) => (bits >> bit) % 2 === 1)
    .map((bit) => `skill${bit}`);
}

export async function planBench(): Promise<readonly Figure[]> {
  return [
    ...planFigures(1_000, TEAMS, 'ten groups', 51, { plan: 10, suggest: 100 }),
    ...planFigures(1_000, CROWD, '1,000 groups', 21, { suggest: 100 }),
    ...planFigures(100_000, TEAMS, 'ten groups', 5, { plan: 1_000 }),
    ...planFigures(100_000, CROWD, '1,000 groups', 3, {}),
  ];
}

function planFigures(
  size: number,
  shape: Shape,
  shapeName: string,
  rounds: number,
  targetMs: { readonly plan?: number; readonly suggest?: number },
): readonly Figure[] {
  const definition = definitionOf(size, shape);
  const times = Array.from({ length: rounds + 2 }, () => {
    const start = performance.now();
    const plan: Plan = createPlan(definition);
    const planned = performance.now();
    const made = schedule(plan);
    const scheduled = performance.now();
    suggest(plan, made);
    return {
      plan: scheduled - start,
      schedule: scheduled - planned,
      suggest: performance.now() - scheduled,
    };
  }).slice(2);
  const of = (part: keyof (typeof times)[number]): number =>
    times.map((time) => time[part]).toSorted((a, b) => a - b)[times.length >> 1] as number;
  const what = `${size.toLocaleString('en-US')} tasks, ${shapeName}`;
  const most = (value: number | undefined) =>
    value === undefined ? {} : { target: { at: 'most', value } as const };
  return [
    { name: `plan with schedule, ${what}`, value: of('plan'), unit: 'ms', ...most(targetMs.plan) },
    { name: '  of which the schedule', value: of('schedule'), unit: 'ms' },
    { name: `suggestions, ${what}`, value: of('suggest'), unit: 'ms', ...most(targetMs.suggest) },
  ];
}

/** Every task has a template that reads nothing: each of its dependencies may be one too many. */
const READS_NOTHING: Template = {
  source: null,
  reads: { input: false, tasks: [] },
  evaluate: () => null,
};

function definitionOf(size: number, { agents, who }: Shape): Definition {
  const { sources, targets, durations } = layeredGraph(size, size);
  const dependsOn = Array.from({ length: size }, () => new Set<string>());
  for (const [edge, target] of targets.entries()) dependsOn[target]?.add(`task_${sources[edge]}`);
  const tasks = dependsOn.map(
    (before, n): TaskDefinition => ({
      id: `task_${n}`,
      who: who(n),
      dependsOn: [...before],
      parallel: false,
      priority: n % 100 === 0 ? 1 : 0,
      input: READS_NOTHING,
      estimate: { durationMs: durations[n] as number },
    }),
  );
  return {
    name: 'bench',
    version: '1',
    pattern: 'supervisor',
    agents,
    tasks,
    coordination: { type: 'graph_based', eventDriven: [], graphBased: [] },
    faultTolerance: {},
    maxConcurrentExecutions: 1,
    tags: [],
  };
}

function group(name: string, count: number, capabilities: readonly string[]): AgentGroup {
  return { name, type: 'worker', count, capabilities, resources: { cpuMillis: 500 } };
}

if (import.meta.main) {
  for (const figure of await planBench()) console.log(lineOf(figure));
}
