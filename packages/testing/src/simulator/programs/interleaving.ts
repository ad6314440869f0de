/** Interleaving: of the tasks of an execution one at a time is at work, in whatever order. */
import { type Construct, isPlain } from './program.ts';

export const interleaving: Construct = {
  name: 'interleaving',
  mayWaitFor: ['waits_for_resource'],
  add({ tasks }) {
    for (const task of tasks.filter(isPlain('lock', 'quota', 'rate_limit')))
      task['lock'] = 'turn ${string(input.salt)}';
  },
};
