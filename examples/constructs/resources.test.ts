import { answersLate, DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('resources.yaml', import.meta.url);
const MINUTE = 60_000;

/** Most of a kind that were at work at once, by when each began and how long it took. */
function most(begins: readonly number[], ms: number): number {
  return Math.max(...begins.map((at) => begins.filter((other) => other <= at && at < other + ms).length));
}

test('what executions share is shared: permits, trolleys and an account each', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('check', answersLate(1_000, 'fine'));
  world.agents.on('pack', answersLate(90_000, 'packed'));
  world.agents.on('pay', answersLate(5_000, 'paid'));
  const accounts = ['a', 'a', 'a', 'b', 'a', 'a', 'b', 'b'];
  const started: string[] = [];
  for (const account of accounts) started.push(await world.start({ account }));
  const rows = [];
  for (const execution of started) rows.push(await world.ended(execution, 20 * MINUTE));
  expect(rows.map(({ status }) => status)).toEqual(accounts.map(() => 'completed'));
  const checks = world.agents
    .at('check')
    .map(({ at }) => at)
    .toSorted((a, b) => a - b);
  checks.forEach((at, n) => {
    if (n >= 2) expect(at - (checks[n - 2] ?? 0)).toBeGreaterThanOrEqual(MINUTE);
  });
  expect(
    most(
      world.agents.at('pack').map(({ at }) => at),
      90_000,
    ),
  ).toBeLessThanOrEqual(3);
  const paid = world.agents.at('pay').map(({ at, executionId }) => ({
    at,
    account: accounts[started.indexOf(executionId)],
  }));
  for (const account of ['a', 'b']) {
    expect(
      most(
        paid.filter((one) => one.account === account).map(({ at }) => at),
        5_000,
      ),
    ).toBe(1);
  }
  await world.close();
});

test('`why` tells who holds the lock and how many wait before', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('pay', answersLate(10 * MINUTE, 'paid'));
  const first = await world.start({ account: 7 });
  const second = await world.start({ account: 7 });
  const third = await world.start({ account: 7 });
  await world.clock.advance(2 * MINUTE);
  const sentence = async (execution: string): Promise<string | undefined> =>
    (await world.why(execution)).find(({ subject }) => subject === 'pay')?.sentence;
  expect(await sentence(first)).toBeUndefined();
  expect(await sentence(second)).toBe(
    `pay waits for the lock account 7. It is held by execution ${first}, pay, for 2 min; it is the next one.`,
  );
  expect(await sentence(third)).toMatch(
    /^pay waits for the lock account 7\. It is held by execution .*, pay, for 2 min; one waits before it\.$/,
  );
  await world.close();
});
