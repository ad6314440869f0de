import { isOver } from '../over.ts';
import type { Invariant } from './invariant.ts';

export const leaks: Invariant = {
  name: 'leaks',
  says: 'Nothing is left behind in memory or in the inbox: attempts, timers, waiters, queued inputs, messages.',
  *check({ survivor, inbox, executions }) {
    const open = executions.filter(({ row }) => !isOver(row)).length;
    const { executions: resident, waiters, timers, ...rest } = survivor.engine.gauges;
    // What is open may be in memory and have a timer, or sleep, and somebody may wait for its end.
    const counts = {
      ...rest,
      executions: Math.max(0, resident - open),
      waiters: Math.max(0, waiters - open),
      timers: open === 0 ? timers : 0,
    };
    for (const [what, count] of Object.entries(counts)) {
      if (count > 0)
        yield `${count} ${what} are left in process ${survivor.number}, with ${open} open executions`;
    }
    for (const { id, type, entity } of inbox) yield `the message ${id} (${type}) waits for ${entity}`;
  },
};
