/** The contract of a kind of resource: one file each, pure, and O(1) or O(log n) for every command. */
import type { JsonObject } from '../../json.ts';
import type { Instant } from '../../ports/clock.ts';
import type { Continue, Decision, Effect, EntityState, ResourceTimer, View } from '../law.ts';
import type { CapacityTerms } from './capacity.ts';

export interface ResourceBase<Name extends string> extends EntityState {
  readonly kind: Name;
  readonly resourceId: string;
}

export interface ResourceKind<
  State extends ResourceBase<string>,
  Command extends { readonly type: string },
  Event,
> {
  readonly kind: State['kind'];
  /** Everything it can be told, beside `continue`. */
  readonly commands: readonly Command['type'][];
  create(resourceId: string, surroundings: Surroundings): State;
  decide(state: View<State>, command: Command | Continue, now: Instant): Decision<Event>;
  /** Writes down what was decided; the sequence is counted already. */
  evolve(state: State, event: Event, at: Instant): void;
  owed(state: View<State>): Iterable<Effect>;
  /** Its own part of a snapshot, and back. */
  encode(state: View<State>): JsonObject;
  restore(state: State, encoded: JsonObject): void;
  /** Parts its state consists of: what a snapshot costs. O(1). */
  weight(state: View<State>): number;
}

/** What a resource knows that is in nobody's log. */
export interface Surroundings {
  readonly calendar: Calendar;
  /** What the operator has limited; undefined for nothing. */
  readonly capacity: CapacityTerms | undefined;
}

/** A timer of a resource fired. */
export interface TimerCommand {
  readonly type: 'timer';
  readonly timer: ResourceTimer;
}

/** Somebody looked a holder up: it has ended, or there is no such execution. Answers `ask_holder`. */
export interface HolderGone {
  readonly type: 'holder.gone';
  readonly execution: string;
}

/** When something recurs. */
export interface Recurrence {
  /** Five or six fields, as cron has them. */
  readonly cron: string;
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
}

/** The first time after an instant, if there is one. Injected: calendars change, and the law must not. */
export type Calendar = (recurrence: Recurrence, after: Instant) => Instant | undefined;
