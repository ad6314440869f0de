/** When executions start by themselves: `schedule`. */
import { describe, expect, test } from 'vitest';
import { documentOf, onlyProblemOf } from '../../test/documents.ts';
import { parseDefinition } from '../parse.ts';

const scheduled = (text: string): string => documentOf({ top: `schedule: ${text}` });
const scheduleOf = (text: string) => {
  const parsed = parseDefinition(scheduled(text));
  return parsed.kind === 'valid' ? parsed.definition.schedule : undefined;
};

describe('a schedule', () => {
  test('has a time, and the rest is said for it', () => {
    expect(scheduleOf('{ cron: "0 8 * * 1-5" }')).toEqual({
      cron: '0 8 * * 1-5',
      timeZone: 'UTC',
      catchUp: 'skip',
      overlap: 'skip',
      input: null,
    });
  });

  test('may say whose clock it goes by, what follows when it is late or too early, and on what to work', () => {
    const text =
      '{ cron: "30 2 1 * *", time_zone: Europe/Berlin, catch_up: latest, overlap: queue, input: { of: month } }';
    expect(scheduleOf(text)).toEqual({
      cron: '30 2 1 * *',
      timeZone: 'Europe/Berlin',
      catchUp: 'latest',
      overlap: 'queue',
      input: { of: 'month' },
    });
  });

  test.each([
    ['{}', 'key_missing schedule.cron'],
    ['{ cron: daily }', 'value_unknown schedule.cron'],
    ['{ cron: 5 }', 'type_wrong schedule.cron'],
    ['{ cron: "0 0 31 2 *" }', 'value_unknown schedule.cron'],
    ['{ cron: "* * * * * *" }', 'value_unknown schedule.cron'],
    [`{ cron: "${'1,'.repeat(40)}1 * * * *" }`, 'value_unknown schedule.cron'],
    ['{ cron: "0 8 * * *", time_zone: Mars/Base }', 'value_unknown schedule.time_zone'],
    ['{ cron: "0 8 * * *", time_zone: 1 }', 'type_wrong schedule.time_zone'],
    ['{ cron: "0 8 * * *", catch_up: some }', 'value_unknown schedule.catch_up'],
  ])('cannot be %s', (text, expected) => {
    const { code, path } = onlyProblemOf(scheduled(text));
    expect(`${code} ${path}`).toBe(expected);
  });
});
