/** `outputs`: what the result of an execution is. */
import type { Construct } from './program.ts';

export const result: Construct = {
  name: 'result',
  add({ document }) {
    document['outputs'] = { salt: '${input.salt}' };
  },
};
