/** Seats over time as SVG: a row for every seat, a bar for every turn, a scale above. */

import { duration } from '@cantata/core';
import { type PlanReport, seatAt } from '@cantata/definition';
import { seatRows } from '../bars.ts';
import { ticks } from '../time-axis.ts';
import type { Drawing } from './graph.ts';
import { element, escape, fitted, round, textWidth, words } from './markup.ts';

const MAX_ROWS = 40;
const ROW = 30;
const BAR = 22;
const SCALE = 26;
const FONT = 12;
const MAX_LABEL = 180;
/** Bars are placed on a grid of so many pixels, or of so many cells where that is less. */
const GRID = 2;
const MAX_CELLS = 500;
/** Bars are drawn together where they are narrower than so many cells. */
const MIN_BAR_CELLS = 3;
const TICK_EVERY = 90;

export function drawGantt(report: PlanReport, width: number): Drawing {
  const { plan, schedule } = report;
  const seatName = (seat: number): string => seatAt(plan, seat);
  const labels = Math.min(
    MAX_LABEL,
    plan.seats.reduce((most, { id }) => Math.max(most, textWidth(id, FONT)), 0),
  );
  const left = Math.ceil(labels) + 14;
  const room = Math.max(200, width - left);
  const cells = Math.min(MAX_CELLS, Math.floor(room / GRID));
  const grid = room / cells;
  const { shown, hidden, idle } = seatRows(report, { cells, minCells: MIN_BAR_CELLS, maxRows: MAX_ROWS });
  const bottom = SCALE + shown.length * ROW;
  const scale = room / Math.max(1, schedule.makespanMs);
  const times = ticks(schedule.makespanMs, Math.floor(room / TICK_EVERY) + 1);
  const notes = [
    ...(hidden === 0 ? [] : [`${hidden} more seats work and are not drawn`]),
    ...(idle.length === 0 ? [] : [idleWords(idle.map(seatName))]),
  ];
  return {
    width: left + room,
    height: bottom + notes.length * 20,
    markup: [
      ...times.map((ms) => {
        const x = left + ms * scale;
        const anchor = ms === 0 ? '' : x > left + room - 30 ? ' end' : ' middle';
        return (
          element('path', { class: 'grid', d: `M${round(x)} ${SCALE - 6}V${bottom}` }) +
          words(ms === 0 ? '0' : duration(ms), { x, y: 12, class: `quiet${anchor}` })
        );
      }),
      ...shown.flatMap(({ seat, bars }, row) => {
        const y = SCALE + row * ROW;
        return [
          words(fitted(seatName(seat), MAX_LABEL, FONT), { x: left - 12, y: y + 19, class: 'seat end' }),
          ...bars.map((bar) => {
            const x = left + bar.from * grid;
            const barWidth = Math.max(2, (bar.to - bar.from) * grid - 2);
            const from = `${duration(bar.startMs)} to ${duration(bar.endMs)}`;
            const label = fitted(bar.label, barWidth - 10, FONT);
            return [
              `<g class="bar${bar.critical ? ' critical' : ''}">`,
              `<title>${escape(`${bar.label}: ${from}`)}</title>`,
              element('rect', {
                class: 'plate',
                x,
                y: y + (ROW - BAR) / 2,
                width: barWidth,
                height: BAR,
                rx: Math.min(5, barWidth / 2),
              }),
              ...(label !== bar.label && label.length < 3
                ? []
                : [words(label, { x: x + barWidth / 2, y: y + 19, class: 'label middle' })]),
              '</g>',
            ].join('');
          }),
        ];
      }),
      ...notes.map((note, i) => words(note, { x: left, y: bottom + 16 + i * 20, class: 'quiet' })),
    ].join('\n'),
  };
}

function idleWords(seats: readonly string[]): string {
  const named = seats.slice(0, 4).join(', ');
  return `Never used: ${named}${seats.length > 4 ? ` and ${seats.length - 4} more` : ''}`;
}
