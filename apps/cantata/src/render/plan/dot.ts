/** A plan as a digraph for Graphviz: a rank for every phase, the critical path in bold, parallel tasks with two frames. */

import { type PlanTask, successors } from '@cantata/core';
import { isCriticalEdge, type PlanReport, tasksByPhase } from '@cantata/definition';
import { CRITICAL, ORDINARY, type Tone } from './colours.ts';
import { boxFacts } from './words.ts';

export function dot(report: PlanReport): string {
  const { plan } = report;
  const { name, version } = plan.definition;
  const ids = plan.tasks.map(({ id }) => quote(id));
  return [
    `digraph ${quote(name)} {`,
    '  rankdir=LR;',
    `  label=${quote(`${name} ${version}`)};`,
    '  labelloc=t;',
    '  graph [fontname="Helvetica,Arial,sans-serif", nodesep=0.3, ranksep=0.6];',
    `  node [shape=box, style="rounded,filled", fontname="Helvetica,Arial,sans-serif", fontsize=12, margin="0.2,0.1", ${paint(ORDINARY.light)}];`,
    `  edge [color=${quote(ORDINARY.light.line)}, arrowsize=0.7];`,
    ...tasksByPhase(plan).flatMap((tasks) => [
      '  {',
      '    rank=same;',
      ...tasks.map((task) => `    ${node(report, task)}`),
      '  }',
    ]),
    ...plan.tasks.flatMap(({ index }) =>
      [...successors(plan.graph, index)].map((next) => {
        const bold = isCriticalEdge(report, index, next)
          ? ` [color=${quote(CRITICAL.light.line)}, penwidth=2.5]`
          : '';
        return `  ${ids[index]} -> ${ids[next]}${bold};`;
      }),
    ),
    '}',
    '',
  ].join('\n');
}

function node(report: PlanReport, task: PlanTask): string {
  const style = [
    `label=${quote(task.id, boxFacts(report, task).join(', '))}`,
    ...(report.critical.has(task.index) ? [paint(CRITICAL.light), 'penwidth=2.5'] : []),
    ...(task.definition.parallel ? ['peripheries=2'] : []),
    ...(task.definition.when !== undefined ? ['style="rounded,filled,dashed"'] : []),
  ];
  return `${quote(task.id)} [${style.join(', ')}];`;
}

function paint({ fill, line, text }: Tone): string {
  return `color=${quote(line)}, fillcolor=${quote(fill)}, fontcolor=${quote(text)}`;
}

/** Lines of text as one string: Graphviz reads backslashes in labels, and entities of HTML everywhere. */
function quote(...lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line
      .replaceAll(/\p{Cc}/gu, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"'),
  );
  return `"${escaped.join('\\n')}"`;
}
