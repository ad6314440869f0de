import {
  aPlan,
  completes,
  type DefinitionSketch,
  type Given,
  given,
  reassigns,
  starts,
} from '@cantata/testing';
import { expect, test } from 'vitest';
import { type Ceiling, ceilingWords, neverUnder } from './ceiling.ts';
import { upgradeReport } from './look/upgrade.ts';

const AGENTS: DefinitionSketch['agents'] = {
  small: { count: 3, resources: { cpuMillis: 1_000, memoryBytes: 1e9 } },
  large: { count: 2, resources: { cpuMillis: 3_000, memoryBytes: 2e9 } },
  free: { count: 2 },
};
const within = (ceiling: Ceiling, tasks: NonNullable<DefinitionSketch['tasks']>): Given =>
  given(aPlan({ agents: AGENTS, tasks })).commands(starts({ ceiling }));
const atWork = ({ state }: Given): readonly string[] =>
  state.plan.seats.flatMap(({ index, id }) => (state.seating.occupant[index] === undefined ? [] : [id]));

test('no more seats are busy than there is room for, and who waits goes on when one is done', () => {
  const run = within({ cpuMillis: 2_000 }, { a: [], b: [], c: [] });
  expect(atWork(run)).toEqual(['small-1', 'small-2']);
  run.commands(completes('a'));
  expect(atWork(run)).toEqual(['small-2', 'small-3']);
  run.commands(completes('b'), completes('c'));
  expect(run.state.status.kind).toBe('completed');
});

test('memory bounds them too, and what asks for nothing always has room', () => {
  const run = within({ memoryBytes: 2e9 }, { a: { agent: 'large' }, b: [], c: { agent: 'free' } });
  expect(atWork(run)).toEqual(['large-1', 'free-1']);
  run.commands(completes('a'));
  expect(atWork(run)).toEqual(['small-1', 'free-1']);
});

test('work goes to the group that has room, of those that can do it', () => {
  const agents: DefinitionSketch['agents'] = {
    large: { count: 3, capabilities: ['dig'], resources: { cpuMillis: 3_000 } },
    small: { count: 1, capabilities: ['dig'], resources: { cpuMillis: 1_000 } },
  };
  const tasks = { a: { requires: ['dig'] }, b: { requires: ['dig'] } };
  const run = given(aPlan({ agents, tasks })).commands(starts({ ceiling: { cpuMillis: 4_000 } }));
  expect(atWork(run)).toEqual(['large-1', 'small']);
});

test('work that is given to somebody by name waits for room as well', () => {
  const run = within({ cpuMillis: 3_000 }, { a: { agent: 'large' }, b: [] });
  expect(atWork(run)).toEqual(['large-1']);
  run.commands(reassigns('b', 'small-2'));
  expect(atWork(run)).toEqual(['large-1']);
  run.commands(completes('a'));
  expect(atWork(run)).toEqual(['small-2']);
});

test('what could never be at work is named', () => {
  const plan = aPlan({ agents: AGENTS });
  expect(neverUnder(plan, { cpuMillis: 3_000, memoryBytes: 2e9 })).toBeUndefined();
  expect(neverUnder(plan, { cpuMillis: 2_000 })).toBe('an agent of large asks for 3 cores of 2 cores');
  expect(neverUnder(plan, { memoryBytes: 5e8 })).toBe('an agent of small asks for 1 GB of 500 MB');
});

test('it is told by what it limits', () => {
  expect(ceilingWords({ cpuMillis: 500 })).toBe('at most 0.5 cores');
  expect(ceilingWords({ memoryBytes: 2e9 })).toBe('at most 2 GB');
});

test('an upgrade to a version with an agent that could never be at work is refused', () => {
  const run = within({ cpuMillis: 3_000 }, { a: [] });
  const next = aPlan({
    version: '2',
    agents: { small: { resources: { cpuMillis: 4_000 } } },
    tasks: { a: [] },
  });
  expect(upgradeReport(run.state, next).refused).toContain(
    'an agent of small asks for 4 cores of 3 cores, which the execution may not use',
  );
});
