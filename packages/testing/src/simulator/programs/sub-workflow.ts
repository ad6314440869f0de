/** `workflow`: a task that is an execution of an earlier program, so that none leads back to itself. */
import { type Construct, dependenciesOf } from './program.ts';

export const subWorkflow: Construct = {
  name: 'sub_workflow',
  mayWaitFor: ['waits_for_child'],
  add(program, dice) {
    const number = Number(/^workflow-(\d+)$/.exec(program.name)?.[1] ?? 2);
    // There is no workflow-0: the task fails.
    const workflow = `workflow-${number === 1 ? 0 : dice.between(1, number - 1)}`;
    if (number === 1 && dice.chance(0.8)) return;
    const task = program.task(dice);
    task['depends_on'] = program.someBefore(dice, task);
    delete task['agent'];
    task['workflow'] = workflow;
    // What a program works on, whatever came before.
    task['input'] = '${input}';
    if (dice.chance(0.3)) task['timeout'] = dice.between(1, 60);
    if (dependenciesOf(task).length === 0) delete task['depends_on'];
  },
};
