import { type Instant, prefixOf, type ResourceEvent } from '@cantata/core';
import type { FinishedResource } from '../finished.ts';
import { isNarrow } from '../narrow.ts';
import { type Schedule, scheduleSaid } from '../programs/schedule.ts';
import type { Invariant } from './invariant.ts';

/** Later than that it was missed. */
const GRACE_MS = 60_000;
/** Where nothing fails, what is due is started in less. */
const PROMPT_MS = 5_000;

export const schedules: Invariant = {
  name: 'schedules',
  says: 'Each time of a schedule starts one execution at most, at that time or later; none while it is paused or given up, and none is forgotten that is to be made up for.',
  *check(finished) {
    const ids = new Set(finished.executions.map(({ id }) => id));
    for (const resource of finished.resources) {
      if (prefixOf(resource.id) !== 'schedule') continue;
      const workflow = finished.workflows.find(({ version }) => resource.id.endsWith(version.workflowId));
      const says = workflow === undefined ? undefined : scheduleSaid(workflow.program);
      if (workflow === undefined || says === undefined) {
        yield `${resource.id} is kept to, and no document has a schedule`;
        continue;
      }
      yield* checkTimes(resource, says, finished.calmSince);
      // Where there is no room a time passes, or waits in line.
      if (isNarrow(finished.narrowness)) continue;
      if (workflow.program.document['max_concurrent_executions'] !== 1_000) continue;
      for (const { execution } of startsOf(resource))
        if (!ids.has(execution)) yield `${resource.id} started ${execution}, which does not exist`;
    }
  },
};

type Start = Extract<ResourceEvent, { type: 'schedule.came_due' }>['starts'][number];

function startsOf({ log }: FinishedResource): readonly Start[] {
  return log.flatMap(({ event }) => (event.type === 'schedule.came_due' ? event.starts : []));
}

function* checkTimes({ id, log }: FinishedResource, says: Schedule, calmSince: Instant): Iterable<string> {
  const after = (at: Instant): Instant => (Math.floor(at / says.periodMs) + 1) * says.periodMs;
  const started = new Set<Instant>();
  let isPaused = false;
  /** The time that comes next, if one does. */
  let pending: Instant | undefined;
  for (const { event, at, sequence } of log) {
    if (event.type === 'schedule.paused') isPaused = true;
    if (event.type === 'schedule.resumed' || event.type === 'schedule.cleared') isPaused = false;
    if (event.type === 'schedule.came_due') {
      const found = event.starts.map(({ nominal }) => nominal);
      const expected = pending === undefined ? [] : expectedOf(says, pending, at);
      if (String(found) !== String(expected))
        yield `${id}: event ${sequence} starts the times ${found.join()}, and should ${expected.join()}`;
      for (const { nominal, execution } of event.starts) {
        if (started.has(nominal)) yield `${id}: the time ${nominal} was started twice`;
        started.add(nominal);
        if (timeIn(execution) !== nominal) yield `${id}: ${execution} is no id of the time ${nominal}`;
      }
    }
    if (event.type === 'schedule.cleared' && at >= calmSince && at - (pending ?? at) > PROMPT_MS)
      yield `${id}: the time ${pending} was not started ${at - (pending ?? at)} ms later`;
    pending = isPaused || event.type === 'schedule.cleared' ? undefined : after(at);
  }
}

/** What follows of the times from the first that is due until now. */
function expectedOf({ periodMs, catchUp }: Schedule, first: Instant, now: Instant): readonly Instant[] {
  const times: Instant[] = [];
  for (let time = first; time <= now; time += periodMs) times.push(time);
  if (catchUp === 'all') return times;
  const latest = times.slice(-1);
  return catchUp === 'latest' ? latest : latest.filter((time) => now - time < GRACE_MS);
}

/** The milliseconds a UUIDv7 begins with. */
function timeIn(id: string): Instant {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
