/** `cancel_remaining`: once a join has fired, what leads to it alone is cancelled. */
import { addJoin } from './join.ts';
import type { Construct } from './program.ts';

export const cancelRemaining: Construct = {
  name: 'cancel_remaining',
  add(program, dice) {
    const joins = program.tasks.filter(
      ({ join, cancel_remaining: cancels }) => join !== undefined && join !== 'all' && cancels === undefined,
    );
    const task = joins.length > 0 ? dice.pick(joins) : addJoin(program, dice);
    task['cancel_remaining'] = true;
  },
};
