/** A plan as people read it, from what happens first to what could be better. Bounded, whatever the plan. */

import { duration, listing } from '@cantata/core';
import { type PlanReport, suggestionWords } from '@cantata/definition';
import type { Terminal } from '../../../terminal.ts';
import { count } from '../../text.ts';
import { guessWords, sizeWords, whatIfWords } from '../words.ts';
import { closingLines, oddLines, type Spoken } from './closing.ts';
import { dataLines } from './data.ts';
import { ganttLines } from './gantt.ts';
import { groupLines } from './groups.ts';
import { phaseLines } from './phases.ts';
import { asciiOf, folded, moreLines, type PlanStyle, paragraph, planStyle, printable } from './style.ts';
import { totalLines } from './totals.ts';

const MAX_SUGGESTIONS = 8;

export function planLines(report: PlanReport, terminal: Terminal, spoken: Spoken): readonly string[] {
  const style = planStyle(terminal);
  const lines = [
    ...headLines(report, style),
    ...section('In this order', phaseLines(report, style), style),
    ...section('Seats over time', ganttLines(report, style), style),
    ...section('In all', totalLines(report, style), style),
    ...section('Who does it', groupLines(report, style), style),
    ...section('In and out', dataLines(report, style), style),
    ...section('What could be better', suggestionLines(report, style), style),
    ...section('Worth a look', oddLines(report, style), style),
    ...closingLines(style, spoken),
  ];
  return lines.map(terminal.plainSymbols ? (line) => asciiOf(printable(line)) : printable);
}

function section(title: string, lines: readonly string[], { paint }: PlanStyle): readonly string[] {
  return lines.length === 0 ? [] : ['', paint.bold(title), ...lines];
}

function headLines(report: PlanReport, style: PlanStyle): readonly string[] {
  const { definition } = report.plan;
  const { paint, columns } = style;
  const parts = [
    ...sizeWords(report),
    ...(definition.tags.length === 0 ? [] : [`tags ${listing(definition.tags)}`]),
  ];
  const changes = whatIfWords(report);
  return [
    `${paint.bold(definition.name)} ${definition.version}`,
    ...folded('', parts, { columns, indent: 0, between: ' · ' }).map(paint.dim),
    ...paragraph(headWords(report), style),
    ...(changes.length === 0 ? [] : paragraph(`What if: ${listing(changes)}.`, style).map(paint.yellow)),
  ];
}

function headWords(report: PlanReport): string {
  const { schedule, plan } = report;
  const guess = guessWords(report);
  const { makespanMs, peakParallelism } = schedule;
  return `About ${duration(makespanMs)}${guess === '' ? '' : ` (${guess})`}, with at most ${peakParallelism} of ${count(plan.seats.length, 'seat')} at work at once.`;
}

function suggestionLines({ suggestions, plan }: PlanReport, style: PlanStyle): readonly string[] {
  const shown = suggestions.slice(0, MAX_SUGGESTIONS);
  const { columns } = style;
  return [
    ...shown.flatMap((suggestion) =>
      folded('  - ', suggestionWords(suggestion, plan).split(' '), { columns, indent: 4, between: ' ' }),
    ),
    ...(suggestions.length > shown.length
      ? moreLines(`${suggestions.length - shown.length} more`, style, 2)
      : []),
  ];
}
