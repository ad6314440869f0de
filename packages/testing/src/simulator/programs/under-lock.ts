/** `lock` and `quota` of a sub-workflow: it may need what is held around it, or what somebody has who waits for it. */
import { needs, QUOTAS } from './needs.ts';
import type { Construct, TaskDraft } from './program.ts';
import { subWorkflow } from './sub-workflow.ts';

const isFree = (task: TaskDraft): boolean => 'workflow' in task && !('lock' in task || 'quota' in task);

export const underLock: Construct = {
  name: 'under lock',
  mayWaitFor: ['waits_for_resource'],
  add(program, dice) {
    // Another program may run this one under its lock.
    needs.add(program, dice);
    // The first program has nothing to run inside.
    if (program.pick(dice, isFree) === undefined) subWorkflow.add(program, dice);
    const task = program.pick(dice, isFree);
    if (task === undefined) return;
    if (dice.chance(0.8)) task['lock'] = dice.pick(['stock', 'desk', 'row 1', ['stock', 'desk']]);
    else task['quota'] = { name: 'gpus', limit: QUOTAS['gpus'] ?? 1, count: dice.pick([1, 2]) };
  },
};
