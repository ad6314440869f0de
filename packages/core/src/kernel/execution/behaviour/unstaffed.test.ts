// An engine that only passes by decides what it is told, and leaves work to one that stays.
import { aPlan, completes, fails, given, starts } from '@cantata/testing';
import { expect, test } from 'vitest';
import { CONTINUE } from '../../law.ts';
import { step } from '../../step.ts';
import { executionLaw } from '../law.ts';
import { why } from '../look/why/why.ts';
import type { ExecutionState } from '../state.ts';

const told = (state: ExecutionState, one: ReturnType<typeof fails> | typeof CONTINUE): readonly string[] => {
  const command = typeof one === 'function' ? one(state) : one;
  return step(executionLaw, state, command, 0).events.map(({ type }) => type);
};

test('work that is ready stays ready, and is handed out where somebody does it', () => {
  const { state } = given(aPlan({ tasks: { a: [], b: ['a'] } })).commands(starts());
  state.unstaffed = true;
  expect(told(state, completes('a'))).toEqual(['task.completed']);
  expect(why(state, 0)).toMatchObject([{}, { subject: 'b', sentence: 'b is about to start.' }]);
  state.unstaffed = false;
  expect(told(state, CONTINUE)).toEqual(['agent.task_assigned']);
});

test('what is to be undone is undone where somebody does it', () => {
  const compensate = { who: { kind: 'group', group: 'workers' }, retryPolicy: 'none' } as const;
  const plan = aPlan({ agents: { workers: 1 }, tasks: { a: { compensate }, b: ['a'] } });
  const { state } = given(plan).commands(starts(), completes('a'));
  state.unstaffed = true;
  expect(told(state, fails('b')).slice(-2)).toEqual(['workflow.compensating', 'task.compensating']);
  state.unstaffed = false;
  expect(told(state, CONTINUE)).toEqual(['agent.task_assigned']);
});
