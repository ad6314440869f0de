/** What schedules are kept to, as the store knows it. Never writes. */
import { type Instant, type SchedulePlan, type ScheduleState, type Store, scheduleOf } from '@cantata/core';
import type { Loader } from '../shell/loader.ts';

export interface ScheduleRow {
  readonly workflowId: string;
  readonly name: string;
  /** The one it starts, which need not be the newest. */
  readonly version: string;
  readonly recurrence: SchedulePlan['recurrence'];
  readonly catchUp: SchedulePlan['catchUp'];
  readonly overlap: SchedulePlan['overlap'];
  /** The next time; undefined while it is paused, or when none comes. */
  readonly next: Instant | undefined;
  readonly paused: ScheduleState['paused'];
  /** The last time that started something, and what. */
  readonly last: ScheduleState['last'];
}

/** Those of a tenant, by the names of their workflows. O(workflows). */
export async function readSchedules(
  { workflows }: Pick<Store, 'workflows'>,
  loader: Loader,
  tenant: string,
): Promise<readonly ScheduleRow[]> {
  const versions = await workflows.list(tenant);
  const rows: ScheduleRow[] = [];
  for (const workflowId of new Set(versions.map((version) => version.workflowId))) {
    const entity = await loader.load(scheduleOf(workflowId));
    if (entity?.kind !== 'resource' || entity.state.kind !== 'schedule') continue;
    const { plan, next, paused, last } = entity.state;
    if (plan === undefined) continue;
    const { recurrence, catchUp, overlap, start } = plan;
    const { name, version } = start.workflow;
    rows.push({ workflowId, name, version, recurrence, catchUp, overlap, next, paused, last });
  }
  return rows;
}
