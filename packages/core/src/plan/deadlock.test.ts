import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Deadlock, findDeadlocks, type Wait } from './deadlock.ts';
import type { CountedJoin as Join } from './definition.ts';

interface Sketch {
  readonly after?: readonly string[];
  readonly join?: Join;
  readonly never?: boolean;
  readonly locks?: readonly string[];
}

const ALL: Join = { kind: 'all' };
const ANY: Join = { kind: 'any' };
const atLeast = (count: number): Join => ({ kind: 'at_least', count });

function waitsOf(sketches: Readonly<Record<string, Sketch>>): readonly Wait[] {
  const ids = Object.keys(sketches);
  return Object.entries(sketches).map(([id, { after = [], join = ALL, never = false, locks = [] }]) => ({
    id,
    inputs: after.map((other) => ids.indexOf(other)),
    join,
    isImpossible: never,
    locks,
  }));
}

const found = (sketches: Readonly<Record<string, Sketch>>): readonly Deadlock[] =>
  findDeadlocks(waitsOf(sketches));

describe('a wait that can end', () => {
  test.each<[string, Readonly<Record<string, Sketch>>]>([
    ['nothing', {}],
    ['a chain', { a: {}, b: { after: ['a'] }, c: { after: ['b'] } }],
    [
      'any of two, one of which is impossible',
      { a: { never: true }, b: {}, c: { after: ['a', 'b'], join: ANY } },
    ],
    [
      'two of three, one of which is impossible',
      { a: {}, b: {}, c: { never: true }, d: { after: ['a', 'b', 'c'], join: atLeast(2) } },
    ],
    ['none of one', { a: { never: true }, b: { after: ['a'], join: atLeast(0) } }],
    [
      'a loop that is entered from outside',
      { in: {}, a: { after: ['in', 'b'], join: ANY }, b: { after: ['a'] } },
    ],
  ])('is no deadlock: %s', (_, sketches) => {
    expect(found(sketches)).toEqual([]);
  });
});

describe('what is unreachable', () => {
  test('is all that waits for what is impossible, with the nearest way to it', () => {
    expect(
      found({
        a: { never: true },
        b: { after: ['a'] },
        c: { after: ['b'] },
        d: {},
        e: { after: ['d', 'c'] },
      }),
    ).toEqual([
      { kind: 'unreachable', task: 'b', input: 'a', cause: 'a' },
      { kind: 'unreachable', task: 'c', input: 'b', cause: 'a' },
      { kind: 'unreachable', task: 'e', input: 'c', cause: 'a' },
    ]);
  });

  test('is a join of which too few can happen', () => {
    const two = { a: { never: true }, b: { never: true }, c: {} };
    expect(found({ ...two, d: { after: ['a', 'b'], join: ANY } })).toEqual([
      { kind: 'unreachable', task: 'd', input: 'a', cause: 'a' },
    ]);
    expect(found({ ...two, d: { after: ['a', 'b', 'c'], join: atLeast(2) } })).toHaveLength(1);
  });

  test('is said of a task once, and not of one that is impossible by itself', () => {
    const sketches = { a: { never: true }, b: { after: ['a'], never: true }, c: { after: ['a', 'b'] } };
    expect(found(sketches).map((deadlock) => 'task' in deadlock && deadlock.task)).toEqual(['c']);
  });
});

describe('a join that is too large', () => {
  test.each<[Sketch, number, number]>([
    [{ after: ['a'], join: atLeast(2) }, 2, 1],
    [{ join: ANY }, 1, 0],
  ])('cannot fire: %j', (sketch, wanted, inputs) => {
    expect(found({ a: {}, b: sketch, c: { after: ['b'] } })).toEqual([
      { kind: 'join_too_large', task: 'b', wanted, inputs },
      { kind: 'unreachable', task: 'c', input: 'b', cause: 'b' },
    ]);
  });
});

