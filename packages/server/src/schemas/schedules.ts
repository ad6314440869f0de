/** The schedules that are kept to. */
import { iso } from '@cantata/core';
import type { ScheduleRow } from '@cantata/engine';
import { z } from 'zod';
import { Timestamp, Uuid } from './common.ts';

export const Schedule = z
  .object({
    workflow_id: Uuid,
    name: z.string(),
    version: z.string().describe('the one it starts, which need not be the newest'),
    cron: z.string(),
    time_zone: z.string(),
    catch_up: z.enum(['skip', 'latest', 'all']),
    overlap: z.enum(['skip', 'queue']),
    next: Timestamp.nullable().describe('null while it is paused, or when none comes'),
    paused: z.object({ by: z.string(), since: Timestamp }).nullable(),
    last: z
      .object({ time: Timestamp, execution_id: Uuid })
      .nullable()
      .describe('the last time that started something'),
  })
  .meta({ id: 'Schedule' });

export function schedule(row: ScheduleRow): z.infer<typeof Schedule> {
  const { recurrence, next, paused, last } = row;
  return {
    workflow_id: row.workflowId,
    name: row.name,
    version: row.version,
    cron: recurrence.cron,
    time_zone: recurrence.timeZone,
    catch_up: row.catchUp,
    overlap: row.overlap,
    next: iso(next),
    paused: paused === undefined ? null : { by: paused.by, since: iso(paused.since) },
    last: last === undefined ? null : { time: iso(last.nominal), execution_id: last.execution },
  };
}
