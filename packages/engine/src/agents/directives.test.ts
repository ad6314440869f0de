import { describe, expect, it } from 'vitest';
import { readDirectives } from './directives.ts';

const limits = { maxBytes: 10_000, maxDepth: 8 };
const adds = { kind: 'add_items', task: 'each', items: [1] };

describe('tasks that an agent asks for', () => {
  it('are taken with what is known of them', () => {
    const whole = {
      id: 'a',
      agent: 'w',
      requires: ['dig'],
      input: null,
      dependsOn: ['b'],
      timeoutMs: 5,
      retryPolicy: 'fixed',
    };
    expect(readDirectives([{ kind: 'spawn', tasks: [{ id: 'b' }, whole] }], limits)).toEqual([
      { kind: 'spawn', tasks: [{ id: 'b' }, whole] },
    ]);
  });

  it.each<[unknown, string]>([
    [5, 'a directive spawn needs `tasks`, a list'],
    [['x'], 'a task that is spawned is an object with an `id`'],
    [[{ id: 5 }], 'the task 5 cannot be spawned: its `id` is no text'],
    [[{ id: 'a', agent: 5 }], 'the task "a" cannot be spawned: its `agent` is no text'],
    [[{ id: 'a', requires: [5] }], 'the task "a" cannot be spawned: its `requires` is no list of texts'],
    [[{ id: 'a', dependsOn: 'b' }], 'the task "a" cannot be spawned: its `dependsOn` is no list of texts'],
    [
      [{ id: 'a', timeoutMs: 0.5 }],
      'the task "a" cannot be spawned: its `timeoutMs` is no whole number of milliseconds above 0',
    ],
    [
      [{ id: 'a', retryPolicy: 'often' }],
      'the task "a" cannot be spawned: its `retryPolicy` is none that there is',
    ],
    [
      [{ id: 'a', depends_on: ['b'] }],
      'the task "a" cannot be spawned: it has `depends_on`, which is no key of such a task',
    ],
    [[{}], 'the task null cannot be spawned: its `id` is no text'],
  ])('are refused when they are %j', (tasks, message) => {
    expect(readDirectives([{ kind: 'spawn', tasks }], limits)).toBe(message);
  });
});

describe('what an agent asks for', () => {
  it('is taken as a copy', () => {
    const asked = [structuredClone(adds)];
    const read = readDirectives(asked, limits);
    asked[0]?.items.push(2);
    expect(read).toEqual([adds]);
    expect(readDirectives(undefined, limits)).toEqual([]);
  });

  it('may be a thousand parts, the most that a pattern allows', () => {
    const part = { kind: 'delegate', to: 'a', input: null };
    const parts = Array.from({ length: 1_000 }, () => part);
    const large = { ...limits, maxBytes: 1_000_000 };
    expect(readDirectives(parts, large)).toEqual(parts);
    expect(readDirectives([...parts, part], large)).toBe(
      'the agent asks for 1001 things at once, and 1000 are allowed',
    );
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
