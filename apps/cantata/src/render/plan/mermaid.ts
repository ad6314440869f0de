/**
 * A plan as a Mermaid flowchart, for pages that draw those. A column of its own for every phase, the critical path in
 * colour, parallel tasks with double sides.
 *
 * Nodes have ids of their own (`t0`, `t1`), so that a task may be called `end`. A label is text in quotes, in which
 * everything that Mermaid might read as its own is written as `#code;`.
 */

import { type PlanTask, successors } from '@cantata/core';
import { isCriticalEdge, type PlanReport, tasksByPhase } from '@cantata/definition';
import { CRITICAL, ORDINARY } from './colours.ts';
import { boxFacts } from './words.ts';

/** Viewers refuse more, unless they were configured for it. */
export const MERMAID_MAX_EDGES = 500;

export function mermaid(report: PlanReport): string {
  const { plan, critical } = report;
  const phases = tasksByPhase(plan).map((tasks, phase) => [
    `  subgraph p${phase}["Phase ${phase + 1}"]`,
    ...tasks.map((task) => `    ${node(report, task)}`),
    '  end',
  ]);
  const edges = edgesOf(report);
  // Mermaid numbers links in the order in which they are written.
  const thick = edges.flatMap(({ isCritical }, number) => (isCritical ? [number] : []));
  const along = [...critical].map((index) => `t${index}`);
  return [
    `---`,
    `title: ${JSON.stringify(`${plan.definition.name} ${plan.definition.version}`)}`,
    `---`,
    'flowchart LR',
    ...phases.flat(),
    ...edges.map(({ link }) => `  ${link}`),
    `  classDef default fill:${ORDINARY.light.fill},stroke:${ORDINARY.light.line},color:${ORDINARY.light.text}`,
    `  classDef critical fill:${CRITICAL.light.fill},stroke:${CRITICAL.light.line},color:${CRITICAL.light.text},stroke-width:3px`,
    '  classDef phase fill:none,stroke:#9aa5b0',
    ...(along.length === 0 ? [] : [`  class ${along.join(',')} critical`]),
    ...(phases.length === 0
      ? []
      : [`  class ${Array.from(phases, (_, phase) => `p${phase}`).join(',')} phase`]),
    ...(thick.length === 0
      ? []
      : [`  linkStyle ${thick.join(',')} stroke:${CRITICAL.light.line},stroke-width:3px`]),
    '',
  ].join('\n');
}

function node(report: PlanReport, task: PlanTask): string {
  const label = `"${escape(task.id)}<br/>${escape(boxFacts(report, task).join(', '))}"`;
  return `t${task.index}${task.definition.parallel ? `[[${label}]]` : `[${label}]`}`;
}

function edgesOf(report: PlanReport): readonly { readonly link: string; readonly isCritical: boolean }[] {
  const { graph, tasks } = report.plan;
  return tasks.flatMap(({ index }) =>
    Array.from(successors(graph, index), (next) => {
      const isCritical = isCriticalEdge(report, index, next);
      return { link: `t${index} ${isCritical ? '==>' : '-->'} t${next}`, isCritical };
    }),
  );
}

/** All but letters, digits and marks that mean nothing as character codes; lines and other controls as blanks. */
function escape(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(/[^\p{L}\p{N}\p{M} _,.()/×≈-]/gu, (character) => `#${character.codePointAt(0)};`);
}
