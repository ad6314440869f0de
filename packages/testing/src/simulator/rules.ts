/** What the document of a program says about how its tasks follow each other, read for a second reading of logs. */
import type { JsonObject } from '@cantata/core';
import { READINGS, type Reading, type Rules, type Story, storyOf, type TaskRules } from '../reading/index.ts';
import { asBegun, type Finished, type FinishedExecution } from './finished.ts';
import type { Invariant } from './invariants/invariant.ts';
import { CONDITIONS } from './programs/condition.ts';
import { joinHolds } from './programs/join.ts';
import { loopWantsMore } from './programs/loop.ts';
import { milestoneOf } from './programs/milestone.ts';
import type { Draft, TaskDraft } from './programs/program.ts';
import { teamSaid } from './programs/team.ts';

/** An invariant that asks one of the readings of every execution. */
export function readingOf(name: keyof typeof READINGS, says: string): Invariant {
  const reading: Reading = READINGS[name];
  return {
    name,
    says,
    *check({ executions }: Finished) {
      for (const execution of executions)
        for (const sentence of reading(toldBy(execution))) yield `${execution.id}: ${sentence}`;
    },
  };
}

/** The same for all readings of an execution, and made once. */
const STORIES = new WeakMap<FinishedExecution, Story>();

function toldBy(execution: FinishedExecution): Story {
  const known = STORIES.get(execution);
  if (known !== undefined) return known;
  const story = storyBefore(execution);
  STORIES.set(execution, story);
  return story;
}

/** As far as it goes by one version of its workflow. */
export function storyBefore(execution: FinishedExecution): Story {
  const begun = asBegun(execution);
  return storyOf(rulesOf(begun), begun.log);
}

function rulesOf({ log, workflow }: FinishedExecution): Rules {
  const requested = log[0]?.event;
  const input = (requested?.type === 'workflow.requested' ? requested.input : {}) as JsonObject;
  const { tasks } = workflow.program;
  return new Map(
    tasks.map((task) => {
      const team = teamSaid(workflow.program, task);
      return [task.id, { ...taskRules(task, tasks, input), ...(team === undefined ? {} : { team }) }];
    }),
  );
}

function taskRules(task: TaskDraft, tasks: readonly TaskDraft[], input: JsonObject): TaskRules {
  const edges = edgesOf(task);
  const isWanted = CONDITIONS[task['when'] as string]?.(input);
  const milestone = milestoneOf(task['when']);
  const loop = loopOf(task);
  const enough = task['enough'] as number | undefined;
  return {
    id: task.id,
    edges,
    join: joinOf(task, edges.length),
    cancelsRemaining: task['cancel_remaining'] === true,
    onFailure: onFailureOf(task, tasks),
    ...(loop === undefined ? {} : { loop }),
    ...(enough === undefined ? {} : { enough }),
    ...(isWanted === undefined ? {} : { isWanted }),
    ...(milestone === undefined ? {} : { milestone }),
  };
}

function edgesOf(task: Draft): TaskRules['edges'] {
  const entries = (task['depends_on'] ?? []) as readonly (string | TaskRules['edges'][number])[];
  return entries.map((entry) => (typeof entry === 'string' ? { task: entry, on: 'completed' } : entry));
}

function joinOf({ join = 'all' }: Draft, dependencies: number): TaskRules['join'] {
  if (join === 'all' || join === 'any') return { kind: 'at_least', count: join === 'any' ? 1 : dependencies };
  const { at_least: count, when } = join as { readonly at_least?: number; readonly when?: string };
  if (when !== undefined) return { kind: 'when', holds: (ends) => joinHolds(when, ends) };
  return { kind: 'at_least', count: count as number };
}

function onFailureOf(task: TaskDraft, tasks: readonly TaskDraft[]): TaskRules['onFailure'] {
  const says = task['on_failure'];
  if (typeof says === 'string') return { kind: says === 'continue' ? 'continue' : 'fail' };
  if (says !== undefined) {
    const { goto, max_times: maxTimes = 3 } = says as { readonly goto: string; readonly max_times?: number };
    return { kind: 'goto', task: goto, maxTimes };
  }
  const isAwaited = tasks.some((other) =>
    edgesOf(other).some((edge) => edge.task === task.id && (edge.on === 'failed' || edge.on === 'any')),
  );
  return { kind: isAwaited && says === undefined ? 'continue' : 'fail' };
}

function loopOf({ loop }: Draft): TaskRules['loop'] {
  if (loop === undefined) return undefined;
  const {
    max_iterations: maxIterations = 10,
    on_limit: onLimit = 'complete',
    ...conditions
  } = loop as LoopDraft;
  if (Object.keys(conditions).length === 0) return { maxIterations, onLimit };
  return { maxIterations, onLimit, wantsMore: (output) => loopWantsMore(conditions, output) };
}

interface LoopDraft {
  readonly max_iterations?: number;
  readonly on_limit?: 'complete' | 'fail';
  readonly while?: string;
  readonly until?: string;
}
