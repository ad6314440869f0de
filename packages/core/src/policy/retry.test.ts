import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RETRY_POLICY_NAMES } from '../plan/definition.ts';
import type { TaskError } from '../ports/agent.ts';
import { attemptsOf, delayBefore, RETRY_POLICIES, retryName, retryVerdict } from './retry.ts';

const error: TaskError = { code: 'agent_error', message: 'it broke' };
const address = 'run/research[0]#1.1';
const anyAddress = fc.string({ maxLength: 60 });

describe('the delay before an attempt', () => {
  const bases = {
    none: [0, 0, 0, 0],
    fixed: [1_000, 1_000, 1_000, 1_000],
    linear: [1_000, 2_000, 3_000, 4_000],
    exponential_backoff: [500, 1_000, 2_000, 4_000],
  };

  test.each(RETRY_POLICY_NAMES)('grows as the policy "%s" says', (name) => {
    const steady = { ...RETRY_POLICIES[name], jitter: 0, capMs: Number.POSITIVE_INFINITY };
    expect([2, 3, 4, 5].map((attempt) => delayBefore(steady, attempt, address))).toEqual(bases[name]);
  });

  test('grows up to the cap and no further', () => {
    const { linear, exponential_backoff: exponential } = RETRY_POLICIES;
    expect(delayBefore({ ...linear, jitter: 0 }, 31, address)).toBe(30_000);
    expect(delayBefore({ ...linear, jitter: 0 }, 32, address)).toBe(30_000);
    expect(delayBefore({ ...exponential, jitter: 0 }, 8, address)).toBe(32_000);
    expect(delayBefore({ ...exponential, jitter: 0 }, 2_000, address)).toBe(60_000);
  });

  test('varies by no more than the jitter, and uses all of it', () => {
    for (const name of ['linear', 'exponential_backoff'] as const) {
      const policy = RETRY_POLICIES[name];
      const base = delayBefore({ ...policy, jitter: 0 }, 3, address);
      const delays = Array.from({ length: 2_000 }, (_, n) => delayBefore(policy, 3, `run-${n}/a#1.1`));
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(base * 0.8);
      expect(Math.min(...delays)).toBeLessThan(base * 0.81);
      expect(Math.max(...delays)).toBeLessThanOrEqual(base * 1.2);
      expect(Math.max(...delays)).toBeGreaterThan(base * 1.19);
    }
  });

  test('spreads a crowd evenly over its range', () => {
    const policy = RETRY_POLICIES.exponential_backoff;
    const tenths = new Uint32Array(10);
    for (let n = 0; n < 10_000; n++) {
      const tenth = Math.min(9, Math.floor((delayBefore(policy, 3, `run/t[${n}]#1.1`) - 800) / 40));
      tenths[tenth] = (tenths[tenth] as number) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(850);
    expect(Math.max(...tenths)).toBeLessThan(1_150);
  });

  test('is the same whenever it is asked for, and another for another attempt', () => {
    const policy = RETRY_POLICIES.exponential_backoff;
    fc.assert(
      fc.property(anyAddress, fc.integer({ min: 2, max: 9 }), (at, attempt) => {
        expect(delayBefore(policy, attempt, at)).toBe(delayBefore(policy, attempt, at));
      }),
    );
    const wide = { ...RETRY_POLICIES.fixed, jitter: 0.5 };
    expect(delayBefore(wide, 2, address)).not.toBe(delayBefore(wide, 3, address));
  });

  test('is a whole number of milliseconds, never negative', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RETRY_POLICY_NAMES),
        fc.integer({ min: 2, max: 60 }),
        anyAddress,
        (name, n, at) => {
          const delay = delayBefore(RETRY_POLICIES[name], n, at);
          expect(Number.isInteger(delay) && delay >= 0).toBe(true);
        },
      ),
    );
  });

  test('does not exist before the first attempt', () => {
    expect(() => delayBefore(RETRY_POLICIES.fixed, 1, address)).toThrow('only a second attempt');
  });
});

