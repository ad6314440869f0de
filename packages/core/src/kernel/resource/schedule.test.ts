import { CheckedResource, starts } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUuid } from '../../ids.ts';
import type { StartCommand } from '../execution/commands.ts';
import { CONTINUE } from '../law.ts';
import { scheduleOf } from './ids.ts';
import type { Calendar } from './kind.ts';
import type { ResourceCommand } from './law.ts';
import {
  GRACE_MS,
  MAX_CAUGHT_UP,
  type SchedulePlan,
  type ScheduleState,
  scheduledExecution,
} from './schedule.ts';

const ID = scheduleOf('w1');
const HOUR = 3_600_000;
const DUE: ResourceCommand = { type: 'timer', timer: { kind: 'schedule_due' } };
const start = starts() as StartCommand;
const hourly: Calendar = (_, after) => (Math.floor(after / HOUR) + 1) * HOUR;
const PLAN: SchedulePlan = {
  recurrence: { cron: '0 * * * *', timeZone: 'UTC' },
  catchUp: 'skip',
  overlap: 'skip',
  limit: 1,
  start,
};
const sets = (plan: Partial<SchedulePlan> = {}): ResourceCommand => ({
  type: 'schedule.set',
  plan: { ...PLAN, ...plan },
});

function aSchedule(plan: Partial<SchedulePlan> = {}, calendar: Calendar = hourly) {
  const checked = new CheckedResource(ID, { calendar });
  checked.tell(sets(plan), 0);
  const state = checked.state as ScheduleState;
  const tell = (command: ResourceCommand, now: number) => checked.tell(command, now);
  const nominals = (now: number): readonly number[] =>
    tell(DUE, now).events.flatMap((event) =>
      event.type === 'schedule.came_due' ? event.starts.map(({ nominal }) => nominal) : [],
    );
  return { checked, state, tell, nominals };
}

