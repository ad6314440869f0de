/** What a row says of a task is true of it: who it waits for, and why it was skipped. */
import { referenceTo } from '@cantata/core';
import { compile, parseDefinition } from '@cantata/definition';
import { completes, fails, type Given, given, skipsByHand, starts } from '@cantata/testing';
import { expect, test } from 'vitest';
import { rowsOf } from './rows.ts';

function run(...tasks: readonly object[]): Given {
  const parsed = parseDefinition(
    JSON.stringify({
      name: 'rows',
      version: '1',
      orchestration_pattern: 'custom',
      agents: { hands: { type: 'worker', count: 3 } },
      tasks,
      coordination: { type: 'graph_based' },
    }),
  );
  if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
  return given(compile(parsed.document));
}

const said = ({ state }: Given): Record<string, string> =>
  Object.fromEntries(rowsOf(state, new Map(), 0).map(({ label, detail }) => [label, detail]));

test('a task is skipped for what became of another, or by hand', () => {
  const skipping = run(
    { id: 'pay', agent: 'hands', on_failure: 'continue' },
    { id: 'ship', agent: 'hands', depends_on: ['pay'] },
    { id: 'thank', agent: 'hands', depends_on: ['ship'] },
    { id: 'tidy', agent: 'hands' },
  ).commands(starts(), fails('pay'), skipsByHand('tidy'));
  expect(said(skipping)).toMatchObject({
    ship: 'pay failed, on which it depends',
    thank: 'ship was skipped, on which it depends',
    tidy: 'ann said so: not needed',
  });
});

test('what an execution was given and what it gave need not be at hand', () => {
  const { state } = run({ id: 'write', agent: 'hands' }).commands(starts(), completes('write'));
  state.status = { kind: 'completed', at: 0, output: referenceTo('sha256:2', 20_000) };
  expect(rowsOf(state, new Map(), 0)).toMatchObject([{ label: 'write', status: 'completed' }]);
});

test('an item waits for its turn, whatever its task once waited for', () => {
  const held = run(
    { id: 'first', agent: 'hands' },
    { id: 'many', agent: 'hands', depends_on: ['first'], for_each: [1, 2], max_concurrency: 1 },
  ).commands(starts(), completes('first'));
  expect(said(held)).toMatchObject({ '[0]': '', '[1]': 'at most 1 at a time' });
});

test('a turn of a team is called by what it is for', () => {
  const asked = run({ id: 'poll', pattern: 'concurrent' }).commands(starts());
  expect(Object.keys(said(asked))).toEqual(['poll', '[1] answer', '[2] answer', '[3] answer']);
});

test('a task that was ended before its time says why', () => {
  const short = run({
    id: 'read',
    agent: 'hands',
    for_each: [1, 2],
    max_concurrency: 1,
    budget: { turns: 1 },
  });
  expect(said(short.commands(starts(), completes('read[0]')))).toMatchObject({
    read: 'budget: turns 1',
  });
});

test('what was spawned has a name, and waits for what was spawned with it', () => {
  const spawn = {
    kind: 'spawn',
    tasks: [
      { id: 'facts', agent: 'hands' },
      { id: 'figures', agent: 'hands', dependsOn: ['facts'] },
    ],
  } as const;
  const spawned = run({ id: 'plan', agent: 'hands' }).commands(
    starts(),
    completes('plan', null, { directives: [spawn] }),
  );
  expect(said(spawned)).toMatchObject({ '[1] facts': '', '[2] figures': 'after [1] facts' });
});

test('who asks for a resource says for which', () => {
  const asking = run({ id: 'book', agent: 'hands', lock: 'account 7' }).commands(starts());
  expect(said(asking)).toEqual({ book: 'waits for the lock account 7' });
});
