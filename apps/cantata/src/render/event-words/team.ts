/** Events of teams and their patterns, in words. */
import { tally, taskLabel } from '@cantata/core';
import type { Told } from '../../follow/tail.ts';
import { clean, count } from '../text.ts';
import { careful, type EventWords, good, plain } from './words.ts';

export type TeamEvent = Extract<Told['event'], { readonly type: `pattern.${string}` }>;

export function teamWords(event: TeamEvent): EventWords {
  const where = taskLabel(event.task, event.item);
  switch (event.type) {
    case 'pattern.started':
      return plain('team', `${where} by the pattern ${event.pattern}`);
    case 'pattern.reacted': {
      const { turns = [] } = event;
      const next = turns.length === 0 ? '' : `; next ${tally(turns.map(({ to }) => to))}`;
      return plain('team', `${where}: ${clean(event.reason)}${next}`);
    }
    case 'pattern.switched': {
      const whom = event.by === undefined ? 'by its rule' : `by ${clean(event.by)}`;
      return careful(
        'team switched',
        `${where} from ${event.from} to ${event.to} ${whom}: ${clean(event.reason)}`,
      );
    }
    case 'pattern.timer_due':
      return plain('team', `${where}: the time of ${clean(event.name)} has come`);
    case 'pattern.finished': {
      const words = `${where} after ${count(event.turns, 'turn')}`;
      if (event.stopReason === undefined) return good('team done', words);
      return careful('team stopped', `${words}: ${clean(event.stopReason)}`);
    }
    default:
      return event satisfies never;
  }
}
