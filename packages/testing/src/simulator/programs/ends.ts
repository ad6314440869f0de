/** `depends_on` with `on`: how a dependency must end. */
import { type Construct, dependenciesOf } from './program.ts';

export const ends: Construct = {
  name: 'ends',
  add(program, dice) {
    const task = program.pick(dice, (one) => dependenciesOf(one).length > 0) ?? afterFirst();
    task['depends_on'] = dependenciesOf(task).map((id) =>
      dice.chance(0.6)
        ? { task: id, on: dice.pick(['completed', 'failed', 'failed', 'skipped', 'any']) }
        : id,
    );

    function afterFirst(): (typeof program.tasks)[number] {
      const [first] = program.tasks;
      return program.task(dice, { depends_on: [(first ?? program.task(dice)).id] });
    }
  },
};
