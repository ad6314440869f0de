/** Why an item is not at work, or how it ended. */
import { nth } from '../../../../nth.ts';
import type { PlanGroup } from '../../../../plan/plan.ts';
import { attemptsOf } from '../../../../policy/retry.ts';
import type { Instant } from '../../../../ports/clock.ts';
import { duration, inTime, listing } from '../../../../text.ts';
import type { View } from '../../../law.ts';
import { type Ceiling, ceilingWords, hasRoom } from '../../ceiling.ts';
import { labelOf, retryPolicyOf, seatId, triesOf } from '../../lookup.ts';
import { groupsCalled, poolOf, reservedFor } from '../../seating.ts';
import { type ExecutionState, type Item, isOver } from '../../state.ts';
import { whyAcquiring } from './acquiring.ts';
import { type Cause, endOf, givenUp, held, starting, whyNotBegun, whyNotOn } from './cause.ts';
import { insteadOf } from './diverted.ts';
import { whyWaiting } from './waiting.ts';

export function whyItem(state: View<ExecutionState>, item: View<Item>, now: Instant): Cause | undefined {
  const subject = labelOf(state, item);
  const { status } = item;
  switch (status.kind) {
    case 'ready':
      return held(state, subject) ?? whyReady(state, item, subject);
    case 'assigned':
      return status.stopping && whyStopping(state, subject, status.seat, status.stopping, now);
    case 'blocked':
      return held(state, subject) ?? whyBlocked(state, item, subject);
    case 'retrying':
      return whyRetrying(state, item, status, now);
    case 'waiting':
      return whyNotOn(state, subject) ?? whyWaiting(state, item, now);
    case 'acquiring':
      return whyNotOn(state, subject) ?? whyAcquiring(state, item, now) ?? whyNotBegun(state, subject);
    case 'failed':
      return {
        subject,
        code: 'task_failed',
        sentence: `${subject} failed in attempt ${item.attempt}: ${status.error.code}: ${status.error.message}`,
        waits_for: [],
      };
    case 'cancelled': {
      const how = status.confirmed ? 'its agent stopped' : 'its agent gave no answer in time';
      return givenUp(subject, `${subject} was cancelled${item.seat === undefined ? '' : `; ${how}`}.`);
    }
    default:
      return undefined;
  }
}

/** It was cancelled, and the rest goes on. */
function whyStopping(
  state: View<ExecutionState>,
  subject: string,
  seat: number,
  { deadline, reason }: { readonly deadline: Instant; readonly reason: string },
  now: Instant,
): Cause {
  const agent = seatId(state, seat);
  const sentence = `${subject} is being cancelled (${reason}) and waits for ${agent} to stop, at the longest for ${duration(Math.max(0, deadline - now))}.`;
  return { subject, code: 'cancelling', sentence, waits_for: [agent], until: deadline };
}

export const ITEM_WORDS: Readonly<Record<Item['status']['kind'], string>> = {
  blocked: 'waiting for others that were spawned',
  held: 'waiting for its turn',
  ready: 'waiting for a seat',
  assigned: 'running',
  retrying: 'waiting for its next attempt',
  acquiring: 'waiting for what it needs',
  waiting: 'waiting',
  timed_out: 'out of time',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** Which of those that were spawned with it, or before, it waits for. */
function whyBlocked(state: View<ExecutionState>, item: View<Item>, subject: string): Cause {
  const { items } = nth(state.tasks, item.task);
  const { dependsOn } = item.spawned as NonNullable<typeof item.spawned>;
  const open = dependsOn.map((place) => nth(items, place)).filter(({ status }) => !isOver(status));
  const names = open.map((other) => labelOf(state, other));
  const details = open
    .slice(0, 3)
    .map((other) => `${labelOf(state, other)} is ${ITEM_WORDS[other.status.kind]}`);
  return {
    subject,
    code: 'waits_for_tasks',
    sentence: `${subject} waits for ${listing(names)} (${listing(details)}).`,
    waits_for: names,
  };
}

function whyReady(state: View<ExecutionState>, item: View<Item>, subject: string): Cause {
  const { seating } = state;
  const { names, seats } = whoMay(state, item);
  const busy = seats.flatMap((seat) => {
    const occupant = seating.occupant[seat];
    return occupant === undefined ? [] : [`${seatId(state, seat)} works on ${labelOf(state, occupant)}`];
  });
  if (busy.length < seats.length) {
    const isRoom = seats.some(
      (seat) => seating.occupant[seat] === undefined && hasRoom(state, nth(state.plan.seats, seat).group),
    );
    return isRoom ? starting(subject) : whyNoRoom(state, subject);
  }
  return {
    subject,
    code: 'waits_for_seat',
    sentence: `${subject} is ready and waits for a free seat of ${listing(names)}: ${listing(busy, 3)}.${insteadOf(item)}`,
    waits_for: names,
  };
}

/** A seat is free, and all that are busy together ask for as much as they may. */
function whyNoRoom({ seating, plan, request }: View<ExecutionState>, subject: string): Cause {
  // Without a ceiling there is room.
  const { ceiling } = request as { readonly ceiling: Ceiling };
  const busy = plan.seats.filter(({ index }) => seating.occupant[index] !== undefined).map(({ id }) => id);
  return {
    subject,
    code: 'waits_for_room',
    sentence: `${subject} is ready, and a seat is free; it waits for one of ${listing(busy)} to be done, for the execution may use ${ceilingWords(ceiling)} at once.`,
    waits_for: busy,
  };
}

/** The groups and seats an item waits for: those of the plan, or those it was given to by name. */
function whoMay(
  state: View<ExecutionState>,
  item: View<Item>,
): { readonly names: readonly string[]; readonly seats: readonly number[] } {
  const { plan } = state;
  const to = reservedFor(item);
  const seat = item.reassigned === undefined ? undefined : plan.seatIndex.get(item.reassigned);
  if (to !== undefined && seat !== undefined) return { names: [to], seats: [seat] };
  const groups = nth(plan.pools, poolOf(state, item)).groups.map((group) => nth(plan.groups, group));
  const chosen = to === undefined ? groups : [groupsCalled(plan, to) as View<PlanGroup>];
  return {
    names: chosen.map(({ definition }) => definition.name),
    seats: chosen.flatMap((group) => group.seats),
  };
}

function whyRetrying(
  state: View<ExecutionState>,
  item: View<Item>,
  status: Extract<View<Item>['status'], { readonly kind: 'retrying' }>,
  now: Instant,
): Cause {
  const subject = labelOf(state, item);
  const { error, until } = status;
  const failed = `Attempt ${item.attempt} of ${subject} failed (${error.code}: ${error.message})`;
  const end = endOf(state);
  if (end !== undefined) return givenUp(subject, `${failed} and is not tried again: ${end}.`);
  const attempts = attemptsOf(retryPolicyOf(state, item), error);
  const next = `attempt ${item.attempt + 1} of at most ${attempts + item.attempt - triesOf(item)} starts ${inTime(until, now)}`;
  const sentence = `${failed}; ${next}${state.status.kind === 'paused' ? ', or when the execution is resumed' : ''}.`;
  return { subject, code: 'waits_for_retry', sentence, waits_for: [], until };
}
