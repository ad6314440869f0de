/** When a failed attempt is tried again. Pure: the jitter comes from the address, so a replay finds the same delay. */
import { assert } from '../errors.ts';
import type { RetryPolicy, RetryPolicyName, RetryRule } from '../plan/definition.ts';
import type { TaskError } from '../ports/agent.ts';

export const RETRY_POLICIES: Readonly<Record<RetryPolicyName, RetryPolicy>> = {
  none: { attempts: 1, backoff: 'none', initialMs: 0, capMs: 0, jitter: 0 },
  fixed: { attempts: 5, backoff: 'fixed', initialMs: 1_000, capMs: 1_000, jitter: 0 },
  linear: { attempts: 5, backoff: 'linear', initialMs: 1_000, capMs: 30_000, jitter: 0.2 },
  exponential_backoff: { attempts: 5, backoff: 'exponential', initialMs: 500, capMs: 60_000, jitter: 0.2 },
};

export type RetryVerdict =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'give_up'; readonly because: 'not_retryable' | 'attempts_exhausted' };

/**
 * Whether attempt `attempt` (from 1) that ended with `error` is followed by another.
 * An agent's word goes first: `retry: 'never'` ends it, and `retry: 'wanted'` gets exponential backoff
 * where the document named no policy at all. A code that the policy calls pointless is never tried again.
 */
export function retryVerdict(
  rule: RetryRule | undefined,
  attempt: number,
  error: TaskError,
  address: string,
): RetryVerdict {
  const policy = policyFor(rule, error);
  if (error.retry === 'never' || !isRetryable(policy, error.code))
    return { kind: 'give_up', because: 'not_retryable' };
  if (attempt >= policy.attempts) return { kind: 'give_up', because: 'attempts_exhausted' };
  return { kind: 'retry', delayMs: delayBefore(policy, attempt + 1, address) };
}

/** Attempts a task may take in all after such an error, for people to read. */
export function attemptsOf(rule: RetryRule | undefined, error?: Pick<TaskError, 'retry'>): number {
  return policyFor(rule, error).attempts;
}

/** `exponential_backoff`, or `exponential` of a policy without a name. */
export function retryName(rule: RetryRule): string {
  return typeof rule === 'string' ? rule : rule.backoff;
}

function policyFor(rule: RetryRule | undefined, error: Pick<TaskError, 'retry'> | undefined): RetryPolicy {
  if (typeof rule === 'object') return rule;
  return RETRY_POLICIES[rule ?? (error?.retry === 'wanted' ? 'exponential_backoff' : 'none')];
}

function isRetryable({ retryable, nonRetryable = [] }: RetryPolicy, code: string): boolean {
  return !nonRetryable.includes(code) && retryable?.includes(code) !== false;
}

/** Milliseconds to wait before attempt `attempt`, which is at least the second. */
export function delayBefore(policy: RetryPolicy, attempt: number, address: string): number {
  assert(attempt >= 2, 'only a second attempt has a delay before it');
  const base = Math.min(policy.capMs, policy.initialMs * GROWTH[policy.backoff](attempt - 1));
  const spread = policy.jitter * (2 * unit(`${address}:${attempt}`) - 1);
  return Math.round(base * (1 + spread));
}

/** By what the first delay is multiplied before the `retry`-th retry. */
const GROWTH: Readonly<Record<RetryPolicy['backoff'], (retry: number) => number>> = {
  none: () => 0,
  fixed: () => 1,
  linear: (retry) => retry,
  exponential: (retry) => 2 ** (retry - 1),
};

/** A number in [0, 1) from a text: FNV-1a with an avalanche at the end (murmur3's finaliser). */
function unit(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
