/** A milestone: a task that is done only if, when it could begin, another one has come to where it is to be. */
import { type Construct, isPlain } from './program.ts';

const STATUS = /^tasks\.(\w+)\.status == "(\w+)"$/u;

export const milestone: Construct = {
  name: 'milestone',
  add(program, dice) {
    const task = program.pick(dice, isPlain('when')) ?? program.task(dice);
    const other = program.pick(dice, ({ id }) => id !== task.id) ?? program.task(dice);
    task['when'] =
      `tasks.${other.id}.status == "${dice.pick(['completed', 'failed', 'running', 'skipped'])}"`;
  },
};

/** Of which task which status is a milestone by a condition; undefined where none is. */
export function milestoneOf(
  condition: unknown,
): { readonly task: string; readonly status: string } | undefined {
  const [, task, status] = STATUS.exec(String(condition)) ?? [];
  return task === undefined || status === undefined ? undefined : { task, status };
}
