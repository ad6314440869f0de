/** What every form of a plan says in the same words. */

import { duration, isSeated, listing, type Plan, type PlanTask, type TaskDefinition } from '@cantata/core';
import type { PlanReport } from '@cantata/definition';
import { count } from '../text.ts';

/** `supervisor`, `researchers × 3` for a parallel task, `whoever can dig`. */
export function whoWords({ plan, turns }: PlanReport, { index, definition }: PlanTask): string {
  const { parallel } = definition;
  if (!isSeated(definition)) {
    const what = unseatedWords(plan, definition);
    return parallel ? `${what} × ${turns[index]}` : what;
  }
  const { who } = definition;
  const by = who.kind === 'group' ? who.group : `whoever can ${listing(who.capabilities, 3)}`;
  return parallel ? `${by} × ${turns[index]}` : by;
}

function unseatedWords({ definition: { agents } }: Plan, task: TaskDefinition): string {
  if (task.kind === 'workflow') return `workflow ${task.workflow}`;
  if (task.kind !== 'team') return 'waits';
  const { pattern, members } = task.team;
  return `${pattern.name} of ${listing(members ?? agents.map(({ name }) => name), 3)}`;
}

/** `2 min`, or `≈10 s` where that is a guess; of one item. */
export function timeWords({ estimate }: PlanTask): string {
  return `${estimate.source === 'guess' ? '≈' : ''}${duration(estimate.durationMs)}`;
}

/** What a box in a drawing says below the name. */
export function boxFacts(report: PlanReport, task: PlanTask): readonly string[] {
  return [
    whoWords(report, task),
    timeWords(task),
    ...(task.definition.when === undefined ? [] : ['conditional']),
  ];
}

/** `3 tasks in 3 phases`, `4 seats`, `pattern supervisor`. */
export function sizeWords({ plan }: PlanReport): readonly string[] {
  return [
    `${count(plan.tasks.length, 'task')} in ${count(plan.layers.count, 'phase')}`,
    count(plan.seats.length, 'seat'),
    `pattern ${plan.definition.pattern}`,
  ];
}

/** `about 30 s, a guess`, `at most 3 seats at work`. */
export function totalsWords(report: PlanReport): readonly string[] {
  const { schedule } = report;
  const guess = guessWords(report);
  return [
    `about ${duration(schedule.makespanMs)}${guess === '' ? '' : `, ${guess}`}`,
    `at most ${count(schedule.peakParallelism, 'seat')} at work`,
  ];
}

/** `researchers with 5 seats instead of 3`, for what was asked to be other than written. */
export function whatIfWords({ whatIf }: PlanReport): readonly string[] {
  return whatIf.map(({ group, from, to }) => `${group} with ${count(to, 'seat')} instead of ${from}`);
}

/** How much the duration is worth; nothing where all of it is known. */
export function guessWords({ schedule, plan }: PlanReport): string {
  if (schedule.guessed === 0) return '';
  return schedule.guessed === plan.tasks.length ? 'a guess' : 'partly a guess';
}
