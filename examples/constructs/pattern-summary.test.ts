/** Whoever goes on sees what the summariser has made of what was done. */
import { readFileSync } from 'node:fs';
import { inTurn, testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';

const document = readFileSync(new URL('pattern-summary.yaml', import.meta.url), 'utf8');

test('each hand-off shows a summary, and each summary goes on from the one before', async () => {
  const seen: unknown[] = [];
  const agents = {
    front: inTurn(
      (_, { team }) => {
        team.handOff('back');
        return 'a long story';
      },
      (_, { team }) => {
        seen.push(team.messages.map(({ output }) => output));
        return 'solved';
      },
    ),
    back: inTurn((_, { team }) => {
      seen.push(team.messages.map(({ output }) => output));
      team.handOff('front');
      return 'a longer one';
    }),
    clerk: inTurn(
      () => 'short',
      (_, { team }) => {
        seen.push(team.messages.map(({ output }) => output));
        return 'shorter';
      },
    ),
  };
  const run = await (await testWorkflow(document, { agents, input: 'help' })).finish();
  expect(run.output).toBe('solved');
  expect(seen).toEqual([['short'], ['short', 'a longer one'], ['shorter']]);
  expect(run.performed).toHaveLength(5);
});
