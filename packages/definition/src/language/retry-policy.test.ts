import { describe, expect, it } from 'vitest';
import { documentOf, found, onlyProblemOf } from '../../test/documents.ts';
import { parseDefinition } from '../parse.ts';

const task = (text: string): string =>
  documentOf({ tasks: `  - id: x\n    agent: a\n    retry_policy: ${text}` });

function policyOf(text: string): unknown {
  const parsed = parseDefinition(task(text));
  return parsed.kind === 'valid' ? parsed.definition.tasks[0]?.retryPolicy : parsed.problems;
}

describe('a retry policy', () => {
  it('by name is kept as its name', () => {
    expect(policyOf('linear')).toBe('linear');
  });

  it('with numbers has defaults for those it does not give', () => {
    expect(policyOf('{}')).toEqual({
      attempts: 5,
      backoff: 'exponential',
      initialMs: 500,
      capMs: 60_000,
      jitter: 0.2,
    });
    expect(policyOf('{ attempts: 3, initial: 2m, retryable: [busy] }')).toEqual({
      attempts: 3,
      backoff: 'exponential',
      initialMs: 120_000,
      capMs: 120_000,
      jitter: 0.2,
      retryable: ['busy'],
    });
    expect(policyOf('{ backoff: none, non_retryable: [card_declined] }')).toEqual({
      attempts: 5,
      backoff: 'none',
      initialMs: 0,
      capMs: 0,
      jitter: 0,
      nonRetryable: ['card_declined'],
    });
  });

  it('under `fault_tolerance` is for tasks that name none', () => {
    const parsed = parseDefinition(documentOf({ top: 'fault_tolerance: { retry_policy: fixed }' }));
    expect(parsed).toMatchObject({ definition: { faultTolerance: { retryPolicy: 'fixed' } } });
  });

  it('says which keys there are, where none is close to the one that was written', () => {
    const parsed = parseDefinition(documentOf({ top: 'fault_tolerance: { retry_policy: { delay: 1s } }' }));
    const hint =
      'there are `attempts`, `backoff`, `initial`, `cap`, `jitter`, `non_retryable` and `retryable`';
    expect(parsed).toMatchObject({ problems: [{ code: 'unknown_key', hint }] });
  });

  it.each([
    ['often', 'value_unknown', ''],
    ['[]', 'type_wrong', ''],
    ['{ attempts: 0 }', 'value_out_of_range', '.attempts'],
    ['{ backoff: twice }', 'value_unknown', '.backoff'],
    ['{ jitter: 1.5 }', 'value_out_of_range', '.jitter'],
    ['{ jitter: much }', 'type_wrong', '.jitter'],
    ['{ tries: 3 }', 'unknown_key', '.tries'],
    ['{ initial: 2s, cap: 1s }', 'value_out_of_range', '.cap'],
    ['{ backoff: fixed, cap: 5s }', 'unknown_key', '.cap'],
    ['{ backoff: none, jitter: 0.1 }', 'unknown_key', '.jitter'],
    ['{ retryable: [] }', 'empty', '.retryable'],
    ['{ retryable: [no way] }', 'name_invalid', '.retryable[0]'],
    ['{ retryable: [a, b], non_retryable: [b] }', 'listed_twice', '.non_retryable'],
  ])('%s is a mistake', (text, code, path) => {
    const [only, ...others] = found(task(text));
    expect(only?.replace(/^\S+ /, '')).toBe(`${code} tasks[0].retry_policy${path}`);
    expect(others).toEqual([]);
  });

  it.each([
    [
      '{ backoff: none, initial: 1s }',
      '`backoff: none` has no `initial`',
      'remove it, or use `fixed`, `linear` or `exponential`',
    ],
    [
      '{ backoff: fixed, cap: 1s }',
      '`backoff: fixed` has no `cap`',
      'remove it, or use `linear` or `exponential`',
    ],
    [
      '{ retryable: [b], non_retryable: [b] }',
      '`b` cannot be both worth another attempt and not',
      'keep it in one of the two',
    ],
  ])('tells what is wrong with %s', (text, message, hint) => {
    expect(onlyProblemOf(task(text))).toMatchObject({ message, hint });
  });

  it('of which a code cannot be read is reported once', () => {
    expect(found(task('{ retryable: [5], non_retryable: [b] }'))).toEqual([
      '9:33 type_wrong tasks[0].retry_policy.retryable[0]',
    ]);
  });
});
