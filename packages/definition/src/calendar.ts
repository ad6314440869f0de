/** When something recurs: cron with a time zone, as the engine asks for it. The law of schedules never sees a calendar. */
import type { Calendar, Recurrence } from '@cantata/core';
import { Cron } from 'croner';

/** Patterns that are kept ready. */
const MAX_KEPT = 1_000;
const kept = new Map<string, Cron>();

/**
 * The first time after an instant; undefined where none comes. In a night that is an hour short or long, as Vixie cron
 * has it: what names its hours and minutes, lists and ranges too, comes once; what has `*` or a step goes on by itself.
 */
export const calendar: Calendar = (recurrence, after) => {
  const next = cronOf(recurrence).nextRun(new Date(after));
  return next === null ? undefined : next.getTime();
};

/** @throws Error what is wrong with the pattern or the time zone. */
function cronOf({ cron, timeZone }: Recurrence): Cron {
  const key = `${timeZone} ${cron}`;
  let found = kept.get(key);
  if (found === undefined) {
    found = new Cron(cron, {
      timezone: timeZone,
      mode: '5-part',
      fixedTimeRule: 'no-wildcard',
      paused: true,
    });
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(key, found);
  }
  return found;
}
