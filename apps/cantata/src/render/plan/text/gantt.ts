/** Seats over time: a row for every seat, a bar for every turn, as wide as the terminal. */

import { duration } from '@cantata/core';
import { type PlanReport, seatAt } from '@cantata/definition';
import { cut, pad, width } from '../../text.ts';
import { type Bar, seatRows } from '../bars.ts';
import { ticks } from '../time-axis.ts';
import { type PlanStyle, paragraph } from './style.ts';

const MAX_ROWS = 24;
const MIN_CELLS = 3;
const MAX_LEGEND = 20;
const KEYS = 'abcdefghijklmnopqrstuvwxyz';

export function ganttLines(report: PlanReport, style: PlanStyle): readonly string[] {
  const { plan, schedule } = report;
  const { columns, paint } = style;
  if (schedule.makespanMs === 0) return [];
  const seatName = (seat: number): string => seatAt(plan, seat);
  const most = Math.min(24, Math.floor(columns / 3));
  // The last time stands right of its tick.
  const probe = seatRows(report, { cells: 1, minCells: 1, maxRows: MAX_ROWS });
  const names = Math.min(
    most,
    probe.shown.reduce((widest, { seat }) => Math.max(widest, width(seatName(seat))), 0),
  );
  const cells = columns - names - 5;
  const { shown, hidden, idle } = seatRows(report, { cells, minCells: MIN_CELLS, maxRows: MAX_ROWS });
  const legend = new Legend();
  const rows = shown.map(({ seat, bars }) => {
    let line = '';
    let at = 0;
    for (const bar of bars) {
      line += ' '.repeat(bar.from - at) + paintBar(bar, barText(bar, legend, style), style);
      at = bar.to;
    }
    return `  ${pad(cut(seatName(seat), names), names)}  ${line}`;
  });
  const notes = [
    ...(legend.lines.length === 0 ? [] : [legend.lines.join(', ')]),
    ...(hidden === 0 ? [] : [`… ${hidden} more seats work; --format svg draws more, json has all`]),
    ...(idle.length === 0
      ? []
      : [
          `no task needs: ${idle.slice(0, 6).map(seatName).join(', ')}${idle.length > 6 ? ` and ${idle.length - 6} more` : ''}`,
        ]),
  ];
  return [
    `  ${' '.repeat(names)}  ${paint.dim(axis(schedule.makespanMs, cells, style))}`,
    ...rows,
    ...notes.flatMap((note) => paragraph(note, style, names + 4).map(paint.dim)),
  ];
}

/** The times above the rows, each beginning above its moment; the end ends above its own. */
function axis(makespanMs: number, cells: number, { signs }: PlanStyle): string {
  const end = `${duration(makespanMs)}${signs.endTick}`;
  const room = cells - width(end);
  const most = Math.max(3, Math.floor(cells / (width(end) + 4)));
  let line = '';
  for (const ms of ticks(makespanMs, most)) {
    const at = Math.round((ms * cells) / makespanMs);
    const text = `${signs.tick}${ms === 0 ? '0' : duration(ms)}`;
    if (at >= width(line) && at + width(text) < room) line = pad(line, at) + text;
  }
  return `${pad(line, room)}${end}`;
}

/** A name in the bar, or a letter that the legend explains, or nothing where there is no room for either. */
function barText(bar: Bar, legend: Legend, { signs }: PlanStyle): string {
  const { left, middle, right, only } = bar.critical ? signs.criticalBar : signs.bar;
  const room = bar.to - bar.from - 2;
  if (room === -1) return only;
  const label = labelIn(bar, room, legend);
  if (label === '') return left + middle.repeat(room) + right;
  const space = room - width(label);
  const before = Math.min(1, Math.floor(space / 2));
  return left + middle.repeat(before) + label + middle.repeat(space - before) + right;
}

function labelIn(bar: Bar, room: number, legend: Legend): string {
  const spaced = ` ${bar.label} `;
  if (width(spaced) + 2 <= room) return spaced;
  if (width(bar.label) <= room) return bar.label;
  const short = bar.turns > 1 ? `${bar.turns}` : '';
  if (short !== '' && short.length <= room) return short;
  if (room >= 6) return shortened(bar.label, room);
  return room >= 1 && bar.turns === 1 ? legend.keyOf(bar.label) : '';
}

/** Names of one kind differ at their end, and so do items: the middle goes. */
function shortened(label: string, room: number): string {
  const tail = Math.ceil((room - 1) / 2);
  const short = `${label.slice(0, room - 1 - tail)}…${label.slice(-tail)}`;
  return cut(short.toWellFormed(), room);
}

function paintBar({ critical }: Bar, text: string, { paint }: PlanStyle): string {
  return critical ? paint.yellow(text) : paint.cyan(text);
}

/** Letters for names that are wider than their bars; given out once, so that what has none stays without. */
class Legend {
  readonly #keys = new Map<string, string>();

  keyOf(label: string): string {
    const known = this.#keys.get(label);
    if (known !== undefined) return known;
    if (this.#keys.size === MAX_LEGEND) return '';
    const key = KEYS[this.#keys.size] as string;
    this.#keys.set(label, key);
    return key;
  }

  get lines(): readonly string[] {
    return [...this.#keys].map(([label, key]) => `${key} ${label}`);
  }
}