describe('a circular wait', () => {
  test('is shown as the path that closes it, and what waits behind it is unreachable', () => {
    expect(
      found({
        in: {},
        a: { after: ['c', 'in'] },
        b: { after: ['a'] },
        c: { after: ['b'] },
        d: { after: ['b'] },
      }),
    ).toEqual([
      { kind: 'circular_wait', tasks: ['a', 'c', 'b', 'a'] },
      { kind: 'unreachable', task: 'd', input: 'b', cause: 'b' },
    ]);
  });

  test('may be one of joins that want any', () => {
    expect(found({ a: { after: ['b'], join: ANY }, b: { after: ['a'], join: ANY } })).toEqual([
      { kind: 'circular_wait', tasks: ['a', 'b', 'a'] },
    ]);
  });
});

describe('locks', () => {
  test('that all take in one order are safe', () => {
    expect(found({ a: { locks: ['x', 'y', 'z'] }, b: { locks: ['x', 'z'] }, c: { locks: ['z'] } })).toEqual(
      [],
    );
  });

  test('in opposite orders are a deadlock in waiting, with who takes which', () => {
    expect(found({ a: { locks: ['x', 'y'] }, b: { locks: ['y', 'z'] }, c: { locks: ['z', 'x'] } })).toEqual([
      { kind: 'lock_order', locks: ['x', 'y', 'z', 'x'], tasks: ['a', 'b', 'c'] },
    ]);
  });

  test('that one task takes twice keep it waiting for itself', () => {
    expect(found({ a: { locks: ['x', 'x'] }, b: { locks: ['x', 'y'] } })).toEqual([
      { kind: 'lock_order', locks: ['x', 'x'], tasks: ['a'] },
    ]);
  });
});

describe('of any waits', () => {
  const anyWaits = fc.integer({ min: 1, max: 8 }).chain((size) =>
    fc.array(
      fc.record({
        inputs: fc.uniqueArray(fc.nat(size - 1), { maxLength: 4 }),
        join: fc.constantFrom<Join>({ kind: 'all' }, ANY, atLeast(0), atLeast(1), atLeast(2)),
        isImpossible: fc.boolean(),
      }),
      { minLength: size, maxLength: size },
    ),
  );

  /** What can happen, by asking everybody over and over. */
  function closure(waits: readonly Omit<Wait, 'id' | 'locks'>[]): ReadonlySet<number> {
    const happens = new Set<number>();
    for (const _ of waits) {
      for (const [v, { inputs, join, isImpossible }] of waits.entries()) {
        const wanted = join.kind === 'all' ? inputs.length : join.kind === 'any' ? 1 : join.count;
        if (!isImpossible && inputs.filter((input) => happens.has(input)).length >= wanted) happens.add(v);
      }
    }
    return happens;
  }

  test('each that can never happen is impossible or found, none that can is, and every cause is one', () => {
    fc.assert(
      fc.property(anyWaits, (sketches) => {
        const happens = closure(sketches);
        const deadlocks = findDeadlocks(sketches.map((wait, v) => ({ ...wait, id: `${v}`, locks: [] })));
        const named = new Set(
          deadlocks.flatMap((deadlock) =>
            deadlock.kind === 'circular_wait' ? deadlock.tasks : 'task' in deadlock ? [deadlock.task] : [],
          ),
        );
        for (const [v, { isImpossible }] of sketches.entries()) {
          if (happens.has(v)) expect(named.has(`${v}`)).toBe(false);
          else expect(isImpossible || named.has(`${v}`)).toBe(true);
        }
        for (const deadlock of deadlocks) {
          if (deadlock.kind !== 'unreachable') continue;
          expect(happens.has(Number(deadlock.input))).toBe(false);
          expect(happens.has(Number(deadlock.cause))).toBe(false);
          expect(sketches[Number(deadlock.task)]?.inputs).toContain(Number(deadlock.input));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('100,000 in a row are looked through without a stack', () => {
    const waits = Array.from({ length: 100_000 }, (_, v) => ({
      id: `${v}`,
      inputs: v === 0 ? [] : [v - 1],
      join: { kind: 'all' } as const,
      isImpossible: v === 0,
      locks: [],
    }));
    expect(findDeadlocks(waits)).toHaveLength(99_999);
  });

  test('a join of a version to come is refused, not guessed', () => {
    const join = { kind: 'most' } as unknown as Join;
    expect(() => findDeadlocks([{ id: 'a', inputs: [], join, isImpossible: false, locks: [] }])).toThrow(
      'there is no rule for this join',
    );
  });
});
