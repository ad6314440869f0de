/** Events of teams and their patterns, in words. */
import { tally } from '@cantata/core';
import type { Told } from '../../follow/tail.ts';
import { clean, count } from '../text.ts';
import { careful, type EventWords, good, plain } from './words.ts';

export type TeamEvent = Extract<Told['event'], { readonly type: `pattern.${string}` }>;

export function teamWords(event: TeamEvent): EventWords {
  switch (event.type) {
    case 'pattern.started':
      return plain('team', `${event.task} by the pattern ${event.pattern}`);
    case 'pattern.reacted': {
      const { turns = [] } = event;
      const next = turns.length === 0 ? '' : `; next ${tally(turns.map(({ to }) => to))}`;
      return plain('team', `${event.task}: ${clean(event.reason)}${next}`);
    }
    case 'pattern.switched': {
      const whom = event.by === undefined ? 'by its rule' : `by ${clean(event.by)}`;
      return careful(
        'team switched',
        `${event.task} from ${event.from} to ${event.to} ${whom}: ${clean(event.reason)}`,
      );
    }
    case 'pattern.timer_due':
      return plain('team', `${event.task}: the time of ${clean(event.name)} has come`);
    case 'pattern.finished': {
      const words = `${event.task} after ${count(event.turns, 'turn')}`;
      if (event.stopReason === undefined) return good('team done', words);
      return careful('team stopped', `${words}: ${clean(event.stopReason)}`);
    }
    default:
      return event satisfies never;
  }
}
