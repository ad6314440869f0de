/** What a plan says about how its tasks follow each other: its own functions are asked, without anything of the law. */
import type {
  AnyTask,
  Computed,
  Json,
  OnFailure,
  Plan,
  PlanTeam,
  Scope,
  TaskDefinition,
} from '@cantata/core';
import { CantataError } from '@cantata/core';
import type { Edge, End, Rules, TaskRules, TeamRule } from './rules.ts';

export function rulesOfPlan({ definition: { tasks }, teams }: Plan, input: Json): Rules {
  const awaited = new Set(
    tasks.flatMap((task) =>
      edgesOf(task).flatMap(({ task: id, on }) => (on === 'failed' || on === 'any' ? [id] : [])),
    ),
  );
  return new Map(
    tasks.map((task): [string, TaskRules] => {
      const { id, when, onFailure, cancelRemaining = false, loop, enough } = task;
      // What it reads of others only the law knows.
      const isWanted = when?.reads.tasks.length === 0 ? evaluated(when, { input, tasks: {} }) : undefined;
      return [
        id,
        {
          id,
          edges: edgesOf(task),
          join: joinOf(task),
          cancelsRemaining: cancelRemaining,
          onFailure: failureOf(onFailure ?? { kind: awaited.has(id) ? 'continue' : 'fail' }),
          ...(isWanted === undefined ? {} : { isWanted }),
          ...(enough === undefined ? {} : { enough }),
          ...(loop === undefined ? {} : { loop: loopOf(id, loop, input) }),
          ...teamOf(teams.of(task), task),
        },
      ];
    }),
  );
}

function edgesOf({ dependsOn, metBy = {} }: AnyTask): readonly Edge[] {
  return dependsOn.map((task) => ({ task, on: metBy[task] ?? 'completed' }));
}

/** What undoes the execution when it has failed does not change that it fails. */
function failureOf(onFailure: OnFailure): TaskRules['onFailure'] {
  return onFailure.kind === 'compensate' ? { kind: 'fail' } : onFailure;
}

function joinOf({ dependsOn, join }: AnyTask): TaskRules['join'] {
  if (join === undefined || join.kind === 'all') return { kind: 'at_least', count: dependsOn.length };
  if (join.kind === 'any') return { kind: 'at_least', count: 1 };
  if (join.kind === 'at_least') return join;
  const statusOf = (ends: ReadonlyMap<string, End>, id: string): string => ends.get(id) ?? 'pending';
  return {
    kind: 'when',
    holds: (ends) => {
      const seen = dependsOn.map((id) => [id, { output: null, status: statusOf(ends, id) }] as const);
      return evaluated(join.condition, { input: null, tasks: Object.fromEntries(seen) });
    },
  };
}

function teamOf(team: PlanTeam | undefined, { kind }: TaskDefinition): Pick<TaskRules, 'team'> {
  if (team === undefined) return {};
  return { team: teamRule(team, kind === 'team') };
}

function teamRule({ pattern, limits, inner }: PlanTeam, isWhole: boolean): TeamRule {
  const teams = Array.from(inner, ([name, team]) => [name, teamRule(team, true)] as const);
  return { pattern: pattern.name, isWhole, ...limits, inner: new Map(teams) };
}

function loopOf(id: string, loop: NonNullable<AnyTask['loop']>, input: Json): NonNullable<TaskRules['loop']> {
  const { maxIterations, onLimit, while: goesOn, until } = loop;
  if (goesOn === undefined && until === undefined) return { maxIterations, onLimit };
  return {
    maxIterations,
    onLimit,
    wantsMore: (output) => {
      const scope = { input, tasks: { [id]: { output, status: 'completed' } } };
      const mayGoOn = goesOn === undefined ? true : evaluated(goesOn, scope);
      if (mayGoOn !== true || until === undefined) return mayGoOn;
      const isDone = evaluated(until, scope);
      return isDone === undefined ? undefined : !isDone;
    },
  };
}

/** Undefined where it has no value. */
function evaluated(computed: Computed<boolean>, scope: Scope): boolean | undefined {
  try {
    return computed.evaluate(scope);
  } catch (error) {
    if (error instanceof CantataError) return undefined;
    throw error;
  }
}
