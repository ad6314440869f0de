/** What an item needs of what executions share: asked for, granted and given back. */
import type { Instant } from '../../../ports/clock.ts';
import type { Claim } from '../../resource/claim.ts';
import type { AtAttempt, AtItem } from './place.ts';

/**
 * Resources are asked for one after the other, in the order of their ids: nobody then waits in a circle. A circuit breaker
 * comes last and by itself: its attempt was handed out, and leaves its seat.
 */
export interface TaskAcquiring extends AtAttempt {
  readonly type: 'task.acquiring';
  readonly resources: readonly NeededResource[];
}

export type NeededResource =
  | { readonly resource: string; readonly count: number; readonly capacity: number }
  | NeededRate
  /** A circuit breaker, and the group that serves the attempt it lets through. */
  | { readonly resource: string; readonly group: string };

export interface NeededRate {
  readonly resource: string;
  readonly limit: number;
  readonly perMs: number;
}

export interface TaskGranted extends AtItem {
  readonly type: 'task.granted';
  readonly resource: string;
  /** Of a rate, in logs of before permits came in blocks: when the attempt may begin, where that is not at once. */
  readonly notBefore?: Instant;
}

/** A block of permits for the items that need one now. `claim` has the number of the block. */
export interface PermitsAsked extends NeededRate {
  readonly type: 'task.permits_asked';
  readonly claim: Claim;
  readonly permits: number;
}

/** To each of these items one permit of the block. What is left of it goes back. */
export interface PermitsGranted {
  readonly type: 'task.permits_granted';
  readonly resource: string;
  readonly claim: Claim;
  readonly permits: readonly Permit[];
}

export interface Permit extends AtItem {
  /** When the attempt may begin, where that is not at once. */
  readonly notBefore?: Instant;
}

/** What items held or had asked for goes back: they are over, or begin again. */
export interface TaskReleased {
  readonly type: 'task.released';
  readonly claims: readonly HeldClaim[];
}

export interface HeldClaim {
  readonly resource: string;
  readonly claim: Claim;
  /** Of a breaker: what came of the attempt it let through, where something did. */
  readonly succeeded?: boolean;
  /** Of a permit that was not used: its time. */
  readonly at?: Instant;
}
