import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgesFromNames, NameTable } from './names.ts';

/** Few characters, so that names come twice and asked ones are there half of the time. */
const anyName = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '\u{1f3bb}', '\0'), maxLength: 3 });

describe('a table of names', () => {
  test('numbers each name by its place in the list, the first where it comes twice', () => {
    fc.assert(
      fc.property(fc.array(anyName), fc.array(anyName), (names, asked) => {
        const table = new NameTable(names);
        for (const name of [...names, ...asked]) {
          const first = names.indexOf(name);
          expect(table.get(name)).toBe(first === -1 ? undefined : first);
        }
      }),
    );
  });

  test('knows every one of 200,000 names, and none that only looks like one', () => {
    const names = Array.from({ length: 200_000 }, (_, v) => `task-${v}`);
    const table = new NameTable([...names, ...names]);
    expect(names.every((name, v) => table.get(name) === v)).toBe(true);
    expect(names.some((name) => table.get(`${name}x`) !== undefined)).toBe(false);
  });

  test('is not confused by names made to have the same hash', () => {
    const names = collidingNames(6);
    expect(new Set(names).size).toBe(64);
    const table = new NameTable([...names, ...names]);
    expect(names.every((name, v) => table.get(name) === v)).toBe(true);
    expect(table.get(`${names[0]}x`)).toBeUndefined();
  });
});

/** The state of the table's hash after some more characters. */
function after(state: number, text: string): number {
  let hash = state;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/**
 * 2^doublings names of one hash: from the state so far, two different pieces that lead to the same next state, again
 * and again (Joux 2004). Any two of the pieces tried collide with a chance of 2^-32, so some 2^16 are tried.
 */
function collidingNames(doublings: number): readonly string[] {
  let names = [''];
  let state = 0x811c9dc5;
  for (let i = 0; i < doublings; i++) {
    const seen = new Map<number, string>();
    for (let n = 0; ; n++) {
      const piece = Math.imul(n, 0x9e3779b1).toString(36);
      const next = after(state, piece);
      const twin = seen.get(next);
      if (twin !== undefined) {
        names = names.flatMap((name) => [name + twin, name + piece]);
        state = next;
        break;
      }
      seen.set(next, piece);
    }
  }
  return names;
}

describe('edges from names', () => {
  test('lead from what is waited for to what waits, in the order of the entries', () => {
    const table = new NameTable(['plan', 'search', 'write']);
    const { sources, targets, unknown } = edgesFromNames(table, [[], ['plan'], ['search', 'plan']]);
    expect([...sources]).toEqual([0, 1, 0]);
    expect([...targets]).toEqual([1, 2, 2]);
    expect(unknown).toEqual([]);
  });

  test('leave out names that nobody has, and say who asked for them', () => {
    const table = new NameTable(['plan', 'write']);
    const { sources, targets, unknown } = edgesFromNames(table, [['reserch'], ['paln', 'plan', 'reserch']]);
    expect([...sources]).toEqual([0]);
    expect([...targets]).toEqual([1]);
    expect(unknown).toEqual([
      { vertex: 0, name: 'reserch' },
      { vertex: 1, name: 'paln' },
      { vertex: 1, name: 'reserch' },
    ]);
  });
});
