/** How effective a team is, in a line. */
import { duration, type TeamView } from '@cantata/core';
import { count } from './text.ts';

/** `supervisor on write: 7 turns, 2 hand-offs, 40 % idle, 8 % rework, 1200 tokens, 3 min`. */
export function teamFact(team: TeamView): readonly [name: string, value: string] {
  const { tokens, cost } = team;
  const parts = [
    count(team.turns, 'turn'),
    ...(team.hand_offs === 0 ? [] : [count(team.hand_offs, 'hand-off')]),
    ...(team.messages === 0 ? [] : [count(team.messages, 'message')]),
    `${percent(team.idle)} idle`,
    ...(team.rework === 0 ? [] : [`${percent(team.rework)} rework`]),
    ...(tokens === 0 ? [] : [count(tokens, 'token')]),
    ...(cost === 0 ? [] : [`a cost of ${Number(cost.toPrecision(3))}`]),
    duration(team.elapsed_ms),
  ];
  return ['team', `${team.pattern} on ${team.task}: ${parts.join(', ')}`];
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
