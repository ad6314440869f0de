/** `choice`: tasks that wait, of which the first whose event comes goes on. */
import type { Construct, Draft } from './program.ts';

export const choice: Construct = {
  name: 'choice',
  mayWaitFor: ['waits_for_signal', 'waits_for_person'],
  add(program, dice) {
    const signals = (program.document['signals'] ??= {}) as Draft;
    signals['go'] = {};
    const waits = [{ for: '20s' }, { signal: 'go' }, { approval: { prompt: 'May it?' } }];
    const name = `choice-${program.tasks.length}`;
    const first = dice.below(3);
    for (const n of [first, (first + 1) % 3]) {
      const task = program.idle({ wait: waits[n] ?? {}, choice: name });
      const before = program.someBefore(dice, task);
      if (before.length > 0) task['depends_on'] = before;
    }
  },
};
