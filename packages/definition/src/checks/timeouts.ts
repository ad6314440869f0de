/** Bounds of time fit into each other: one that can never be met first is a mistake. */
import type { Check } from './check.ts';

export const checkTimeouts: Check = ({ tasks = [] }, root) => {
  for (const [index, task] of tasks.entries()) {
    if (task === undefined) continue;
    const at = root.down('tasks', index);
    const { timeout = Infinity, task_timeout: whole = Infinity, heartbeat_timeout: silence } = task;
    if (whole < timeout && timeout !== Infinity) {
      const message = 'one attempt may take longer than all attempts together';
      at.child('timeout').report('value_out_of_range', message, {
        hint: 'make `task_timeout` the longer one',
      });
    }
    if (silence !== undefined && silence >= timeout) {
      const message = 'the attempt is over before its agent can have been silent for so long';
      const hint = 'make it shorter than `timeout`';
      at.child('heartbeat_timeout').report('value_out_of_range', message, { hint });
    }
  }
};
