/** `max_concurrent_executions`: more are refused. */
import type { Construct } from './program.ts';

export const admission: Construct = {
  name: 'admission',
  add({ document }, dice) {
    document['max_concurrent_executions'] = dice.between(1, 3);
  },
};
