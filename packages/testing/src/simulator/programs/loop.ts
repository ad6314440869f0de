/** `loop`: a task that is done more than once. Each condition comes with its meaning, for the second reading. */
import type { Json } from '@cantata/core';
import { type Construct, isPlain } from './program.ts';

/** By the rest of the condition, what it says of the output of the task, said a second time in JavaScript. */
const CONDITIONS: Readonly<Record<string, (output: Json) => boolean>> = {
  '.output == null': (output) => output === null,
  '.output != 1': (output) => output !== 1,
  '.output == [1, 2]': (output) => JSON.stringify(output) === '[1,2]',
};

interface Conditions {
  readonly while?: string;
  readonly until?: string;
}

/** Whether a loop wants another round after one that gave this. */
export function loopWantsMore({ while: goesOn, until }: Conditions, output: Json): boolean {
  return (goesOn === undefined || holds(goesOn, output)) && (until === undefined || !holds(until, output));
}

function holds(condition: string, output: Json): boolean {
  return CONDITIONS[condition.slice(condition.indexOf('.output'))]?.(output) === true;
}

export const loop: Construct = {
  name: 'loop',
  add(program, dice) {
    const task = program.pick(dice, isPlain('loop'));
    if (task === undefined) return;
    const condition = (): string => `tasks.${task.id}${dice.pick(Object.keys(CONDITIONS))}`;
    task['loop'] = {
      max_iterations: dice.between(1, 4),
      ...(dice.chance(0.4) ? { while: condition() } : {}),
      ...(dice.chance(0.4) ? { until: condition() } : {}),
      ...(dice.chance(0.5) ? { on_limit: dice.pick(['complete', 'fail']) } : {}),
    };
  },
};
