// `cantata patterns stats`, and what `status` and `events` say of teams.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';

let scratch: Scratch;
const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });

const WORKFLOW = `name: desk
version: "1"
orchestration_pattern: handoff
agents: { front: { type: front }, back: { type: back } }
tasks: [{ id: solve, agent: front }]
coordination: { type: hybrid }
`;
const CONFIG = `import { defineAgent, defineConfig } from '@cantata/sdk';
export default defineConfig({
  agents: {
    front: defineAgent((_, { team }) => {
      team.handOff('back', { reason: 'not mine' });
      return 'seen';
    }),
    back: defineAgent((_, { team }) => team.results.length),
  },
});
`;

beforeAll(async () => {
  scratch = createScratch();
  scratch.file('cantata.config.ts', CONFIG);
  scratch.file('workflow.yaml', WORKFLOW);
});
afterAll(() => scratch.remove());

describe('how effective patterns are', () => {
  test('is nothing before a team has worked', async () => {
    expect(await call('patterns', 'stats')).toMatchObject({
      code: 0,
      out: 'No team has worked here yet.\n',
    });
  });

  test('is said of all that was executed, and of one execution', async () => {
    for (const _ of [1, 2])
      expect(await call('run', join(scratch.folder, 'workflow.yaml'))).toMatchObject({ code: 0 });
    const { out } = await call('patterns', 'stats');
    expect(out).toMatch(
      /^PATTERN +RUNS +TURNS +HAND-OFFS +MESSAGES +REWORK +IDLE +TOKENS +COST +TIME TO RESULT$/m,
    );
    expect(out).toMatch(/^handoff +2 +2 +1 +0 +0 % +\d+ % +0 +0 +\d/m);
    const one = JSON.parse((await call('patterns', 'stats', 'last', '--json')).out) as object[];
    expect(one).toMatchObject([{ pattern: 'handoff', runs: 1, done: 1, turns: 2, hand_offs: 1 }]);
    expect(JSON.parse((await call('patterns', 'stats', '--limit', '1', '--json')).out)).toMatchObject([
      { runs: 1 },
    ]);
  });

  test('is said of each team by its status', async () => {
    expect((await call('status', 'last')).out).toMatch(
      /\n {2}team +handoff on solve: 2 turns, 1 hand-off, \d+ % idle, \d+ ms\n/,
    );
    const { teams } = JSON.parse((await call('status', 'last', '--json')).out) as { teams: object[] };
    expect(teams).toMatchObject([{ task: 'solve', pattern: 'handoff', turns: 2, is_done: true }]);
  });

  test('stands beside what happened between agents, which programs read as events', async () => {
    const { out } = await call('events', 'last', '--json');
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect(events.find(({ event }) => event === 'agent.handed_off')).toMatchObject({
      task_id: 'solve',
      agent_id: 'front',
      to: 'back',
      reason: 'not mine',
    });
  });
});
