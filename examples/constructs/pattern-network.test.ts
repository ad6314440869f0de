import type { AgentOutcome } from '@cantata/core';
import { DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const file = new URL('pattern-network.yaml', import.meta.url);

test('peers exchange messages along a topology', async () => {
  const world = await DocumentWorld.of(file);
  const seen: unknown[] = [];
  world.agents.on('review', async ({ team, input }): Promise<AgentOutcome> => {
    if (team === undefined) throw new Error('there is a team');
    const you = team.shown['you'] as string;
    seen.push([you, team.shown['neighbours']]);
    if (you === 'author' && team.purpose === 'start') {
      const directives = [1, 2, 3].map((n) => ({
        kind: 'send' as const,
        to: `reviewers-${n}`,
        data: 'read it',
      }));
      return { kind: 'completed', output: 'draft', directives };
    }
    if (you === 'editor')
      return { kind: 'completed', output: { accepted: input }, directives: [{ kind: 'finish' }] };
    if (you === 'author') return { kind: 'completed', output: 'thanks' };
    const ask =
      you === 'reviewers-3'
        ? { kind: 'send' as const, topic: 'accepted', data: 'fine' }
        : {
            kind: 'send' as const,
            to: 'author',
            data: `${you} has read ${team.results[0]?.output as string}`,
          };
    return { kind: 'completed', output: 'read', directives: [ask] };
  });
  const execution = await world.start('a paper');
  expect(await world.ended(execution)).toMatchObject({ status: 'completed' });
  expect(seen).toContainEqual(['reviewers-1', ['author', 'editor']]);
  expect((await world.status(execution)).output).toMatchObject({
    accepted: { messages: [{ from: 'reviewers-3', topic: 'accepted', data: 'fine' }] },
  });
  await world.close();
});
