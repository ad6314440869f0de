/**
 * A plan as a picture: its graph, and below it who does what when. One SVG without scripts and without anything from
 * elsewhere, readable in light and dark, of bounded size: what a large plan leaves out, it counts.
 */
import type { PlanReport } from '@cantata/definition';
import { sizeWords, totalsWords, whatIfWords } from '../words.ts';
import { drawGantt } from './gantt.ts';
import { drawGraph } from './graph.ts';
import { element, escape, fitted, round, textWidth, words } from './markup.ts';
import { select } from './selection.ts';
import { arrowHeads, style } from './style.ts';

const MARGIN = 28;
const MIN_WIDTH = 680;
/** Title and the line below it. */
const HEAD = 64;
const HEADING = 30;
const LEGEND = 40;

export function svg(report: PlanReport): string {
  const { name, version } = report.plan.definition;
  const title = `${name} ${version}`;
  const facts = [...sizeWords(report), ...whatIfWords(report)].join(' · ');
  const totals = totalsWords(report).join(' · ');
  const graph = drawGraph(report, select(report));
  const inner = Math.max(MIN_WIDTH, graph.width, textWidth(facts, 12), textWidth(totals, 12));
  const gantt = drawGantt(report, inner);
  const width = Math.ceil(inner + 2 * MARGIN);
  const graphTop = MARGIN + HEAD;
  const ganttTop = graphTop + graph.height + 34;
  const legendTop = ganttTop + HEADING + gantt.height + 20;
  const height = Math.ceil(legendTop + LEGEND);
  const place = (x: number, y: number, markup: string): string =>
    `<g transform="translate(${round(x)} ${round(y)})">\n${markup}\n</g>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escape(`Plan of ${title}`)}</title>`,
    `<desc id="desc">${escape(`${facts}. ${totals}. The critical path is drawn in thick lines.`)}</desc>`,
    style(),
    arrowHeads(),
    element('rect', { class: 'paper', width, height, rx: 12 }),
    words(fitted(title, inner, 20), { x: MARGIN, y: MARGIN + 18, class: 'title' }),
    words(facts, { x: MARGIN, y: MARGIN + 40, class: 'quiet' }),
    place(MARGIN + (inner - graph.width) / 2, graphTop, graph.markup),
    place(MARGIN, ganttTop, words('Seats over time', { x: 0, y: 12, class: 'heading' })),
    place(MARGIN, ganttTop + HEADING, gantt.markup),
    place(
      MARGIN,
      legendTop,
      [
        `<g class="critical">${element('rect', { class: 'plate', x: 1, y: 1, width: 22, height: 13, rx: 4 })}</g>`,
        words('critical path: late here, late in the end', { x: 32, y: 12, class: 'quiet' }),
        words(totals, { x: inner, y: 12, class: 'quiet end' }),
      ].join(''),
    ),
    '</svg>',
    '',
  ].join('\n');
}
