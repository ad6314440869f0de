/** `join`: how many dependencies a task waits for. Each condition comes with its meaning, for the second reading. */
import type { Dice } from '../../dice.ts';
import { type Construct, dependenciesOf, isPlain, type Program, type TaskDraft } from './program.ts';

type Ends = ReadonlyMap<string, string>;
const ENDED = ['completed', 'failed', 'skipped', 'cancelled'];

/** By the rest of the condition, what it says of the list of the statuses, said a second time in JavaScript. */
const CONDITIONS: Readonly<Record<string, (ends: readonly (string | undefined)[]) => boolean>> = {
  '.exists(one, one == "completed")': (ends) => ends.includes('completed'),
  '.exists(one, one == "failed" || one == "skipped")': (ends) =>
    ends.includes('failed') || ends.includes('skipped'),
  '.filter(one, one == "completed").size() > 1': (ends) =>
    ends.filter((one) => one === 'completed').length > 1,
  '.all(one, one != "pending" && one != "running")': (ends) => ends.every((one) => ENDED.includes(one ?? '')),
  '.exists(one, one == "cancelled")': (ends) => ends.includes('cancelled'),
};

const STATUS = /tasks\.(\w+)\.status/gu;

/** Whether the condition of a join holds where tasks have ended so. */
export function joinHolds(condition: string, ends: Ends): boolean | undefined {
  const asked = Array.from(condition.matchAll(STATUS), ([, task = '']) => ends.get(task));
  return CONDITIONS[condition.slice(condition.indexOf(']') + 1)]?.(asked);
}

export const join: Construct = {
  name: 'join',
  add(program, dice) {
    addJoin(program, dice);
  },
};

/** A join of a task that has none, which may be a new one. */
export function addJoin(program: Program, dice: Dice): TaskDraft {
  const fits = (task: TaskDraft): boolean => isPlain('join')(task) && dependenciesOf(task).length > 1;
  const task = program.pick(dice, fits) ?? joined(program, dice);
  const ids = dependenciesOf(task);
  const statuses = `[${ids.map((id) => `tasks.${id}.status`).join(', ')}]`;
  task['join'] = dice.pick([
    'any',
    { at_least: dice.between(1, ids.length) },
    { at_least: dice.between(1, ids.length) },
    { when: `${statuses}${dice.pick(Object.keys(CONDITIONS))}` },
  ]);
  return task;
}

/** A new task after two others or more. */
function joined(program: Program, dice: Dice): TaskDraft {
  while (program.tasks.length < 2) program.task(dice);
  const task = program.task(dice);
  const some = program.someBefore(dice, task, 0.7);
  task['depends_on'] = some.length > 1 ? some : program.tasks.slice(0, 2).map(({ id }) => id);
  return task;
}
