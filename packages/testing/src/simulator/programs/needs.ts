/** `lock`, `quota` and `rate_limit`: what all executions of all programs share. */
import { type Construct, isPlain } from './program.ts';

/** How much there is of each quota, wherever it is named. */
export const QUOTAS: Readonly<Record<string, number>> = { gpus: 2, licences: 3 };

export const needs: Construct = {
  name: 'needs',
  // What a paused execution has is not given back before it goes on.
  mayWaitFor: ['waits_for_resource'],
  add(program, dice) {
    const task = program.pick(dice, isPlain('lock', 'quota', 'rate_limit'));
    if (task === undefined) return;
    const which = dice.unit();
    if (which < 0.6) {
      task['lock'] = dice.pick([
        'stock',
        'desk',
        ['stock', 'desk'],
        ['desk', '${input.flag ? "stock" : "shelf"}'],
        '${"row " + string(input.salt % 3)}',
      ]);
    }
    if (which > 0.4 && which < 0.8) {
      const name = dice.pick(Object.keys(QUOTAS));
      task['quota'] = { name, limit: QUOTAS[name] ?? 1, count: dice.pick([1, 1, 2]) };
    }
    if (which > 0.7) {
      const key = dice.chance(0.5) ? { key: 'search' } : {};
      task['rate_limit'] = { limit: dice.pick([1, 3, 10]), per: dice.pick(['1s', '10s']), ...key };
    }
  },
};
