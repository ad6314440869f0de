/** The patterns that come as documents, each in the example that a reader copies. */
import { readFileSync } from 'node:fs';
import { TerminalError } from '@cantata/sdk';
import { inTurn, type TestAgent, takes, testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';

type Agents = Readonly<Record<string, TestAgent>>;

async function played(
  name: string,
  agents: Agents,
  input: Parameters<typeof testWorkflow>[1]['input'] = null,
) {
  const document = readFileSync(new URL(`pattern-${name}.yaml`, import.meta.url), 'utf8');
  const run = await (await testWorkflow(document, { agents, input })).finish();
  return run;
}

const fails = () => {
  throw new TerminalError('it cannot be done');
};

test('sequential: each works on what the one before it gave', async () => {
  const step = (word: string) => (given: unknown) => `${String(given)}, ${word}`;
  const run = await played(
    'sequential',
    { outliner: step('outlined'), drafter: step('drafted'), editor: step('polished') },
    'bees',
  );
  expect(run.output).toEqual('bees, outlined, drafted, polished');
});

test('sequential: one that fails for good fails the task', async () => {
  const run = await played('sequential', { outliner: () => 'x', drafter: fails, editor: () => 'y' });
  expect(run.error?.message).toContain('it cannot be done');
});

test('concurrent: the answer of the majority is the result', async () => {
  const run = await played('concurrent', {
    reviewer: inTurn(
      () => 'good',
      () => 'bad',
      () => 'good',
    ),
  });
  expect(run.output).toEqual('good');
});

test('concurrent: without enough votes for one answer there is none', async () => {
  const run = await played('concurrent', {
    reviewer: inTurn(
      () => 1,
      () => 2,
      () => 3,
    ),
  });
  expect(run.error?.message).toContain('the best has 1 of 3');
});

test('concurrent: goes on without one that failed', async () => {
  const run = await played('concurrent', {
    reviewer: inTurn(
      fails,
      () => 'good',
      () => 'good',
    ),
  });
  expect(run.output).toEqual('good');
});

test('group_chat: the chair says who speaks, and everybody hears everything', async () => {
  const heard: unknown[] = [];
  const run = await played('group_chat', {
    moderator: inTurn(
      () => ({ speaker: 'engineer' }),
      () => ({ speaker: 'designer' }),
      (_, { team }) => ({
        result: team.messages.filter(({ purpose }) => purpose === 'speak').map(({ output }) => output),
      }),
    ),
    engineer: () => 'it works',
    designer: (_, { team }) => {
      heard.push(team.messages.at(-2)?.output);
      return 'it is ugly';
    },
  });
  expect(run.output).toEqual(['it works', 'it is ugly']);
  expect(heard).toEqual(['it works']);
});

test('group_chat: a chair that names nobody has not answered', async () => {
  const agents = { moderator: () => ({ speaker: 'boss' }), engineer: () => 1, designer: () => 2 };
  expect((await played('group_chat', agents)).error?.message).toContain('designer, engineer');
});

test('debate: two rounds of argument, in which each knows the other, and a verdict', async () => {
  const argue: TestAgent = (_, { team }) => `${team.members.length} ${team.results.length}`;
  const seen: unknown[] = [];
  const run = await played('debate', {
    optimist: (_, { team }) =>
      team.results.length === 0
        ? 'buy'
        : `buy, ${team.results.map(({ output }) => JSON.stringify(output)).join(' and ')}`,
    pessimist: argue,
    judge: (_, { team }) => {
      seen.push(team.results.map(({ output }) => output));
      return 'hold';
    },
  });
  expect(seen).toEqual([['3 2', 'buy, "3 0" and "buy"']]);
  expect(run.output).toEqual('hold');
});

test('debate: where all say the same at once, the judge is asked at once', async () => {
  const run = await played('debate', { optimist: () => 'buy', pessimist: () => 'buy', judge: () => 'buy' });
  expect(run.performed).toHaveLength(3);
});

test('map_reduce: parts are worked on as seats are free, and made one', async () => {
  const agents: Agents = {
    counter: takes('1s', (text) => String(text).split(' ').length),
    adder: (_, { team }) => team.results.reduce((sum, { output }) => sum + Number(output), 0),
  };
  expect((await played('map_reduce', agents, ['a b', 'c', 'd e f'])).output).toEqual(6);
  expect((await played('map_reduce', agents, { items: ['a'] })).output).toEqual(1);
  expect((await played('map_reduce', agents, 'a b')).error?.code).toBe('no_parts');
});

const bidder =
  (cost: number, work: () => string): TestAgent =>
  (_, { team }) => {
    if (team.purpose === 'bid') team.bid('task', cost);
    return team.purpose === 'bid' ? null : work();
  };

test('auction: the lowest bid gets the work; where it fails, the next one', async () => {
  const run = await played('auction', {
    north_warehouse: bidder(20, fails),
    south_warehouse: bidder(30, () => 'sent from the south'),
    west_warehouse: bidder(500, () => 'sent from the west'),
  });
  expect(run.output).toEqual('sent from the south');
  expect(run.performed).toHaveLength(5);
});

test('auction: one that never bids is not waited for', async () => {
  const run = await played('auction', {
    north_warehouse: takes(
      '1h',
      bidder(1, () => 'late'),
    ),
    south_warehouse: bidder(30, () => 'in time'),
    west_warehouse: () => 'no bid',
  });
  expect(run.output).toEqual('in time');
});

test('blackboard: all see what is written, and who knows ends it', async () => {
  const run = await played('blackboard', {
    log_expert: (_, { team }) => {
      team.write('log', 'timeouts');
      return 'written';
    },
    network_expert: (_, { team }) => {
      const { board = [] } = team.shown;
      if (Array.isArray(board) && board.length > 0)
        team.finish(`it is the network: ${JSON.stringify(board[0])}`);
      return 'seen';
    },
  });
  expect(run.output).toContain('"value":"timeouts"');
});

test('blackboard: a write that did not see the last one does not count', async () => {
  const run = await played('blackboard', {
    log_expert: (_, { team }) => {
      team.write('log', 1, { ifVersion: 7 });
      return 'written';
    },
    network_expert: () => null,
  });
  expect(run.output).toEqual([]);
});

test('plan_execute: a step that cannot be done is planned anew', async () => {
  const run = await played('plan_execute', {
    planner: inTurn(
      () => ({ facts: 'snow', steps: [{ task: 'flight', to: 'trains' }, 'bed'] }),
      (_, { team }) => ({
        steps: [
          { task: team.results[0]?.error?.message ?? '', to: 'trains' },
          { task: 'bed', to: 'hotels' },
        ],
      }),
      (_, { team }) => ({ result: team.results.map(({ output }) => output) }),
    ),
    train_agent: inTurn(fails, (step) => step),
    hotel_agent: (step) => step,
  });
  expect(run.output).toEqual([
    { task: 'it cannot be done', to: 'trains' },
    { task: 'bed', to: 'hotels' },
  ]);
});

test('plan_execute: a plan is not made anew for ever', async () => {
  let plans = 0;
  const agents = {
    planner: () => ({ steps: [`try ${++plans}`] }),
    train_agent: fails,
    hotel_agent: fails,
  };
  expect((await played('plan_execute', agents)).error?.code).toBe('no_result');
  expect(plans).toBe(4);
});
