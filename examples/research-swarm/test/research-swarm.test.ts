import { readFileSync } from 'node:fs';
import type { JsonObject } from '@cantata/sdk';
import { testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';
import config from '../cantata.config.ts';
import { correlation } from '../src/notes.ts';

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const search = (input: JsonObject = {}, name = 'workflow.yaml') =>
  testWorkflow(read(name), { ...config, input });
type Run = Awaited<ReturnType<typeof search>>;
const stopReason = ({ events }: Run): unknown =>
  events.flatMap((event) => (event.event === 'pattern.finished' ? [event['stopReason']] : []))[0];
const claimed = ({ events }: Run): readonly unknown[] =>
  events.flatMap((event) =>
    event.event === 'pattern.reacted' ? ((event['facts'] ?? []) as { fact: string }[]) : [],
  );

test('each cause is claimed by somebody who is able, and a majority decides', async () => {
  const run = await search({ season: 'autumn' });
  expect(run).toMatchObject({ status: 'completed', output: { cause: 'ferry', correlation: -0.96 } });
  expect(stopReason(run)).toBeUndefined();
  const facts = claimed(run);
  for (const [work, group] of [
    ['rain', 'statisticians'],
    ['heat', 'statisticians'],
    ['ferry', 'practitioners'],
    ['price', 'practitioners'],
  ] as const)
    expect(facts).toContainEqual({ fact: 'claimed', by: expect.stringMatching(`^${group}-[12]$`), work });
});

test('a tie is resolved by rule, and it is said which', async () => {
  const run = await search();
  expect(run.output).toMatchObject({ cause: 'price' });
  expect(stopReason(run)).toBe('after 2 ballots price and rain have 2 votes each, and price was named first');
});

test('where the rule is that nothing is decided by a tie, it is a failure', async () => {
  const run = await search({}, 'strict.yaml');
  expect(run.error).toMatchObject({
    code: 'no_consensus',
    message: 'after 2 ballots nothing has enough votes: price has 2 and rain has 2',
  });
});

test('both documents differ in that rule alone', () => {
  const rules = (name: string) =>
    read(name)
      .split('\n')
      .filter((line) => line !== '' && !/^ *#/.test(line) && !line.startsWith('name:'));
  const strict = rules('strict.yaml');
  expect(rules('workflow.yaml').filter((line) => !strict.includes(line))).toEqual([
    '        undecided: most',
  ]);
});

test('a cause that nobody can look into is given up, and the others are voted on', async () => {
  const run = await search({ lost: 'rain' });
  expect(run).toMatchObject({ status: 'completed', output: { cause: 'price' } });
  expect(run.events.filter(({ event }) => event === 'task.failed')).toHaveLength(2);
});

test('a correlation is 1 for what rises alike, and -1 for what falls', () => {
  expect(correlation([1, 2, 3], [2, 4, 6])).toBe(1);
  expect(correlation([1, 2, 3], [3, 2, 1])).toBe(-1);
});
