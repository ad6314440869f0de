import { CantataError } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { errorFrom, messageOf, stackOf } from './errors.ts';

describe('errors of others', () => {
  it('become ours, with the cause, unless they are already', () => {
    const ours = new CantataError('store_full', 'full');
    expect(errorFrom(ours, 'parked')).toBe(ours);
    const theirs = new TypeError('x is not a function');
    expect(errorFrom(theirs, 'parked')).toMatchObject({
      code: 'parked',
      message: 'x is not a function',
      cause: theirs,
    });
    expect(errorFrom(undefined, 'parked')).toMatchObject({ message: 'undefined was thrown' });
  });

  it('say where they come from, the cause first', () => {
    const cause = new Error('deep down');
    expect(stackOf(new CantataError('parked', 'above', { cause }))).toBe(cause.stack);
    expect(stackOf(cause)).toBe(cause.stack);
    expect(stackOf(Object.assign(new Error('no stack'), { stack: 42 }))).toBe('no stack');
    expect(stackOf('text')).toBe('text');
  });

  it('always have something to say', () => {
    const named = Object.assign(new Error(''), { name: 'ENOENT' });
    expect([named, '', 7, [1], { a: 1 }, () => 1].map(messageOf)).toEqual([
      'ENOENT',
      'an empty string was thrown',
      '7 was thrown',
      '[1]',
      '{"a":1}',
      '() => 1 was thrown',
    ]);
  });
});
