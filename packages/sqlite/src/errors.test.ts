import { CantataError } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { storeError } from './errors.ts';

function sqlite(errcode: number): Error {
  return Object.assign(new Error('what SQLite says'), { code: 'ERR_SQLITE_ERROR', errcode });
}

describe('an error of SQLite', () => {
  it.each([
    [1, 'store_corrupt'],
    [3, 'store_unavailable'],
    [5, 'store_busy'],
    [5 | (2 << 8), 'store_busy'],
    [6, 'store_busy'],
    [7, 'store_unavailable'],
    [8, 'store_unavailable'],
    [10, 'store_unavailable'],
    [10 | (2 << 8), 'store_corrupt'],
    [10 | (19 << 8), 'store_full'],
    [10 | (33 << 8), 'store_corrupt'],
    [11, 'store_corrupt'],
    [13, 'store_full'],
    [14, 'store_unavailable'],
    [18, 'store_data_refused'],
    [19 | (8 << 8), 'store_data_refused'],
    [20, 'store_data_refused'],
    [26, 'store_corrupt'],
  ])('with the result code %i is %s', (errcode, code) => {
    const error = storeError(sqlite(errcode), '/data/cantata.db');
    expect(error.code).toBe(code);
    expect(error.message).toContain('/data/cantata.db');
    expect(error.message).toContain('what SQLite says');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('may be tried again when the database is locked or full, and then only', () => {
    const retryable = [1, 5, 6, 8, 10, 11, 13, 14, 19, 26].filter(
      (code) => storeError(sqlite(code), 'f').retryable,
    );
    expect(retryable).toEqual([5, 6, 13]);
  });
});

describe('an error of node:sqlite itself', () => {
  it.each([
    ['ERR_INVALID_STATE', 'store_unavailable'],
    ['ERR_INVALID_ARG_TYPE', 'store_data_refused'],
    ['ERR_INVALID_ARG_VALUE', 'store_data_refused'],
    ['ERR_OUT_OF_RANGE', 'store_data_refused'],
    ['ERR_SOMETHING_ELSE', 'store_unavailable'],
  ])('%s is %s', (code, expected) => {
    expect(storeError(Object.assign(new TypeError('no'), { code }), 'f').code).toBe(expected);
  });
});

it('leaves an error of Cantata as it is, and takes what is no error at all', () => {
  const error = new CantataError('store_fenced', 'taken');
  expect(storeError(error, 'f')).toBe(error);
  expect(storeError('thrown text', 'f')).toMatchObject({
    code: 'store_unavailable',
    message: 'f: thrown text',
  });
});