describe('a failed attempt', () => {
  test.each(['fixed', 'linear', 'exponential_backoff'] as const)(
    'is retried up to five times in all under "%s"',
    (name) => {
      const kinds = [1, 2, 3, 4, 5].map((attempt) => retryVerdict(name, attempt, error, address).kind);
      expect(kinds).toEqual(['retry', 'retry', 'retry', 'retry', 'give_up']);
      expect(attemptsOf(name, error)).toBe(5);
    },
  );

  test('waits as long as the policy says before the next', () => {
    const delayMs = delayBefore(RETRY_POLICIES.linear, 3, address);
    expect(retryVerdict('linear', 2, error, address)).toEqual({ kind: 'retry', delayMs });
  });

  test('is final under "none" and where no policy is named', () => {
    const final = { kind: 'give_up', because: 'attempts_exhausted' };
    expect(retryVerdict('none', 1, error, address)).toEqual(final);
    expect(retryVerdict(undefined, 1, error, address)).toEqual(final);
    expect(attemptsOf(undefined, error)).toBe(1);
  });

  test('is final when its agent says so, whatever the policy', () => {
    const never = { ...error, retry: 'never' } as const;
    expect(retryVerdict('fixed', 1, never, address)).toEqual({ kind: 'give_up', because: 'not_retryable' });
  });

  test('whose agent wants a retry backs off exponentially where no policy is named', () => {
    const wanted = { ...error, retry: 'wanted' } as const;
    const delayMs = delayBefore(RETRY_POLICIES.exponential_backoff, 2, address);
    expect(retryVerdict(undefined, 1, wanted, address)).toEqual({ kind: 'retry', delayMs });
    expect(retryVerdict(undefined, 5, wanted, address).kind).toBe('give_up');
    expect(attemptsOf(undefined, wanted)).toBe(5);
  });

  test('whose agent wants a retry keeps to the policy that is named', () => {
    const wanted = { ...error, retry: 'wanted' } as const;
    expect(retryVerdict('none', 1, wanted, address).kind).toBe('give_up');
    expect(retryVerdict('fixed', 1, wanted, address)).toEqual({ kind: 'retry', delayMs: 1_000 });
  });

  test('is retried by a policy of its own numbers, with the delay of these', () => {
    const policy = {
      attempts: 3,
      backoff: 'linear',
      initialMs: 200,
      capMs: 300,
      jitter: 0,
    } as const;
    expect(retryVerdict(policy, 1, error, address)).toEqual({ kind: 'retry', delayMs: 200 });
    expect(retryVerdict(policy, 2, error, address)).toEqual({ kind: 'retry', delayMs: 300 });
    expect(retryVerdict(policy, 3, error, address)).toEqual({
      kind: 'give_up',
      because: 'attempts_exhausted',
    });
    expect(attemptsOf(policy)).toBe(3);
  });

  test('is final where its code is pointless, even if the agent asks for another', () => {
    const policy = { ...RETRY_POLICIES.fixed, nonRetryable: ['card_declined'] };
    const final = { kind: 'give_up', because: 'not_retryable' };
    const declined: TaskError = { code: 'card_declined', message: 'no', retry: 'wanted' };
    expect(retryVerdict(policy, 1, declined, address)).toEqual(final);
    expect(retryVerdict(policy, 1, error, address).kind).toBe('retry');
  });

  test('is final unless its code is one of those worth another attempt, where these are given', () => {
    const policy = { ...RETRY_POLICIES.fixed, retryable: ['busy'] };
    expect(retryVerdict(policy, 1, { ...error, code: 'busy' }, address).kind).toBe('retry');
    expect(retryVerdict(policy, 1, error, address)).toEqual({ kind: 'give_up', because: 'not_retryable' });
  });
});

test('a policy is called by its name, or by how it backs off', () => {
  expect(retryName('exponential_backoff')).toBe('exponential_backoff');
  expect(retryName({ ...RETRY_POLICIES.fixed, attempts: 3 })).toBe('fixed');
});