describe('a schedule', () => {
  test('asks the admission for an execution whose id follows from the time, and waits for the next', () => {
    const { checked, tell, state } = aSchedule();
    expect(checked.wakesAt).toBe(HOUR);
    const execution = scheduledExecution(ID, HOUR);
    expect(tell(DUE, HOUR + 5)).toMatchObject({
      events: [{ type: 'schedule.came_due', starts: [{ nominal: HOUR, execution }], next: 2 * HOUR }],
      messages: [
        {
          to: 'admission/w1',
          command: { type: 'admission.request', execution, limit: 1, start, queue: false },
        },
      ],
    });
    expect(checked.wakesAt).toBe(2 * HOUR);
    expect(state.last).toEqual({ nominal: HOUR, execution });
  });

  test('has ids that are UUIDs of their time and differ', () => {
    const ids = Array.from({ length: 100 }, (_, n) => scheduledExecution(ID, n * HOUR));
    ids.push(...Array.from({ length: 100 }, (_, n) => scheduledExecution(scheduleOf(`w${n + 2}`), HOUR)));
    expect(ids.every(isUuid)).toBe(true);
    expect(new Set(ids).size).toBe(200);
    expect(scheduledExecution(ID, HOUR)).toBe(scheduledExecution(ID, HOUR));
    expect(ids.slice(0, 100)).toEqual(ids.slice(0, 100).toSorted());
  });

  test('waits in line where its document says so', () => {
    expect(aSchedule({ overlap: 'queue' }).tell(DUE, HOUR).messages).toMatchObject([
      { command: { queue: true } },
    ]);
  });

  test('does nothing before its time, nor twice', () => {
    const { nominals } = aSchedule();
    expect(nominals(HOUR - 1)).toEqual([]);
    expect(nominals(HOUR)).toEqual([HOUR]);
    expect(nominals(HOUR)).toEqual([]);
  });

  test('starts none of the times it missed, the latest, or all, as its document says', () => {
    const late = 5 * HOUR + GRACE_MS;
    expect(aSchedule({ catchUp: 'skip' }).nominals(late)).toEqual([]);
    expect(aSchedule({ catchUp: 'skip' }).nominals(late - 1)).toEqual([5 * HOUR]);
    expect(aSchedule({ catchUp: 'latest' }).nominals(late)).toEqual([5 * HOUR]);
    expect(aSchedule({ catchUp: 'all' }).nominals(late)).toEqual([1, 2, 3, 4, 5].map((n) => n * HOUR));
  });

  test('says with each start what it takes of what is limited, and that it waits for room', () => {
    const need = { cpuMillis: 500, memoryBytes: 1_024 };
    expect(aSchedule({ need }).tell(DUE, HOUR).messages).toMatchObject([
      { to: 'admission/w1', command: { type: 'admission.request', need, waits: true } },
    ]);
  });

  test('catches up with the last hundred at most, without asking for every one before', () => {
    let asked = 0;
    const counting: Calendar = (recurrence, after) => {
      asked += 1;
      return hourly(recurrence, after);
    };
    const { nominals, checked } = aSchedule({ catchUp: 'all' }, counting);
    const times = nominals(100_000 * HOUR);
    expect(times).toEqual(
      Array.from({ length: MAX_CAUGHT_UP }, (_, n) => (100_000 - MAX_CAUGHT_UP + 1 + n) * HOUR),
    );
    expect(asked).toBeLessThan(1_000);
    expect(checked.wakesAt).toBe(100_001 * HOUR);
  });

  test('catches up with the last hundred of a calendar with many times a second, too', () => {
    const dense: Calendar = (_, after) => (Math.floor(after / 100) + 1) * 100;
    const { nominals } = aSchedule({ catchUp: 'all' }, dense);
    expect(nominals(300_000)).toEqual(Array.from({ length: 100 }, (_, n) => 290_100 + n * 100));
  });

  test('passes over its times while it is paused, and those stay passed', () => {
    const { checked, tell, nominals, state } = aSchedule({ catchUp: 'all' });
    tell({ type: 'schedule.pause', by: 'ann' }, 10);
    expect(state.paused).toEqual({ by: 'ann', since: 10 });
    expect(checked.wakesAt).toBeUndefined();
    expect(tell({ type: 'schedule.pause', by: 'bob' }, 20).events).toEqual([]);
    expect(nominals(3 * HOUR)).toEqual([]);
    tell(sets({ limit: 2 }), 3 * HOUR);
    expect(checked.wakesAt).toBeUndefined();
    tell({ type: 'schedule.resume', by: 'ann' }, 3 * HOUR + 1);
    expect(checked.wakesAt).toBe(4 * HOUR);
    expect(nominals(4 * HOUR)).toEqual([4 * HOUR]);
  });

  test('ends with its document, and with its calendar', () => {
    const { checked, tell } = aSchedule();
    tell({ type: 'schedule.clear' }, 10);
    expect(checked.wakesAt).toBeUndefined();
    expect(tell({ type: 'schedule.clear' }, 20).events).toEqual([]);
    const once = aSchedule({}, (_, after) => (after < HOUR ? HOUR : undefined));
    expect(once.nominals(HOUR)).toEqual([HOUR]);
    expect(once.checked.wakesAt).toBeUndefined();
    const never = aSchedule({}, () => undefined);
    expect(never.checked.wakesAt).toBeUndefined();
    never.tell({ type: 'schedule.pause', by: 'ann' }, 10);
    expect(never.tell({ type: 'schedule.resume', by: 'ann' }, 20).events).toEqual([
      { type: 'schedule.resumed', by: 'ann' },
    ]);
  });

  test('changes only when its document does', () => {
    const { checked, tell } = aSchedule();
    expect(tell(sets(), 50).events).toEqual([]);
    expect(tell(sets({ catchUp: 'latest' }), 60).events).toMatchObject([
      { type: 'schedule.set', next: HOUR },
    ]);
    expect(checked.tell(CONTINUE, 60).events).toEqual([]);
  });

  test('that was never set cannot be paused or resumed, and one that runs cannot be resumed', () => {
    const none = new CheckedResource(ID, { calendar: hourly });
    for (const type of ['schedule.pause', 'schedule.resume'] as const) {
      expect(none.tell({ type, by: 'ann' }, 0).rejection).toMatchObject({
        code: 'schedule_missing',
        message: 'workflow w1 is kept to no schedule',
      });
    }
    expect(aSchedule().tell({ type: 'schedule.resume', by: 'ann' }, 0).rejection).toMatchObject({
      code: 'not_paused',
      message: 'the schedule is not paused',
    });
  });
});

test('no nominal time is started twice, and those that are come in order, whenever somebody looks', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('skip' as const, 'latest' as const, 'all' as const),
      fc.array(fc.integer({ min: 1, max: 5 * HOUR }), { maxLength: 20 }),
      (catchUp, pauses) => {
        const { nominals } = aSchedule({ catchUp });
        let now = 0;
        const started: number[] = [];
        for (const pause of pauses) {
          now += pause;
          started.push(...nominals(now));
        }
        expect(started).toEqual([...new Set(started)].toSorted((a, b) => a - b));
        if (catchUp === 'all')
          expect(started).toEqual(Array.from({ length: Math.floor(now / HOUR) }, (_, n) => (n + 1) * HOUR));
      },
    ),
  );
});
