/** `retry_policy`: what follows when an attempt fails. */
import { type Construct, isPlain } from './program.ts';

export const retry: Construct = {
  name: 'retry',
  add(program, dice) {
    const task = program.pick(dice, isPlain());
    if (task !== undefined) {
      task['retry_policy'] = dice.pick([
        'none',
        'fixed',
        'linear',
        'exponential_backoff',
        { attempts: 3, backoff: 'linear', initial: '300ms', cap: '1s', jitter: 0.5 },
        { backoff: 'none', retryable: ['agent_error', 'task_timed_out'] },
        { attempts: 2, non_retryable: ['no_use'] },
      ]);
    }
  },
};
