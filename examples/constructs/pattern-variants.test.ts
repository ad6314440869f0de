/** What the patterns that come as documents do with options that their examples do not choose. */
import type { Json } from '@cantata/core';
import { TerminalError } from '@cantata/sdk';
import { inTurn, simulatePattern, type TestAgent } from '@cantata/sdk/testing';
import { describe, expect, test } from 'vitest';

const fails = () => {
  throw new TerminalError('it cannot be done');
};
/** Each call gives the next of these. */
function numbered(...outputs: readonly string[]): TestAgent {
  let next = 0;
  return () => outputs[next++];
}

describe('concurrent', () => {
  const crew = (merge: string, agents: Readonly<Record<string, TestAgent>>) =>
    simulatePattern('concurrent', {
      agents: { crew: numbered('one', 'two', 'three'), ...agents },
      roles: { crew: 'member', referee: 'judge' },
      seats: { crew: 3 },
      options: { merge },
    });

  test('puts texts one below the other', async () => {
    expect((await (await crew('concat', {})).finish()).output).toBe('one\n\ntwo\n\nthree');
  });

  test('leaves out who failed, and without any answer fails', async () => {
    const some = await crew('concat', {
      crew: inTurn(
        fails,
        () => 'two',
        () => 'three',
      ),
    });
    expect((await some.finish()).output).toBe('two\n\nthree');
    const none = await crew('concat', { crew: fails });
    expect((await none.finish()).error?.code).toBe('no_answers');
  });

  test.each([
    ['judge', 'judge'],
    ['reducer', 'reduce'],
  ])('has them merged by an agent as %s', async (merge, purpose) => {
    const run = await crew(merge, {
      referee: (_, { team }) =>
        `${team.purpose ?? ''}: ${team.results.map(({ output }) => output as string).join()}`,
    });
    expect((await run.finish()).output).toBe(`${purpose}: one,two,three`);
    await expect(crew(merge, {})).rejects.toThrow('nobody is judge');
  });
});

describe('group_chat', () => {
  const said =
    (name: string, heard: string[]): TestAgent =>
    (_, { team }) => {
      heard.push(
        `${name} heard ${team.messages.map(({ output }) => output as string).join(', ') || 'nothing'}`,
      );
      return name;
    };

  test('goes round: each in turn, all hear everything, and the last word is the result', async () => {
    const heard: string[] = [];
    const run = await simulatePattern('group_chat', {
      agents: { ann: said('ann', heard), bob: said('bob', heard) },
      options: { next: 'round_robin', rounds: 2 },
    });
    await run.finish();
    expect(heard).toEqual([
      'ann heard nothing',
      'bob heard ann',
      'ann heard ann, bob',
      'bob heard ann, bob, ann',
    ]);
    expect(run.output).toBe('bob');
  });

  test('is ended by whoever finishes, with the answer or another result', async () => {
    const ends =
      (output?: string): TestAgent =>
      (_, { team }) => {
        team.finish(output);
        return 'enough';
      };
    for (const output of [undefined, 'agreed']) {
      const run = await simulatePattern('group_chat', {
        agents: { ann: () => 'hello', bob: ends(output) },
        options: { next: 'round_robin', rounds: 9 },
      });
      expect((await run.finish()).output).toBe(output ?? 'enough');
      expect(run.performed).toHaveLength(2);
    }
  });

  const asks =
    (to: string, input: Json, output: Json): TestAgent =>
    (_, { team }) => {
      team.delegate(to, input);
      return output;
    };
  const managed = (manager: TestAgent) =>
    simulatePattern('group_chat', {
      agents: {
        boss: manager,
        ann: (topic) => `${String(topic)}: yes`,
        bob: (topic) => `${String(topic)}: no`,
      },
      roles: { boss: 'chair', ann: 'speaker', bob: 'speaker' },
      options: { next: 'manager', rounds: 5 },
    });

  test('is led by a manager, who asks one at a time and gives the result', async () => {
    const run = await managed(
      inTurn(asks('ann', 'do we start?', 'ann first'), asks('bob', 'and you?', 'then bob'), (_, { team }) =>
        team.messages.map(({ output }) => output),
      ),
    );
    expect((await run.finish()).output).toEqual([
      'ann first',
      'do we start?: yes',
      'then bob',
      'and you?: no',
    ]);
  });

  test('is not led to two at once, nor to nobody', async () => {
    const two = await managed((_, { team }) => {
      team.delegate('ann', 1);
      team.delegate('bob', 2);
      return null;
    });
    expect((await two.finish()).error?.message).toContain('to one speaker at a time');
    const nobody = await managed(asks('boss', 1, null));
    expect((await nobody.finish()).error?.message).toContain('boss is no speaker');
    const without = simulatePattern('group_chat', { agents: { ann: () => 1 }, options: { next: 'manager' } });
    await expect(without).rejects.toThrow('nobody is chair');
  });
});

describe('sequential', () => {
  test('is of those who are of the team, groups and seats', async () => {
    const play = (...order: readonly string[]) =>
      simulatePattern('sequential', {
        agents: { ann: () => 'a', crew: (given) => [given as Json] },
        seats: { crew: 2 },
        options: { order },
      });
    expect((await (await play('ann', 'crew-2')).finish()).output).toEqual(['a']);
    await expect(play('ann', 'zoe', 'crew-3')).rejects.toThrow(
      '`order` names zoe, crew-3, and there are ann, crew',
    );
  });
});
