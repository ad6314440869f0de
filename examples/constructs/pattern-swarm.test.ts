import type { AgentOutcome, Directive } from '@cantata/core';
import { DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const file = new URL('pattern-swarm.yaml', import.meta.url);

test('agents bid for work that one of them offers, and nobody waits for a silent bidder', async () => {
  const world = await DocumentWorld.of(file);
  const seen: string[] = [];
  world.agents.on('pick_orders', async ({ team, input }, context): Promise<AgentOutcome> => {
    if (team === undefined) throw new Error('there is a team');
    const you = team.shown['you'] as string;
    const { work } = (input ?? {}) as { readonly work: string };
    if (team.purpose === 'start') {
      const offered = ['tea', 'cups'].map(
        (order): Directive => ({ kind: 'offer', work: order, input: { order }, requires: ['lift'] }),
      );
      return { kind: 'completed', output: 'offered', directives: offered };
    }
    if (team.purpose === 'work') {
      seen.push(`${you} ${work}`);
      return { kind: 'completed', output: `${work} by ${you}` };
    }
    // The third is far away, and says nothing until it is told to stop.
    if (you === 'robots-3')
      await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));
    const cost = you === 'robots-1' ? 5 : 2;
    return { kind: 'completed', output: null, directives: [{ kind: 'bid', work, cost }] };
  });
  const execution = await world.start(null);
  expect(await world.ended(execution)).toMatchObject({ status: 'completed' });
  expect(seen.toSorted()).toEqual(['robots-2 cups', 'robots-2 tea']);
  expect((await world.status(execution)).output).toEqual({
    tea: 'tea by robots-2',
    cups: 'cups by robots-2',
  });
  await world.close();
});
