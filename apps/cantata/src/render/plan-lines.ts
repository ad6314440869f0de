/** A plan as people read it: what happens in which order, who does it, how long it may take. */
import { duration, listing, type Plan, type PlanTask, RETRY_POLICIES } from '@cantata/core';
import type { Terminal } from '../terminal.ts';
import { taskIds } from './lookup.ts';
import { count } from './text.ts';

/** Tasks and groups are listed one by one up to here; `--json` has all. */
const MAX_LISTED = 50;

export function planLines(plan: Plan, terminal: Terminal): readonly string[] {
  const { paint } = terminal;
  const { name, version, pattern } = plan.definition;
  const seats = count(plan.seats.length, 'seat');
  const phases = tasksByPhase(plan);
  const seatColumns = plan.groups.reduce(
    (most, { definition }) => Math.min(48, Math.max(most, seatsOf(definition).length)),
    0,
  );
  return [
    `${paint.bold(name)} ${version} ${paint.dim(`· ${pattern} · ${count(plan.tasks.length, 'task')} · ${seats}`)}`,
    ...cutList(
      phases.flatMap((tasks, phase) => ['', ...phaseLines(plan, phase, tasks, terminal)]),
      4 * MAX_LISTED,
    ),
    '',
    paint.bold('Seats'),
    ...cutList(plan.groups.map((group) => groupLine(group.definition, seatColumns, terminal))),
    '',
    paint.bold('Critical path'),
    `  ${pathWords(plan)}`,
    `  about ${duration(plan.plannedMs)} ${paint.dim('(a guess: every task counts 10 s, or its timeout where that is shorter)')}`,
  ];
}

export function tasksByPhase(plan: Plan): readonly (readonly PlanTask[])[] {
  const phases = Array.from({ length: plan.layers.count }, (): PlanTask[] => []);
  for (const task of plan.tasks) phases[plan.layers.layerOf[task.index] as number]?.push(task);
  return phases;
}

function phaseLines(
  plan: Plan,
  phase: number,
  tasks: readonly PlanTask[],
  terminal: Terminal,
): readonly string[] {
  const { paint } = terminal;
  const together = tasks.length > 1 ? paint.dim(' side by side') : '';
  const columns = plan.tasks.reduce((most, { id }) => Math.min(40, Math.max(most, id.length)), 0);
  return [
    `${paint.bold(`Phase ${phase + 1} of ${plan.layers.count}`)}${together}`,
    ...cutList(tasks.map((task) => taskLine(task, plan, columns, terminal))),
  ];
}

function taskLine(task: PlanTask, plan: Plan, columns: number, { paint }: Terminal): string {
  const { definition } = task;
  const after = taskIds(plan, task.dependsOn);
  const facts = [
    whoWords(task, plan),
    ...(after.length === 0 ? [] : [`after ${listing(after)}`]),
    `timeout ${definition.timeoutMs === undefined ? 'none' : duration(definition.timeoutMs)}`,
    retryWords(task),
  ];
  return `  ${task.id.padEnd(columns)}  ${facts.join(paint.dim(' · '))}`;
}

function whoWords({ definition: { who, parallel } }: PlanTask, plan: Plan): string {
  const by = who.kind === 'group' ? who.group : `whoever can ${listing(who.capabilities)}`;
  if (!parallel) return by;
  const group =
    who.kind === 'group' ? plan.definition.agents.find(({ name }) => name === who.group) : undefined;
  return group === undefined ? `${by}, in parallel` : `${by}, in parallel on ${count(group.count, 'seat')}`;
}

function retryWords({ definition: { retryPolicy } }: PlanTask): string {
  if (retryPolicy === undefined) return 'no retry';
  return retryPolicy === 'none'
    ? 'no retry'
    : `${retryPolicy}, ${RETRY_POLICIES[retryPolicy].attempts} attempts`;
}

function groupLine(
  group: Plan['definition']['agents'][number],
  columns: number,
  { paint }: Terminal,
): string {
  const can = group.capabilities.length === 0 ? '' : `, can do ${listing(group.capabilities)}`;
  return `  ${seatsOf(group).padEnd(columns)}  ${paint.dim(`type ${group.type}${can}`)}`;
}

function seatsOf({ name, count: seats }: Plan['definition']['agents'][number]): string {
  return seats === 1 ? name : `${name}-1 to ${name}-${seats}`;
}

function pathWords(plan: Plan): string {
  const ids = taskIds(plan, plan.criticalPath.vertices);
  const shown = ids.length > 12 ? [...ids.slice(0, 6), `… ${ids.length - 9} more …`, ...ids.slice(-3)] : ids;
  return shown.join(' → ');
}

function cutList(lines: readonly string[], most = MAX_LISTED): readonly string[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `  … ${lines.length - most} more; --json lists all`];
}
