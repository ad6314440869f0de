/** The graph of a plan as SVG: boxes in columns, a column for every phase, lines from what comes first. */

import { type PlanTask, successors } from '@cantata/core';
import { isCriticalEdge, type PlanReport, taskAt } from '@cantata/definition';
import { boxFacts } from '../words.ts';
import { type LayoutBox, type LayoutLine, layout, type Point } from './layout.ts';
import { element, escape, fitted, round, textWidth, words } from './markup.ts';
import type { Column } from './selection.ts';

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly markup: string;
}

const NAME_SIZE = 14;
const FACT_SIZE = 11.5;
const PADDING = 14;
const MIN_WIDTH = 96;
const MAX_WIDTH = 230;
const HEIGHT = 50;
const HEADING = 30;

interface Line extends LayoutLine {
  readonly isCritical: boolean;
}

interface Box extends LayoutBox {
  readonly name: string;
  readonly facts: string;
  /** Undefined for a box that stands for what is left out. */
  readonly task: PlanTask | undefined;
}

export function drawGraph(report: PlanReport, columns: readonly Column[]): Drawing {
  const boxes = columns.flatMap((column, at) => boxesOf(report, column, at));
  const boxOfTask = new Map(
    boxes.flatMap(({ task }, box) => (task === undefined ? [] : [[task.index, box] as const])),
  );
  const lines = [...boxOfTask].flatMap(([task, from]): Line[] =>
    [...new Set(successors(report.plan.graph, task))].flatMap((next) => {
      const to = boxOfTask.get(next);
      return to === undefined ? [] : [{ from, to, isCritical: isCriticalEdge(report, task, next) }];
    }),
  );
  const { width, height, corners, routes, columns: places } = layout(boxes, lines, { across: 52, down: 18 });
  const headings = columns.map(({ phase }, at) => {
    const { x, width: columnWidth } = places[at] as { readonly x: number; readonly width: number };
    const middle = x + columnWidth / 2;
    return phase === undefined
      ? ''
      : words(`Phase ${phase + 1}`, { x: middle, y: 14, class: 'quiet middle' });
  });
  const drawnLines = lines
    .map(({ isCritical }, i) => ({ isCritical, markup: drawLine(routes[i] as readonly Point[], isCritical) }))
    // Drawn last, the critical ones lie on top.
    .toSorted((a, b) => Number(a.isCritical) - Number(b.isCritical))
    .map(({ markup }) => markup);
  const drawnBoxes = boxes.map((box, i) => drawBox(report, box, corners[i] as Point));
  return {
    width,
    height: height + HEADING,
    markup: [
      ...headings.filter((heading) => heading !== ''),
      `<g transform="translate(0 ${HEADING})">`,
      ...drawnLines,
      ...drawnBoxes,
      '</g>',
    ].join('\n'),
  };
}

function boxesOf(report: PlanReport, { phase, tasks, hidden }: Column, column: number): readonly Box[] {
  const shown = tasks.map((index) => {
    const task = taskAt(report.plan, index);
    return box(column, task.id, boxFacts(report, task).join(' · '), task);
  });
  if (hidden === 0) return shown;
  const what = phase === undefined ? 'phases' : 'tasks';
  return [...shown, box(column, `${hidden} more`, `${what} of this plan`, undefined)];
}

function box(column: number, name: string, facts: string, task: PlanTask | undefined): Box {
  const wanted = Math.max(textWidth(name, NAME_SIZE), textWidth(facts, FACT_SIZE)) + 2 * PADDING;
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.ceil(wanted)));
  return { column, width, height: HEIGHT, name, facts, task };
}

function drawBox(report: PlanReport, { name, facts, task, width, height }: Box, { x, y }: Point): string {
  const inner = width - 2 * PADDING + 4;
  const classes = ['box', ...(task === undefined ? ['rest'] : classesOf(report, task))].join(' ');
  const plate = { rx: 8, width, height, class: 'plate' };
  // A parallel task is a pile of boxes.
  const pile =
    task?.definition.parallel === true
      ? [element('rect', { ...plate, x: 4, y: 4, class: 'plate under' })]
      : [];
  return [
    `<g class="${classes}" transform="translate(${round(x)} ${round(y)})">`,
    `<title>${escape(`${name}: ${facts}`)}</title>`,
    ...pile,
    element('rect', plate),
    words(fitted(name, inner, NAME_SIZE), { x: width / 2, y: 21, class: 'name middle' }),
    words(fitted(facts, inner, FACT_SIZE), { x: width / 2, y: 38, class: 'facts middle' }),
    '</g>',
  ].join('');
}

function classesOf({ critical }: PlanReport, { index, definition }: PlanTask): readonly string[] {
  return [
    ...(critical.has(index) ? ['critical'] : []),
    ...(definition.when === undefined ? [] : ['conditional']),
  ];
}

/** Curves between the columns, straight lines through them. */
function drawLine(points: readonly Point[], isCritical: boolean): string {
  const [first, ...rest] = points as readonly [Point, ...Point[]];
  let path = `M${round(first.x)} ${round(first.y)}`;
  let at = first;
  for (const [i, next] of rest.entries()) {
    const isCurve = i % 2 === 0;
    const bend = (next.x - at.x) / 2;
    path += isCurve
      ? ` C${round(at.x + bend)} ${round(at.y)} ${round(next.x - bend)} ${round(next.y)} ${round(next.x)} ${round(next.y)}`
      : ` L${round(next.x)} ${round(next.y)}`;
    at = next;
  }
  const name = isCritical ? 'line critical' : 'line';
  return element('path', { class: name, d: path, 'marker-end': `url(#${isCritical ? 'late' : 'arrow'})` });
}
