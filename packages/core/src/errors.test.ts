import { describe, expect, test } from 'vitest';
import { assert, CantataError, ERROR_CODES, noRule } from './errors.ts';
import { nth } from './nth.ts';

describe('an error of Cantata', () => {
  test('carries its code, what happened, and what to do', () => {
    const error = new CantataError('store_full', 'no space left');
    expect(error).toMatchObject({ name: 'CantataError', code: 'store_full', message: 'no space left' });
    expect(error.help).toBe(ERROR_CODES.store_full);
    expect(error).toBeInstanceOf(Error);
  });

  test('is helped by no command: who reads it may have none', () => {
    expect(Object.values(ERROR_CODES).filter((help) => /`cantata |--\w/.test(help))).toEqual([]);
  });

  test('is not worth a retry unless it says so', () => {
    expect(new CantataError('store_full', 'full').retryable).toBe(false);
    expect(new CantataError('store_busy', 'busy', { retryable: true }).retryable).toBe(true);
  });

  test('carries what programs need to go on', () => {
    const detail = { executions: ['run-1'] };
    expect(new CantataError('workflow_already_executing', 'busy', { detail }).detail).toEqual(detail);
    expect(new CantataError('store_full', 'full').detail).toBeUndefined();
  });

  test('keeps its cause, and has none where none was given', () => {
    const cause = new Error('EIO');
    expect(new CantataError('store_corrupt', 'damaged', { cause }).cause).toBe(cause);
    expect('cause' in new CantataError('store_corrupt', 'damaged')).toBe(false);
  });

  test('every code has a line of help that is a sentence', () => {
    for (const help of Object.values(ERROR_CODES)) expect(help).toMatch(/^[A-Z`c].*[.]$/);
  });
});

describe('what must be true', () => {
  test('passes when it is', () => {
    expect(() => assert(true, 'it is not')).not.toThrow();
  });

  test('is a bug that says what is wrong when it is not', () => {
    expect(() => assert(false, 'it is not')).toThrow(new CantataError('invariant_broken', 'it is not'));
  });

  test('a value that no rule knows is named', () => {
    const error = noRule('event', { type: 'task.teleported' } as never);
    expect(error.code).toBe('invariant_broken');
    expect(error.message).toBe('there is no rule for this event: task.teleported');
    expect(noRule('status', 'kaput' as never).message).toBe('there is no rule for this status: kaput');
    expect(noRule('status', { kind: 'kaput' } as never).message).toBe(
      'there is no rule for this status: kaput',
    );
    expect(noRule('command', null as never).message).toBe('there is no rule for this command: object');
  });

  test('never repeats what people put into it: the message goes into logs and rows', () => {
    const event = { type: 'task.teleported', output: 'a secret' };
    expect(noRule('event', event as never).message).not.toContain('secret');
    expect(noRule('event', 'x'.repeat(1_000_000) as never).message.length).toBeLessThan(200);
  });

  test('the element of a list at an index is there', () => {
    expect(nth(['a', 'b'], 1)).toBe('b');
    expect(nth([0], 0)).toBe(0);
    expect(() => nth(['a', 'b'], 2)).toThrow('an index points outside its list');
    expect(() => nth([], -1)).toThrow(CantataError);
  });
});
