/** What says how to undo a step is not written in vain. */
import type { Check } from './check.ts';

export const checkCompensation: Check = ({ tasks = [], fault_tolerance: tolerance }, root) => {
  if (tolerance?.saga_pattern?.compensation_enabled !== false) return;
  const hint = 'set `compensation_enabled` of `saga_pattern` to true, or remove it';
  for (const [index, task] of tasks.entries()) {
    const at = root.down('tasks', index);
    if (task !== undefined && 'compensate' in task) {
      at.child('compensate').report('compensation_unused', 'nothing is ever undone in this workflow', {
        at: 'key',
        hint,
      });
    }
    if (task?.on_failure === 'compensate') {
      at.child('on_failure').report('compensation_unused', 'nothing is ever undone in this workflow', {
        hint,
      });
    }
  }
};
