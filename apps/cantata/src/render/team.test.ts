import { expect, test } from 'vitest';
import { teamFact } from './team.ts';

const TEAM = {
  task: 'write',
  pattern: 'supervisor',
  version: '1',
  generation: 1,
  turns: 1,
  open: 0,
  failed: 0,
  delegations: 0,
  hand_offs: 0,
  messages: 0,
  retries: 0,
  refused: 0,
  losses: 0,
  rework: 0,
  idle: 0.25,
  tokens: 0,
  cost: 0,
  elapsed_ms: 2_000,
  is_done: true,
};

test('a team in a line: what there was of it', () => {
  expect(teamFact(TEAM)).toEqual(['team', 'supervisor on write: 1 turn, 25 % idle, 2 s']);
  expect(
    teamFact({ ...TEAM, turns: 7, hand_offs: 2, messages: 3, rework: 0.125, tokens: 1, cost: 0.12345 })[1],
  ).toBe(
    'supervisor on write: 7 turns, 2 hand-offs, 3 messages, 25 % idle, 13 % rework, 1 token, a cost of 0.123, 2 s',
  );
});
