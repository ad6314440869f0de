/** Who does the work: every group with its seats, what they can do and need, and how busy they would be. */

import { isForTeams, listing, type PlanGroup } from '@cantata/core';
import { cpuWords, type PlanReport } from '@cantata/definition';
import { bytes, count, cut, pad, width } from '../../text.ts';
import { folded, moreLines, type PlanStyle } from './style.ts';

const MAX_GROUPS = 30;

export function groupLines(report: PlanReport, style: PlanStyle): readonly string[] {
  const { groups } = report.plan;
  const { paint, columns } = style;
  const shown = groups.slice(0, MAX_GROUPS);
  const names = Math.min(
    Math.floor(columns / 3),
    shown.reduce((most, { definition }) => Math.max(most, width(definition.name)), 0),
  );
  return [
    ...shown.flatMap((group) =>
      folded(`  ${pad(cut(group.definition.name, names), names)}  `, partsOf(report, group), {
        columns,
        // Aligned below the first fact, where there is room for that.
        indent: columns < 80 ? 4 : names + 4,
        between: paint.dim(' · '),
      }),
    ),
    ...(groups.length > shown.length
      ? moreLines(count(groups.length - shown.length, 'more group'), style, 2)
      : []),
  ];
}

function partsOf({ plan, schedule }: PlanReport, { definition, seats }: PlanGroup): readonly string[] {
  const { type, capabilities, resources } = definition;
  const needs = [
    ...(resources.cpuMillis === undefined ? [] : [cpuWords(resources.cpuMillis)]),
    ...(resources.memoryBytes === undefined ? [] : [bytes(resources.memoryBytes)]),
  ];
  const busyMs = seats.reduce((sum, seat) => sum + (schedule.busyMsOfSeat[seat] as number), 0);
  const isOfTeam = isForTeams(plan.definition, definition.name, busyMs > 0);
  const share = schedule.makespanMs === 0 ? 0 : busyMs / (seats.length * schedule.makespanMs);
  return [
    `${count(seats.length, 'seat')} of type ${type}`,
    ...(capabilities.length === 0 ? [] : [`can do ${listing(capabilities)}`]),
    ...(needs.length === 0 ? [] : [`${needs.join(' and ')}${seats.length === 1 ? '' : ' each'}`]),
    busyMs === 0 && isOfTeam
      ? 'takes turns of a team, as its pattern says'
      : `busy ${Math.round(share * 100)} % of the time${isOfTeam ? ', and takes turns of a team' : ''}`,
  ];
}
