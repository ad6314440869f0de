/** `schedule:`: the times at which executions start by themselves. */
import type { Json, ScheduleDefinition } from '@cantata/core';
import { calendar } from '../calendar.ts';
import { LIMITS } from '../limits.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import type { Reader } from '../shape/reader.ts';
import { oneOf, text } from '../shape/scalars.ts';
import { quote } from '../shape/words.ts';
import { certain } from './certain.ts';

const cron: Reader<string> = {
  expects: 'five fields as cron has them, such as "0 8 * * 1-5"',
  schema: { type: 'string', minLength: 1, maxLength: LIMITS.quantityLength },
  read(value, at) {
    const read = text.read(value, at);
    if (read === undefined) return undefined;
    const isRead = read.length <= LIMITS.quantityLength && isCron(read);
    if (isRead) return read;
    return at.report('value_unknown', `${at.label} should be ${this.expects}, but is ${quote(read)}`, {
      hint: 'minute, hour, day of the month, month, day of the week',
    });
  },
};

const timeZone: Reader<string> = {
  expects: 'a time zone such as "Europe/Berlin"',
  schema: { type: 'string', minLength: 1 },
  read(value, at) {
    const read = text.read(value, at);
    if (read === undefined || isTimeZone(read)) return read;
    return at.report('value_unknown', `${at.label} is ${quote(read)}, which is no time zone`, {
      hint: 'use a name of the IANA database, such as `Europe/Berlin` or `UTC`',
    });
  },
};

const json: Reader<Json> = { expects: 'JSON', schema: {}, read: (value) => value };

const SCHEDULE = {
  cron: required(cron, 'Minute, hour, day of the month, month and day of the week, as cron has them.'),
  time_zone: optional(timeZone, 'Whose clock: a name of the IANA database. Default: UTC.'),
  catch_up: optional(
    oneOf(['skip', 'latest', 'all']),
    'Times that passed while no engine ran: none of them, the latest, or all, at most 100. Default: skip.',
  ),
  overlap: optional(
    oneOf(['skip', 'queue']),
    'When as many executions are open as may be: pass over this time, or start it later. Default: skip.',
  ),
  input: optional(json, 'What each execution is given. Default: null.'),
};

export type ScheduleDraft = Draft<typeof SCHEDULE>;

export const schedule = object({ name: 'a schedule', fields: SCHEDULE, example: '`{cron: "0 8 * * 1-5"}`' });

export function defineSchedule(draft: ScheduleDraft): ScheduleDefinition {
  return {
    cron: certain(draft.cron),
    timeZone: draft.time_zone ?? 'UTC',
    catchUp: draft.catch_up ?? 'skip',
    overlap: draft.overlap ?? 'skip',
    input: draft.input ?? null,
  };
}

/** Whether it says times, of which one comes at all: the 31st of February does not. */
function isCron(written: string): boolean {
  try {
    return calendar({ cron: written, timeZone: 'UTC' }, 0) !== undefined;
  } catch {
    // It says what is wrong in words of its own; ours show how it is written.
    return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // There is no other way to ask.
    return false;
  }
}
