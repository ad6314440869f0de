/**
 * The guards of teams, each by an agent that does what it should not: nobody runs for ever, nothing is waited for that will
 * not come, and what cannot be is refused with a reason. The page about patterns lists them.
 */
import type { Json } from '@cantata/core';
import { RetryableError } from '@cantata/sdk';
import { hangs, type TestAgent, testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';

/** One task of the first group, with a team of all. */
async function played(
  pattern: Json,
  agents: Readonly<Record<string, TestAgent>>,
  groups: Readonly<Record<string, object>> = {},
  input: Json = null,
) {
  const names = Object.keys(agents);
  const document = {
    name: 'guarded',
    version: '1',
    orchestration_pattern: 'custom',
    agents: Object.fromEntries(names.map((name) => [name, { type: name, ...groups[name] }])),
    tasks: [{ id: 'work', agent: names[0] ?? '', pattern }],
    coordination: { type: 'graph_based' },
  };
  const run = await (await testWorkflow(document, { agents, input })).finish();
  const told = run.events as readonly Readonly<Record<string, unknown>>[];
  return {
    status: run.status,
    output: run.output,
    error: run.error?.message,
    stopped: told.find(({ event }) => event === 'pattern.finished')?.['stopReason'],
    reasons: told.flatMap(({ event, reason }) => (event === 'pattern.reacted' ? [reason] : [])),
  };
}

test('ping-pong hand-offs: what repeats itself is a limit, and the last answer is the result', async () => {
  const hands =
    (to: string): TestAgent =>
    (_, { team }) => {
      team.handOff(to);
      return `for ${to}`;
    };
  expect(await played('handoff', { a: hands('b'), b: hands('a') })).toMatchObject({
    status: 'completed',
    output: 'for a',
    stopped: 'limit of the pattern handoff: a>b, b>a came 2 times in a row',
  });
});

test('a supervisor that never finishes: it has so many turns, and what there is is the result', async () => {
  let part = 0;
  const boss: TestAgent = (_, { team }) => {
    part += 1;
    team.delegate('hands', part);
    return `part ${part} is under way`;
  };
  const limits = { turns: 9 };
  expect(
    await played(
      { name: 'supervisor', limits },
      { boss, hands: (n) => n as Json },
      { boss: { role: 'supervisor' } },
    ),
  ).toMatchObject({ status: 'completed', stopped: 'limit of the pattern supervisor: 9 turns' });
});

test('a silent peer: after its time it has failed, and whoever wrote to it is told', async () => {
  const asker: TestAgent = (input, { team }) => {
    const messages = (input as { messages?: readonly { failed?: boolean }[] } | null)?.messages ?? [];
    if (messages.length > 0) return messages.map(({ failed = false }) => failed);
    team.send('silent', 'are you there?');
    return 'asked';
  };
  const options = { peer_timeout_seconds: 60, merge: 'last' };
  expect(await played({ name: 'network', options }, { asker, silent: hangs() })).toMatchObject({
    status: 'completed',
    output: [true],
  });
});

test('a tie: after a second ballot what was named first is the result, and the reason says so', async () => {
  const votes =
    (choice: string): TestAgent =>
    (_, { team }) => {
      team.vote(choice);
      return choice;
    };
  const options = { start: 'all', vote: 'majority', merge: 'vote' };
  const agents = { a: votes('tea'), b: votes('coffee') };
  expect(await played({ name: 'swarm', options }, agents)).toMatchObject({
    status: 'completed',
    output: 'tea',
  });
  expect(await played({ name: 'swarm', options: { ...options, undecided: 'fail' } }, agents)).toMatchObject({
    status: 'failed',
  });
});

test('a bidder that never answers: the bids that are there count when the time is over', async () => {
  const desk: TestAgent = (_, { team }) => {
    if (team.purpose === 'opening' || team.turn === 1) team.offer('parcel', 7, { requires: ['lift'] });
    return 'offered';
  };
  const robot: TestAgent = (_, { team }) => {
    if (team.purpose !== 'bid') return 'delivered';
    team.bid('parcel', 3);
    return 'for three';
  };
  const options = { allocation: 'bid', bidding_seconds: 30 };
  const able = { capabilities: ['lift'] };
  expect(
    await played({ name: 'swarm', options }, { desk, robot, silent: hangs() }, { robot: able, silent: able }),
  ).toMatchObject({ status: 'completed', output: { parcel: 'delivered' } });
});

test('a manager that delegates to itself: its answer is refused', async () => {
  const boss: TestAgent = (_, { team }) => {
    team.delegate('boss', 1);
    return 'I do it';
  };
  const refused = await played('hierarchical', { boss, clerk: () => 1 }, { clerk: { reports_to: 'boss' } });
  expect(refused).toMatchObject({ status: 'failed', error: 'it delegates to itself; clerk report to it' });
});

test('a target that does not exist: the answer is refused, and names those there are', async () => {
  const boss: TestAgent = (_, { team }) => {
    team.delegate('writers', 1);
    return 'they do it';
  };
  expect(
    await played('supervisor', { boss, writer: () => 1 }, { boss: { role: 'supervisor' } }),
  ).toMatchObject({
    status: 'failed',
    error: 'it delegates to writers, who is not of the team; the workers are writer',
  });
});

test('two hand-offs in one answer: the first is made, and the second is told', async () => {
  const triage: TestAgent = (_, { team }) => {
    team.handOff('billing');
    team.handOff('tech');
    return 'both, please';
  };
  const agents = { triage, billing: () => 'paid', tech: () => 'up' };
  const { status, output, reasons } = await played('handoff', agents);
  expect([status, output]).toEqual(['completed', 'paid']);
  expect(reasons.join('; ')).toMatch(/tech/);
});

test('a hand-off beside tool calls: what they gave is handed over with it, and nothing is called twice', async () => {
  let calls = 0;
  let attempts = 0;
  const triage: TestAgent = async (_, context) => {
    const found = await context.once('look up', () => Promise.resolve({ invoices: ++calls }));
    context.team.handOff('billing');
    attempts += 1;
    if (attempts === 1) throw new RetryableError('the line is down');
    return found;
  };
  const billing: TestAgent = (_, { team }) => team.results.map(({ by, output }) => [by, output]);
  const options = { context: 'none' };
  expect(await played({ name: 'handoff', options }, { triage, billing })).toMatchObject({
    output: [['triage', { invoices: 1 }]],
  });
  expect([attempts, calls]).toEqual([2, 1]);
});

test('what an agent knows nothing of is handed on as it came: metadata in an input, and beside a result', async () => {
  const input = {
    case: 7,
    metadata: { trace: '00-4bf9', 'x-Tenant': null, nested: [{ é: 1.5 }, []], '': '' },
  };
  const found = { ok: true, metadata: { model: 'm-1', usage: { cached: 0 } } };
  const first: TestAgent = (_, { team }) => {
    team.handOff('second');
    return found;
  };
  const second: TestAgent = (_, { team }) => {
    team.handOff('third');
    return null;
  };
  const third: TestAgent = (given, { team }) => [given, team.messages[0]?.output ?? null];
  expect(await played('handoff', { first, second, third }, {}, input)).toMatchObject({
    output: [input, found],
  });
  const boss: TestAgent = (given, { team }) => {
    if (team.results.length > 0) return team.results.map(({ output }) => output);
    team.delegate('hand', given as Json);
    return null;
  };
  const groups = { boss: { role: 'supervisor' } };
  expect(await played('supervisor', { boss, hand: (given) => given }, groups, input)).toMatchObject({
    output: [input],
  });
});
