/** What happens in which order: every phase with its tasks, who does them, after what, and how long that may take. */

import { attemptsOf, duration, listing, type Plan, type PlanTask, retryName } from '@cantata/core';
import { type PlanReport, taskIds, tasksByPhase } from '@cantata/definition';
import { count, cut, pad, width } from '../../text.ts';
import { timeWords, whoWords } from '../words.ts';
import { sourceOf } from './data.ts';
import { folded, moreLines, type PlanStyle, paragraph } from './style.ts';

/** Tasks of a phase, and tasks of all phases, that are listed; `--format json` has all. */
const MAX_IN_PHASE = 30;
const MAX_TASKS = 120;

export function phaseLines(report: PlanReport, style: PlanStyle): readonly string[] {
  const { plan } = report;
  const { paint, columns } = style;
  const names = Math.min(
    Math.floor(columns / 3),
    plan.tasks.reduce((most, { id }) => Math.max(most, width(id)), 0),
  );
  const lines: string[] = [];
  let listed = 0;
  const phases = tasksByPhase(plan);
  for (const [phase, tasks] of phases.entries()) {
    if (listed >= MAX_TASKS) {
      const left = phases.length - phase;
      lines.push(...moreLines(count(left, 'more phase'), style, 2));
      break;
    }
    const shown = tasks.slice(0, Math.min(MAX_IN_PHASE, MAX_TASKS - listed));
    listed += shown.length;
    const together = tasks.length > 1 ? ` · ${count(tasks.length, 'task')} that can run side by side` : '';
    const title = `Phase ${phase + 1}`;
    lines.push(`  ${paint.bold(title)}${paint.dim(cut(together, columns - 2 - title.length))}`);
    for (const task of shown) lines.push(...taskLines(report, task, names, style));
    if (shown.length < tasks.length)
      lines.push(...moreLines(count(tasks.length - shown.length, 'more task'), style, 4));
  }
  return [...lines, '', ...keyLines(report, style)];
}

function taskLines(report: PlanReport, task: PlanTask, names: number, style: PlanStyle): readonly string[] {
  const { plan, critical, slackMs, schedule } = report;
  const { paint, signs, columns } = style;
  const { definition, index } = task;
  const isCritical = critical.has(index);
  const mark = isCritical ? paint.yellow(signs.critical) : ' ';
  const name = pad(cut(task.id, names), names);
  // Aligned below the first fact, where there is room for that.
  const indent = columns < 80 ? 6 : names + 6;
  const parts = [
    whoWords(report, task),
    `${timeWords(task)}${definition.parallel ? ' each' : ''}`,
    ...(task.dependsOn.length === 0 ? [] : [`after ${listing(taskIds(plan, task.dependsOn))}`]),
    attemptWords(task, plan),
    ...(isCritical || schedule.makespanMs === 0 ? [] : [`may be ${duration(slackMs[index] as number)} late`]),
    ...(definition.priority === 0 ? [] : [`priority ${definition.priority}`]),
    ...(definition.output === undefined ? [] : ['output is checked']),
  ];
  const [first = '', ...rest] = folded(`  ${mark} ${isCritical ? paint.bold(name) : name}  `, parts, {
    columns,
    indent,
    between: paint.dim(' · '),
  });
  const quoted = [
    ...(definition.when === undefined ? [] : [`only when ${sourceOf(definition.when.source)}`]),
    ...(definition.input === undefined ? [] : [`works on ${sourceOf(definition.input.source)}`]),
  ];
  return [first, ...rest, ...quoted.flatMap((text) => paragraph(text, style, indent)).map(paint.dim)];
}

/** `up to 5 attempts (fixed), each at most 5 min`, `one attempt, no timeout`. */
function attemptWords({ definition: { timeoutMs, retryPolicy } }: PlanTask, plan: Plan): string {
  const rule = retryPolicy ?? plan.definition.faultTolerance.retryPolicy ?? 'none';
  const attempts = attemptsOf(rule);
  const bound =
    timeoutMs === undefined ? 'no timeout' : `${attempts === 1 ? '' : 'each '}at most ${duration(timeoutMs)}`;
  return attempts === 1
    ? `one attempt, ${bound}`
    : `up to ${attempts} attempts (${retryName(rule)}), ${bound}`;
}

function keyLines({ plan, critical, turns }: PlanReport, style: PlanStyle): readonly string[] {
  const { signs, paint } = style;
  const isConditional = plan.tasks.some(({ definition }) => definition.when !== undefined);
  const parallel = plan.tasks.find(({ definition }) => definition.parallel);
  return [
    'A task starts as soon as everything it comes after is done and a seat is free. A seat is one agent: it does one thing at a time.',
    ...(critical.size === 0
      ? []
      : [`${signs.critical} is on the critical path: late there is late in the end.`]),
    ...(parallel === undefined
      ? []
      : [
          `× ${turns[parallel.index]}: in parallel, once for each element where the input is a list, else once for each seat; ${turns[parallel.index]} are planned here.`,
        ]),
    ...(isConditional ? ['What is done only under a condition is planned as if it were done.'] : []),
  ].flatMap((text) => paragraph(text, style, 2).map(paint.dim));
}
