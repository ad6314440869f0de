import { describe, expect, it } from 'vitest';
import { readDirectives } from './directives.ts';

const limits = { maxBytes: 10_000, maxDepth: 8 };
const adds = { kind: 'add_items', task: 'each', items: [1] };

describe('what an agent asks for', () => {
  it('is taken as a copy', () => {
    const asked = [structuredClone(adds)];
    const read = readDirectives(asked, limits);
    asked[0]?.items.push(2);
    expect(read).toEqual([adds]);
    expect(readDirectives(undefined, limits)).toEqual([]);
  });

  it.each<[string, unknown, string | RegExp]>([
    ['no JSON', [{ ...adds, items: [1n] }], 'what the agent asks for at [0].items[0] is not JSON: a bigint'],
    ['too much', [{ ...adds, items: ['x'.repeat(20_000)] }], /larger than/],
    ['no list', adds, 'what the agent asks for is no list of directives'],
    [
      'too many',
      Array.from({ length: 101 }, () => ({})),
      'the agent asks for 101 things at once, and 100 are allowed',
    ],
    ['no directive', ['now'], 'the agent asks for null, and no directive is called so'],
    ['a list', [[]], 'the agent asks for null, and no directive is called so'],
    ['an unknown one', [{ kind: 'fly' }], 'the agent asks for "fly", and no directive is called so'],
    [
      'one without a task',
      [{ ...adds, task: 1 }],
      'a directive add_items needs `task`, the id of a task, and `items`, a list',
    ],
    [
      'one without items',
      [{ kind: 'add_items', task: 'each' }],
      'a directive add_items needs `task`, the id of a task, and `items`, a list',
    ],
  ])('is refused when it is %s', (_, asked, message) => {
    expect(readDirectives(asked, limits)).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });
});
