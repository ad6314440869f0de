/** What a plan takes in all, and how anybody knows: durations, seats, processors, memory, money. */

import { duration } from '@cantata/core';
import { cpuWords, type PlanReport, sources, taskIds } from '@cantata/definition';
import { bytes, count } from '../../text.ts';
import { facts, type PlanStyle } from './style.ts';

export function totalLines(report: PlanReport, style: PlanStyle): readonly string[] {
  const { schedule } = report;
  const cost = costWords(report);
  return facts(
    [
      ['duration', durationWords(report)],
      ['critical path', pathWords(report)],
      [
        'work',
        `${duration(schedule.workMs)} in ${count(schedule.turns, 'call')} of agents, at most ${schedule.peakParallelism} at once`,
      ],
      ...machineRows(report),
      ...(cost === undefined ? [] : [['cost', cost] as const]),
      ['estimates', estimateWords(report)],
    ],
    style,
  );
}

/** The seats are what makes a plan longer than its critical path. */
function durationWords({ schedule, writtenMs }: PlanReport): string {
  const { makespanMs, criticalPathMs } = schedule;
  const waits = makespanMs - criticalPathMs;
  const seats = waits < 1 ? '' : `; ${duration(waits)} of it because ready tasks wait for seats`;
  const written = writtenMs === undefined ? '' : `, ${comparison(makespanMs, writtenMs)}`;
  return `about ${duration(makespanMs)}${written}${seats}`;
}

/** A duration beside that of the document as it stands. */
function comparison(ms: number, writtenMs: number): string {
  const difference = Math.abs(ms - writtenMs);
  if (difference < 1) return 'as long as the plan as written';
  return `${duration(difference)} ${ms < writtenMs ? 'less' : 'more'} than the ${duration(writtenMs)} of the plan as written`;
}

const MAX_PATH = 12;

function pathWords({ plan, schedule }: PlanReport): string {
  const ids = taskIds(plan, plan.criticalPath.vertices);
  const shown =
    ids.length > MAX_PATH ? [...ids.slice(0, 6), `… ${ids.length - 9} more …`, ...ids.slice(-3)] : ids;
  return `${duration(schedule.criticalPathMs)}, however many seats there are: ${shown.join(' → ')}`;
}

function machineRows({ schedule, limits, plan }: PlanReport): readonly (readonly [string, string])[] {
  const { peakCpuMillis, peakMemoryBytes } = schedule;
  const parts = [
    ...(peakCpuMillis === 0 ? [] : [cpuWords(peakCpuMillis)]),
    ...(peakMemoryBytes === 0 ? [] : [bytes(peakMemoryBytes)]),
  ];
  const within = [
    ...(limits.cpuMillis === undefined ? [] : [cpuWords(limits.cpuMillis)]),
    ...(limits.memoryBytes === undefined ? [] : [bytes(limits.memoryBytes)]),
  ];
  if (parts.length === 0 && within.length === 0) return [];
  const bound = within.length === 0 ? '' : `, within the limit of ${within.join(' and ')}`;
  const silent = plan.groups.filter(({ definition: { resources } }) => Object.keys(resources).length === 0);
  const unknown =
    silent.length === 0 || parts.length === 0
      ? ''
      : `; ${count(silent.length, 'group')} declare${silent.length === 1 ? 's' : ''} nothing`;
  return [
    [
      'machines',
      `${parts.length === 0 ? 'nothing is declared' : `at most ${parts.join(' and ')} at once`}${bound}${unknown}`,
    ],
  ];
}

function costWords({ schedule, plan }: PlanReport): string | undefined {
  if (schedule.cost === undefined) return undefined;
  const known =
    schedule.tasksWithCost === plan.tasks.length
      ? ''
      : `, of the ${count(schedule.tasksWithCost, 'task')} whose cost is known`;
  return `about ${Number(schedule.cost.toPrecision(4))}${known}`;
}

/** Where the durations come from. */
function estimateWords(report: PlanReport): string {
  const { plan } = report;
  const { declared, history, guess } = sources(plan);
  const parts = [
    ...(declared === 0 ? [] : [`${declared} declared`]),
    ...(history === 0 ? [] : [`${history} the median of past runs (${count(samplesOf(report), 'call')})`]),
    ...(guess === 0
      ? []
      : [
          `${guess === plan.tasks.length ? 'all' : guess} guessed (≈): 10 s, or the timeout where that is shorter; \`estimate: 2m\` at a task says better`,
        ]),
  ];
  return parts.join(', ');
}

/** Calls of agents that the medians were taken from. */
function samplesOf({ plan, history }: PlanReport): number {
  return plan.tasks.reduce(
    (sum, { id, estimate }) => (estimate.source === 'history' ? sum + (history.get(id)?.samples ?? 0) : sum),
    0,
  );
}
