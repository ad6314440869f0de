import { executionLaw, restOf } from '@cantata/core';
import { type FinishedExecution, unbegun } from '../finished.ts';
import type { Invariant } from './invariant.ts';

export const wakeUps: Invariant = {
  name: 'wake-ups',
  says: 'Who sleeps has a wake-up that says when its next timer is due, and no other execution has one.',
  *check({ executions }) {
    for (const execution of executions) {
      const { id, row, wakeup } = execution;
      const is = wakeup === undefined ? 'none' : String(wakeup.at);
      const due = row.asleep ? String(nextOf(execution)) : 'none';
      if (is !== due) yield `${id} has the wake-up ${is}, and should have ${due}`;
    }
  },
};

function nextOf(execution: FinishedExecution): number | null {
  const state = unbegun(execution);
  for (const { event, at } of execution.log) executionLaw.evolve(state, event, at);
  return restOf(executionLaw.owed(state))?.wakeAt ?? null;
}
