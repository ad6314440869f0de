/** What is waited for, and what came: timers, signals, events, answers of people. */
import type { Json } from '../../../json.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { WaitsOnChild } from './child.ts';
import type { AtAttempt } from './place.ts';

/** It needs no seat, and is over when what it waits for has come, or its time. */
export interface TaskWaiting extends AtAttempt {
  readonly type: 'task.waiting';
  readonly on: WaitsOn;
  /** Absent if it does not end by itself. */
  readonly until?: Instant;
}

export type WaitsOn =
  | { readonly kind: 'timer' }
  /** Its team is at work. */
  | { readonly kind: 'team' }
  | WaitsOnChild
  /** `key`: the resource under whose key it may come, too. */
  | { readonly kind: 'signal'; readonly signal: string; readonly key?: string }
  | { readonly kind: 'approval'; readonly prompt: string; readonly of?: string };

/** Accepted: consumed in the same step, or kept until somebody waits for it. */
export interface SignalReceived {
  readonly type: 'signal.received';
  readonly signal: string;
  /** Given by the sender: the same id again is the same signal. */
  readonly id: string;
  readonly data: Json;
  readonly by: string;
}

/** By the item that waited longest. Its completion follows in the same step. */
export interface SignalConsumed extends AtAttempt {
  readonly type: 'signal.consumed';
  readonly signal: string;
  readonly id: string;
}

/** By an agent or from outside. Kept for the tasks that may still need it. */
export interface EventPublished {
  readonly type: 'event.published';
  readonly topic: string;
  readonly id: string;
  readonly data: Json;
  readonly by: string;
}

/** A task needs an event, and none has come yet that it wants. */
export interface TaskListening {
  readonly type: 'task.listening';
  readonly task: string;
  readonly topic: string;
  readonly until?: Instant;
}

/** Each of these tasks has the event it needed, and opens. */
export interface EventConsumed {
  readonly type: 'event.consumed';
  readonly tasks: readonly string[];
  readonly topic: string;
  readonly id: string;
}

/** Somebody is asked: like `task.waiting`, for people. */
export interface HumanRequested extends AtAttempt {
  readonly type: 'human.requested';
  readonly prompt: string;
  readonly of?: string;
  readonly until?: Instant;
}

/** The end of the task follows in the same step. */
export interface HumanAnswered extends AtAttempt {
  readonly type: 'human.answered';
  readonly decision: 'approved' | 'rejected';
  readonly id: string;
  readonly by: string;
  readonly reason?: string;
}

/** Nobody answered in time, and the document says what the answer is then. */
export interface HumanDefaulted extends AtAttempt {
  readonly type: 'human.defaulted';
  readonly afterMs: number;
}
