import type { Json } from '@cantata/core';
import { describe, expect, test } from 'vitest';
import { type Context, defineAgent, testAgent } from './index.ts';

const tried = async (perform: (context: Context) => Promise<Json>, kept: Record<string, Json> = {}) =>
  (
    await testAgent(
      defineAgent((_, context) => perform(context)),
      null,
      { kept },
    )
  ).output;

describe('what is done once', () => {
  test('is done where nothing is known of it, and what it gave is given', async () => {
    expect(await tried(({ once }) => once('a', () => ({ receipt: 7 })))).toEqual({ receipt: 7 });
  });

  test('is not done where it was done before', async () => {
    const never = (): never => {
      throw new Error('it was done again');
    };
    expect(await tried(({ once }) => once('a', never), { a: 5 })).toBe(5);
  });

  test('is done once where it is asked for twice at a time', async () => {
    let times = 0;
    const count = (): number => (times += 1);
    expect(
      await tried(({ once }) => Promise.all([once('a', count), once('a', count), once('b', count)])),
    ).toEqual([1, 1, 2]);
  });

  test('may be tried again in the same attempt where it failed', async () => {
    let times = 0;
    const second = (): number => {
      times += 1;
      if (times === 1) throw new Error('not yet');
      return times;
    };
    expect(await tried(({ once }) => once('a', second).catch(() => once('a', second)))).toBe(2);
  });

  test('gives each caller a copy', async () => {
    const both = await tried(async ({ once }) => {
      const first = await once('a', () => [1]);
      first.push(2);
      return [first, await once('a', () => [9])];
    });
    expect(both).toEqual([[1, 2], [1]]);
  });
});
