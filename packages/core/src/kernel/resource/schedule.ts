/**
 * Schedules: a workflow that starts by itself, at times a calendar knows. The calendar is injected; which time comes next
 * is decided once and is in the log.
 *
 * T1 A nominal time starts at most one execution, whatever happens: its id follows from the schedule and that time.
 * T2 Times that passed while nobody could start anything are caught up with as the schedule says: none of them, the
 *    latest, or all up to a bound, oldest first. Less than `GRACE_MS` late is not missed.
 * T3 While it is paused its times pass, and are not caught up with afterwards.
 * T4 Whether a start may overlap with one that still runs is for the admission to say.
 */
import { noRule } from '../../errors.ts';
import { uuidv7 } from '../../ids.ts';
import type { Instant } from '../../ports/clock.ts';
import type { StartCommand } from '../execution/commands.ts';
import { accept, type Decision, type Message, NO_EVENTS, reject, type View } from '../law.ts';
import type { AdmissionRequest } from './admission.ts';
import type { Need } from './capacity.ts';
import { admissionOf, nameOf } from './ids.ts';
import type { Calendar, Recurrence, ResourceBase, ResourceKind, TimerCommand } from './kind.ts';

/** A start that is this late counts as in time. */
export const GRACE_MS = 60_000;
/** So many missed times are caught up with at most; those before pass. */
export const MAX_CAUGHT_UP = 100;

export interface ScheduleState extends ResourceBase<'schedule'> {
  readonly calendar: Calendar;
  plan: SchedulePlan | undefined;
  /** The next nominal time; undefined when none comes. */
  next: Instant | undefined;
  paused: { readonly by: string; readonly since: Instant } | undefined;
  last: { readonly nominal: Instant; readonly execution: string } | undefined;
}

export interface SchedulePlan {
  readonly recurrence: Recurrence;
  readonly catchUp: 'skip' | 'latest' | 'all';
  /** When one still runs: wait in line for its end, or pass over this time. */
  readonly overlap: 'skip' | 'queue';
  /** Open executions of the workflow at a time. */
  readonly limit: number;
  readonly start: StartCommand;
  /** What an execution takes of what the operator has limited. */
  readonly need?: Need;
}

export type ScheduleCommand =
  /** The same again changes nothing. */
  | { readonly type: 'schedule.set'; readonly plan: SchedulePlan }
  | { readonly type: 'schedule.clear' }
  | { readonly type: 'schedule.pause'; readonly by: string }
  | { readonly type: 'schedule.resume'; readonly by: string }
  | TimerCommand;

export type ScheduleEvent =
  | { readonly type: 'schedule.set'; readonly plan: SchedulePlan; readonly next?: Instant }
  | { readonly type: 'schedule.cleared' }
  | { readonly type: 'schedule.paused'; readonly by: string }
  | { readonly type: 'schedule.resumed'; readonly by: string; readonly next?: Instant }
  | {
      readonly type: 'schedule.came_due';
      /** What was started, oldest first. */
      readonly starts: readonly { readonly nominal: Instant; readonly execution: string }[];
      readonly next?: Instant;
    };

export const scheduleKind: ResourceKind<ScheduleState, ScheduleCommand, ScheduleEvent> = {
  kind: 'schedule',
  commands: ['schedule.set', 'schedule.clear', 'schedule.pause', 'schedule.resume', 'timer'],
  create: (resourceId, { calendar }) => ({
    kind: 'schedule',
    resourceId,
    sequence: 0,
    lastAt: 0,
    effects: [],
    calendar,
    plan: undefined,
    next: undefined,
    paused: undefined,
    last: undefined,
  }),
  decide(state, command, now) {
    switch (command.type) {
      case 'continue':
        return NO_EVENTS;
      case 'timer':
        return due(state, now);
      case 'schedule.set':
        return set(state, command.plan, now);
      case 'schedule.clear':
        return state.plan === undefined ? NO_EVENTS : accept([{ type: 'schedule.cleared' }]);
      case 'schedule.pause':
        return pause(state, command.by);
      case 'schedule.resume':
        return resume(state, command.by, now);
      default:
        throw noRule('command', command);
    }
  },
  evolve(state, event, at) {
    switch (event.type) {
      case 'schedule.set':
        state.plan = event.plan;
        return arm(state, event.next);
      case 'schedule.cleared':
        state.plan = undefined;
        state.paused = undefined;
        return arm(state, undefined);
      case 'schedule.paused':
        state.paused = { by: event.by, since: at };
        return arm(state, undefined);
      case 'schedule.resumed':
        state.paused = undefined;
        return arm(state, event.next);
      case 'schedule.came_due':
        state.last = event.starts.at(-1) ?? state.last;
        return arm(state, event.next);
      default:
        throw noRule('event', event);
    }
  },
  *owed({ next }) {
    if (next !== undefined) yield { kind: 'arm', timer: { kind: 'schedule_due' }, at: next };
  },
  encode: ({ plan, next, paused, last }) => ({
    ...(plan === undefined ? {} : { plan }),
    ...(next === undefined ? {} : { next }),
    ...(paused === undefined ? {} : { paused }),
    ...(last === undefined ? {} : { last }),
  }),
  restore(state, encoded) {
    const { plan, next, paused, last } = encoded as unknown as Partial<ScheduleState>;
    state.plan = plan;
    state.next = next;
    state.paused = paused;
    state.last = last;
  },
  weight: () => 1,
};

