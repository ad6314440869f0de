/** Where an execution stands as a whole, and why it came to an end. */
import type { Json } from '../../../json.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';

export type ExecutionStatus =
  | { readonly kind: 'new' }
  | { readonly kind: 'planning' }
  | { readonly kind: 'allocating' }
  /** `ending` is set from the cause of the end until the last attempt in flight has answered. */
  | { readonly kind: 'running'; readonly ending?: Ending }
  | {
      readonly kind: 'paused';
      readonly at: Instant;
      readonly by: string;
      readonly reason?: string;
      readonly remainingMs: number;
    }
  | { readonly kind: 'completed'; readonly at: Instant; readonly output?: Json }
  | {
      readonly kind: 'failed';
      readonly at: Instant;
      readonly error: TaskError;
      readonly task?: string;
      readonly item?: number;
    }
  | { readonly kind: 'cancelled'; readonly at: Instant; readonly reason: string }
  /** What was done is being undone, at the longest until the deadline. */
  | {
      readonly kind: 'compensating';
      readonly at: Instant;
      readonly deadline: Instant;
      readonly cause: EndCause;
    }
  /** Something could not be undone: an operator is waited for. */
  | {
      readonly kind: 'compensation_failed';
      readonly at: Instant;
      readonly reason: string;
      readonly cause: EndCause;
    }
  | { readonly kind: 'compensated'; readonly at: Instant; readonly cause: EndCause };

/** Why it came to an end before it was completed. */
export type EndCause =
  | { readonly kind: 'failed'; readonly error: TaskError; readonly task?: string; readonly item?: number }
  | { readonly kind: 'cancelled'; readonly by: string; readonly reason: string };

export type Ending = (
  | EndCause
  /** A task ended it. */
  | { readonly kind: 'completed'; readonly reason: string; readonly output?: Json }
) & { readonly deadline: Instant };

/** After these nothing happens by itself. */
const ENDED: ReadonlySet<ExecutionStatus['kind']> = new Set([
  'completed',
  'failed',
  'cancelled',
  'compensated',
  // Until an operator says otherwise.
  'compensation_failed',
] as const);

export function isEnded({ kind }: Pick<ExecutionStatus, 'kind'>): boolean {
  return ENDED.has(kind);
}
