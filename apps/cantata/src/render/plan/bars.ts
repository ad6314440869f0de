/** The schedule as bars on a grid of cells, a row for every seat: what the Gantt charts of text and SVG both draw. */

import { isForTeams, taskLabel } from '@cantata/core';
import { groupAt, type PlanReport, taskAt } from '@cantata/definition';

export interface Bar {
  /** Cells, from the first to behind the last; at least one. */
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly task: number;
  /** How many turns it stands for; more than one where they are too short to be drawn apart. */
  readonly turns: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly critical: boolean;
}

export interface SeatRow {
  readonly seat: number;
  readonly bars: readonly Bar[];
}

export interface Rows {
  /** The seats that work, in the order of the plan. */
  readonly shown: readonly SeatRow[];
  /** Seats that work and are not shown. */
  readonly hidden: number;
  /** Seats without work, but those of teams, whose turns no plan knows. */
  readonly idle: readonly number[];
}

/**
 * Rows of `cells` cells for at most `maxRows` seats; those with the most critical work stay. Turns that are not
 * `minCells` wide are drawn as one bar with their neighbours. O(slots + seats), with one sort.
 */
export function seatRows(
  report: PlanReport,
  {
    cells,
    minCells,
    maxRows,
  }: { readonly cells: number; readonly minCells: number; readonly maxRows: number },
): Rows {
  const { plan, schedule, critical } = report;
  const { task, seat, startMs } = schedule.slots;
  const bySeat = new Map<number, number[]>();
  const criticalTurns = new Uint32Array(plan.seats.length);
  for (let slot = 0; slot < task.length; slot++) {
    const at = seat[slot] as number;
    // What needs no seat has no row.
    if (at === -1) continue;
    const list = bySeat.get(at);
    if (list === undefined) bySeat.set(at, [slot]);
    else list.push(slot);
    if (critical.has(task[slot] as number)) criticalTurns[at] = (criticalTurns[at] as number) + 1;
  }
  const busy = [...bySeat.keys()].sort((a, b) => a - b);
  const kept = new Set(
    busy
      .toSorted((a, b) => (criticalTurns[b] as number) - (criticalTurns[a] as number) || a - b)
      .slice(0, maxRows),
  );
  const shown = busy
    .filter((at) => kept.has(at))
    .map((at) => {
      const slots = (bySeat.get(at) as number[]).sort(
        (a, b) => (startMs[a] as number) - (startMs[b] as number),
      );
      return { seat: at, bars: barsOf(report, slots, cells, minCells) };
    });
  return {
    shown,
    hidden: busy.length - shown.length,
    idle: plan.seats.flatMap(({ index, group }) =>
      bySeat.has(index) || isForTeams(plan.definition, groupAt(plan, group).name, false) ? [] : [index],
    ),
  };
}

function barsOf(
  report: PlanReport,
  slots: readonly number[],
  cells: number,
  minCells: number,
): readonly Bar[] {
  const { plan, schedule, critical } = report;
  const scale = cells / Math.max(1, schedule.makespanMs);
  const bars: Bar[] = [];
  for (const slot of slots) {
    const task = schedule.slots.task[slot] as number;
    const item = schedule.slots.item[slot] as number;
    const startMs = schedule.slots.startMs[slot] as number;
    const endMs = schedule.slots.endMs[slot] as number;
    const from = Math.min(cells - 1, Math.round(startMs * scale));
    const to = Math.min(cells, Math.max(from + 1, Math.round(endMs * scale)));
    const bar: Bar = {
      from,
      to,
      task,
      startMs,
      endMs,
      label: taskLabel(taskAt(plan, task).id, item === -1 ? undefined : item),
      turns: 1,
      critical: critical.has(task),
    };
    const last = bars.at(-1);
    if (last !== undefined && belongTogether(last, bar, minCells))
      bars[bars.length - 1] = together(last, bar);
    else bars.push(bar);
  }
  return bars;
}

/** What shares a cell cannot be drawn apart; what is too narrow to be read is drawn as one with what is like it. */
function belongTogether(last: Bar, next: Bar, minCells: number): boolean {
  const isNarrow = ({ from, to, turns }: Bar): boolean => turns > 1 || to - from < minCells;
  if (next.from < last.to) return true;
  return next.from === last.to && isNarrow(last) && isNarrow(next) && last.critical === next.critical;
}

function together(one: Bar, next: Bar): Bar {
  const turns = one.turns + next.turns;
  return {
    from: one.from,
    to: Math.max(one.to, next.to),
    task: one.task,
    startMs: one.startMs,
    endMs: next.endMs,
    label: `${turns} calls`,
    turns,
    critical: one.critical || next.critical,
  };
}