/**
 * The execution that a nominal time starts: the same whoever computes it. A UUIDv7 of that time whose random part is
 * four FNV-1a hashes of the schedule and the time.
 */
export function scheduledExecution(resourceId: string, nominal: Instant): string {
  const text = `${resourceId}@${nominal}`;
  const random = new Uint8Array(10);
  for (let n = 0; n < random.length; n += 4) {
    let hash = 0x811c9dc5 ^ n;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash ^= hash >>> 15;
    for (let byte = 0; byte < 4 && n + byte < random.length; byte++) random[n + byte] = hash >>> (8 * byte);
  }
  return uuidv7(nominal, random);
}

function set(state: View<ScheduleState>, plan: SchedulePlan, now: Instant): Decision<ScheduleEvent> {
  if (JSON.stringify(state.plan) === JSON.stringify(plan)) return NO_EVENTS;
  const next = state.paused === undefined ? state.calendar(plan.recurrence, now) : undefined;
  return accept([{ type: 'schedule.set', plan, ...(next === undefined ? {} : { next }) }]);
}

function pause({ resourceId, plan, paused }: View<ScheduleState>, by: string): Decision<ScheduleEvent> {
  if (plan === undefined) return unknown(resourceId);
  return paused === undefined ? accept([{ type: 'schedule.paused', by }]) : NO_EVENTS;
}

function resume(
  { resourceId, plan, paused, calendar }: View<ScheduleState>,
  by: string,
  now: Instant,
): Decision<ScheduleEvent> {
  if (plan === undefined) return unknown(resourceId);
  if (paused === undefined) return reject('not_paused', 'the schedule is not paused');
  const next = calendar(plan.recurrence, now);
  return accept([{ type: 'schedule.resumed', by, ...(next === undefined ? {} : { next }) }]);
}

function unknown(resourceId: string): Decision<ScheduleEvent> {
  return reject('schedule_missing', `workflow ${nameOf(`/${resourceId}`)} is kept to no schedule`);
}

function due(state: View<ScheduleState>, now: Instant): Decision<ScheduleEvent> {
  const { resourceId, plan, next: first, calendar } = state;
  if (plan === undefined || first === undefined || now < first) return NO_EVENTS;
  const next = calendar(plan.recurrence, now);
  const starts = caughtUp(state, plan, first, now).map((nominal) => ({
    nominal,
    execution: scheduledExecution(resourceId, nominal),
  }));
  return accept(
    [{ type: 'schedule.came_due', starts, ...(next === undefined ? {} : { next }) }],
    starts.map(({ execution }) => request(resourceId, plan, execution)),
  );
}

/** Nobody would start it again: it waits for room. */
function request(
  resourceId: string,
  { start, limit, overlap, need }: SchedulePlan,
  execution: string,
): Message {
  const to = admissionOf(resourceId.slice(resourceId.indexOf('/') + 1));
  const queue = overlap === 'queue';
  const command: AdmissionRequest = {
    type: 'admission.request',
    execution,
    limit,
    start,
    queue,
    waits: true,
  };
  return { to, command: need === undefined ? command : { ...command, need } };
}

/** The nominal times from `first` to now that are to be started now, oldest first. */
function caughtUp(
  { calendar }: View<ScheduleState>,
  { recurrence, catchUp }: SchedulePlan,
  first: Instant,
  now: Instant,
): readonly Instant[] {
  const next = (after: Instant): Instant | undefined => calendar(recurrence, after);
  if (catchUp === 'all') return timesFrom(next, lastly(next, first, now, MAX_CAUGHT_UP), now);
  const latest = timesFrom(next, lastly(next, first, now, 1), now).slice(-1);
  return latest.filter((nominal) => catchUp === 'latest' || now - nominal < GRACE_MS);
}

type Next = (after: Instant) => Instant | undefined;

/**
 * A nominal time from which on at least `count` come until now, or the first where there are fewer: steps back from now
 * that double, so that a year of missed minutes costs no half a million questions. O(count · log(gap)).
 */
function lastly(next: Next, first: Instant, now: Instant, count: number): Instant {
  for (let back = GRACE_MS; now - back > first; back *= 2) {
    const from = next(now - back);
    if (from !== undefined && from <= now && timesFrom(next, from, now).length >= count) return from;
  }
  return first;
}

function timesFrom(next: Next, first: Instant, now: Instant): readonly Instant[] {
  const times: Instant[] = [];
  for (let time: Instant | undefined = first; time !== undefined && time <= now; time = next(time)) {
    times.push(time);
    if (times.length > 2 * MAX_CAUGHT_UP) times.shift();
  }
  return times.slice(-MAX_CAUGHT_UP);
}

function arm(state: ScheduleState, next: Instant | undefined): void {
  state.next = next;
  const timer = { kind: 'schedule_due' } as const;
  state.effects.push(next === undefined ? { kind: 'disarm', timer } : { kind: 'arm', timer, at: next });
}
