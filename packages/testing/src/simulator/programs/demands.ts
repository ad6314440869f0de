/** `resources` of agent groups: what an execution takes of a capacity that is limited. */
import type { Construct, Draft } from './program.ts';

export const demands: Construct = {
  name: 'demands',
  share: 0.2,
  add({ agents }, dice) {
    for (const group of Object.values(agents) as Draft[]) {
      if (dice.chance(0.7)) group['resources'] = { cpu: dice.pick(['1 core', '2 cores']), memory: '1GB' };
    }
  },
};
