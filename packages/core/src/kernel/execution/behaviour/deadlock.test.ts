import { aPlan, completes, given, starts } from '@cantata/testing';
import { expect, test } from 'vitest';
import { CONTINUE } from '../../law.ts';
import { executionLaw } from '../law.ts';
import type { ExecutionState } from '../state.ts';

const decide = (state: ExecutionState) => executionLaw.decide(state, CONTINUE, 0);

test('an execution that nobody would ever hear of again says so, and fails', () => {
  const { state } = given(aPlan({ tasks: { a: [], b: ['a'] } })).commands(starts());
  // As no rule makes it: its agent is forgotten.
  state.inFlight.clear();
  const message = 'nothing is at work or waited for, and these tasks are open: a (open) and b (pending)';
  expect(decide(state)).toMatchObject({
    events: [
      { type: 'deadlock.detected', explanation: message, tasks: ['a', 'b'] },
      { type: 'workflow.failing', error: { code: 'deadlocked', message } },
    ],
  });
});

test('what is told is written down, and changes nothing by itself', () => {
  const { state } = given(aPlan({ tasks: { a: [], b: ['a'] } })).commands(starts(), completes('a'));
  const before = state.sequence;
  executionLaw.evolve(state, { type: 'deadlock.detected', explanation: 'a bug', tasks: ['b'] }, 0);
  expect([state.sequence, state.status.kind]).toEqual([before + 1, 'running']);
});
