import type { Invariant } from './invariant.ts';

/** What an engine says when something happened that must not. */
const IMPOSSIBLE = /went wrong|lost its wake-up|cannot be dealt with|could not be performed|unusable/;

export const healthy: Invariant = {
  name: 'healthy',
  says: 'No engine had to be healed, and none met what it holds to be impossible.',
  *check({ processes }) {
    for (const { number, logged } of processes) {
      for (const { message, fields } of logged) {
        if (IMPOSSIBLE.test(message) || fields['code'] === 'store_data_refused')
          yield `process ${number}: ${message}: ${JSON.stringify(fields)}`;
      }
    }
  },
};
