/**
 * The law of resources: what is shared between executions and must be decided in one place. One file a kind; this one
 * only finds the kind of an id and hands everything on to it.
 */
import { CantataError } from '../../errors.ts';
import type { Continue, Law, View } from '../law.ts';
import {
  type AdmissionCommand,
  type AdmissionEvent,
  type AdmissionState,
  admissionKind,
} from './admission.ts';
import { type BreakerCommand, type BreakerEvent, type BreakerState, breakerKind } from './breaker.ts';
import {
  type CorrelationCommand,
  type CorrelationEvent,
  type CorrelationState,
  correlationKind,
} from './correlation.ts';
import { prefixOf } from './ids.ts';
import type { ResourceKind, Surroundings } from './kind.ts';
import { type PoolCommand, type PoolEvent, type PoolState, poolKind } from './pool.ts';
import { type RateCommand, type RateEvent, type RateState, rateKind } from './rate.ts';
import { type ScheduleCommand, type ScheduleEvent, type ScheduleState, scheduleKind } from './schedule.ts';
import {
  type SemaphoreCommand,
  type SemaphoreEvent,
  type SemaphoreState,
  semaphoreKind,
} from './semaphore.ts';

export type ResourceState =
  | AdmissionState
  | SemaphoreState
  | RateState
  | BreakerState
  | CorrelationState
  | PoolState
  | ScheduleState;
export type ResourceCommand =
  | AdmissionCommand
  | SemaphoreCommand
  | RateCommand
  | BreakerCommand
  | CorrelationCommand
  | PoolCommand
  | ScheduleCommand;
export type ResourceEvent =
  | AdmissionEvent
  | SemaphoreEvent
  | RateEvent
  | BreakerEvent
  | CorrelationEvent
  | PoolEvent
  | ScheduleEvent;

/** What all kinds look like to who does not know which it is: a state only ever meets the kind that made it. */
type AnyKind = ResourceKind<ResourceState, ResourceCommand, ResourceEvent>;

const KINDS: Readonly<Record<ResourceState['kind'], AnyKind>> = {
  admission: admissionKind,
  semaphore: semaphoreKind,
  rate: rateKind,
  breaker: breakerKind,
  correlation: correlationKind,
  pool: poolKind,
  schedule: scheduleKind,
};

const KIND_OF_PREFIX: ReadonlyMap<string, AnyKind> = new Map([
  ['admission', KINDS.admission],
  ['lock', KINDS.semaphore],
  ['quota', KINDS.semaphore],
  ['rate', KINDS.rate],
  ['breaker', KINDS.breaker],
  ['correlation', KINDS.correlation],
  ['pool', KINDS.pool],
  ['schedule', KINDS.schedule],
]);

const NOTHING_AROUND: Surroundings = { calendar: () => undefined, capacity: undefined };

/** @throws CantataError `invariant_broken` for an id of no kind: what another version wrote. */
export function newResource(resourceId: string, around: Partial<Surroundings> = {}): ResourceState {
  return kindAt(resourceId).create(resourceId, { ...NOTHING_AROUND, ...around });
}

export const resourceLaw: Law<ResourceState, ResourceCommand, ResourceEvent> = {
  decide: (state, command, now) => kindOf(state).decide(state, command, now),
  evolve(state, event, at) {
    state.sequence += 1;
    state.lastAt = at;
    kindOf(state).evolve(state, event, at);
  },
  owed: (state) => kindOf(state).owed(state),
};

/** Whether a resource has a rule for a command of this type. */
export function isCommandOf(resourceId: string, type: string): boolean {
  const known: readonly string[] = KIND_OF_PREFIX.get(prefixOf(resourceId))?.commands ?? [];
  return type === ('continue' satisfies Continue['type']) || known.includes(type);
}

/** Parts its state consists of: what a snapshot costs. O(1). */
export function resourceWeight(state: View<ResourceState>): number {
  return kindOf(state).weight(state);
}

export function kindOf({ kind }: { readonly kind: ResourceState['kind'] }): AnyKind {
  return KINDS[kind];
}

function kindAt(resourceId: string): AnyKind {
  const kind = KIND_OF_PREFIX.get(prefixOf(resourceId));
  if (kind !== undefined) return kind;
  throw new CantataError('invariant_broken', `there is no kind of resource for ${resourceId.slice(0, 200)}`);
}
