/**
 * What an entity waits for when nobody works for it. Read off what it is owed, so that what a restart would arm and what
 * an entity sleeps until cannot differ.
 */
import { noRule } from '../errors.ts';
import type { Instant } from '../ports/clock.ts';
import type { Effect } from './law.ts';

export interface Rest {
  /** The earliest of its timers; undefined where only a message wakes it. */
  readonly wakeAt: Instant | undefined;
}

/** Undefined while somebody works for it: an attempt is out, or an agent is told to stop. O(what is owed), less if busy. */
export function restOf(owed: Iterable<Effect>): Rest | undefined {
  let wakeAt: Instant | undefined;
  for (const effect of owed) {
    switch (effect.kind) {
      case 'dispatch':
      case 'cancel_agent':
      case 'start_child':
        return undefined;
      case 'arm':
        wakeAt = Math.min(wakeAt ?? effect.at, effect.at);
        break;
      case 'disarm':
      case 'continue':
      case 'snapshot':
      case 'ask_holder':
        // Done at once, with or after the commit: nothing to wait for.
        break;
      default:
        throw noRule('effect', effect);
    }
  }
  return { wakeAt };
}
