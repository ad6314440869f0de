/**
 * The law of an entity: three functions without I/O, clock or randomness, and the words they share.
 *
 * L1 decide thinks     Templates, policies, jitter and choices run in `decide` alone; their results are in the events.
 * L2 evolve writes     `evolve` uses the event, its time and the structure of the plan, nothing else. It is the only
 *                      code that changes a state, it mutates in place, and its cost does not grow with the run.
 * L3 effects derive    `evolve` lists newly owed effects; `owed` lists all of them once, at load. None is stored.
 * L4 small steps       `decide` is asked again with `continue` until nothing follows: ready, assigned, ended.
 * L5 values at hand    `decide` reads values through `values.ts` alone. One that is not at hand ends the step before it;
 *                      the same is asked again when it is.
 */
import type { ErrorCode } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Instant } from '../ports/clock.ts';
import type { SnapshotOccasion } from '../ports/store.ts';
import type { ExecutionCommand } from './execution/commands.ts';
import type { ResourceCommand } from './resource/law.ts';

export interface Law<State extends EntityState, Command, Event extends { readonly type: string }> {
  decide(state: View<State>, command: Command | Continue, now: Instant): Decision<Event>;
  evolve(state: State, event: Event, at: Instant): void;
  owed(state: View<State>): Iterable<Effect>;
  /** By the type of an event: its fields that hold values of people's making, which may be large. */
  readonly values?: Readonly<Record<string, readonly string[] | undefined>>;
}

/** What every entity's state has. */
export interface EntityState {
  /** Sequence of the last event folded in; 0 before the first. */
  sequence: number;
  /** Time of the last event. */
  lastAt: Instant;
  /** Effects owed since they were last drained. Not part of a snapshot: `owed` derives them again. */
  effects: Effect[];
}

/** What follows from the state as it is? Every law answers it with the next small step, or with nothing. */
export interface Continue {
  readonly type: 'continue';
}
export const CONTINUE: Continue = { type: 'continue' };

export type Decision<Event> = Accepted<Event> | Rejected;

export interface Accepted<Event> {
  readonly kind: 'accepted';
  readonly events: readonly Event[];
  readonly messages: readonly Message[];
}

/** A refusal is a value, not an exception: the caller is told, nothing is written. */
export interface Rejected {
  readonly kind: 'rejected';
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail?: Json;
}

/** What one entity tells another: a command for it. */
export interface Message {
  readonly to: string;
  readonly command: ExecutionCommand | ResourceCommand;
}

const NOTHING: readonly never[] = [];

export function accept<Event>(
  events: readonly Event[],
  messages: readonly Message[] = NOTHING,
): Accepted<Event> {
  return { kind: 'accepted', events, messages };
}

export const NO_EVENTS: Accepted<never> = { kind: 'accepted', events: NOTHING, messages: NOTHING };

export function reject(code: ErrorCode, message: string, detail?: Json): Rejected {
  return detail === undefined
    ? { kind: 'rejected', code, message }
    : { kind: 'rejected', code, message, detail };
}

/** What the world owes an entity. Each kind names what discharges it. */
export type Effect =
  /** Give this attempt to its agent. Discharged by its completion, failure, loss or cancellation. */
  | {
      readonly kind: 'dispatch';
      readonly task: string;
      readonly item: number | undefined;
      /** Absent in the first. */
      readonly activation?: number;
      /** Set where it is not work but the undoing of work. */
      readonly deed?: 'compensate';
      readonly attempt: number;
      readonly assignment: number;
      readonly seat: string;
      /** Sequence of the event that assigned it: the causation of the answer. */
      readonly sequence: number;
    }
  /** Tell the agent to stop. Discharged by its answer or by the deadline, whichever comes first. */
  | {
      readonly kind: 'cancel_agent';
      readonly task: string;
      readonly item: number | undefined;
      /** Absent in the first. */
      readonly activation?: number;
      readonly deed?: 'compensate';
      readonly attempt: number;
      readonly assignment: number;
      readonly reason: string;
      /** Its time was up: it did not answer, and nobody stopped it. */
      readonly timedOut?: true;
    }
  /**
   * Find the version of a workflow and check what it is to work on, and say so with `child.resolved` or
   * `child.unresolved`. Discharged by either, or when nobody waits for the child any more.
   */
  | {
      readonly kind: 'start_child';
      readonly task: string;
      readonly item: number | undefined;
      /** Absent in the first. */
      readonly activation?: number;
      readonly attempt: number;
      readonly execution: string;
      readonly workflow: string;
      readonly version?: string;
    }
  /** Wake the entity at a time; the same timer armed again replaces the old one. */
  | { readonly kind: 'arm'; readonly timer: Timer | ResourceTimer; readonly at: Instant }
  | { readonly kind: 'disarm'; readonly timer: Timer | ResourceTimer }
  /**
   * Look up whether an execution that holds something has ended or does not exist, and say so with `holder.gone`.
   * Discharged by that, by its release, or by the next look-up.
   */
  | { readonly kind: 'ask_holder'; readonly holder: string }
  /** More follows than one decision may yield: ask again. */
  | { readonly kind: 'continue' }
  /** Write the state as it is now beside the events of this decision. */
  | { readonly kind: 'snapshot'; readonly checkpoint: string; readonly occasion: SnapshotOccasion };

export type TimerKind =
  | 'attempt_timeout'
  | 'retry_due'
  /** Of all attempts at a task. */
  | 'task_timeout'
  /** Of a team: a time its pattern has set, or without a name all it may take. */
  | 'team_due'
  /** Of an item that waits for this time, or for something no longer than to it. */
  | 'wait_due'
  | 'permit_due'
  /** Of a task that waits no longer for an event. */
  | 'listen_due'
  /** Of one item whose agent was told to stop. */
  | 'stop_deadline'
  | 'execution_timeout'
  /** Of undoing all that was done. */
  | 'compensation_timeout'
  /** Of the execution. */
  | 'cancel_deadline';

export interface Timer {
  readonly kind: TimerKind;
  readonly task?: string;
  readonly item?: number | undefined;
  /** Of what is undone: which one, and that it is. */
  readonly activation?: number | undefined;
  readonly deed?: 'compensate' | undefined;
  /** Of a pattern's own. */
  readonly name?: string | undefined;
}

/** What wakes a resource. */
export interface ResourceTimer {
  readonly kind: 'holder_check' | 'breaker_due' | 'schedule_due' | 'allocation_due';
}

export function timerKey(timer: Timer | ResourceTimer): string {
  if (!('task' in timer) || timer.task === undefined) return timer.kind;
  const { kind, task, item, activation = 1, deed, name } = timer;
  if (name !== undefined) return `${kind}:${task}${item === undefined ? '' : `[${item}]`}/${name}`;
  const undoing = deed === undefined ? '' : `#${activation}/${deed}`;
  return item === undefined ? `${kind}:${task}${undoing}` : `${kind}:${task}[${item}]${undoing}`;
}

/**
 * A deeply read-only view, so that a `decide` that changes something does not compile.
 * JSON is read-only already, and recursive: the mapping stops there.
 */
export type View<T> = T extends Json | undefined | ((...args: never[]) => unknown)
  ? T
  : T extends Map<infer K, infer V>
    ? ReadonlyMap<K, View<V>>
    : T extends Set<infer V>
      ? ReadonlySet<View<V>>
      : T extends object
        ? { readonly [K in keyof T]: View<T[K]> }
        : T;
