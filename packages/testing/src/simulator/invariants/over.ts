import { LAST_EVENTS } from '@cantata/core';
import type { Invariant } from './invariant.ts';

/** What an operator may begin anew, what is tried again to be undone, and what is undone by hand. */
const RESUMED = new Set([
  'workflow.reopened',
  'workflow.compensating',
  'workflow.compensation_resumed',
  'task.compensation_skipped',
]);

export const over: Invariant = {
  name: 'over',
  says: 'After its end nothing happens to an execution, unless somebody begins it anew.',
  *check({ executions }) {
    for (const { id, log } of executions) {
      let ended = 0;
      for (const { event, sequence } of log) {
        if (RESUMED.has(event.type)) ended = 0;
        if (ended > 0)
          yield `${id}: event ${sequence} (${event.type}) comes after its end with event ${ended}`;
        if (LAST_EVENTS.has(event.type)) ended = sequence;
      }
    }
  },
};
