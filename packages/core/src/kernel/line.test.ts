import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Line } from './line.ts';

const move = fc.oneof(
  fc.record({ kind: fc.constant('push' as const), key: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
  fc.record({ kind: fc.constant('delete' as const), key: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
  fc.record({ kind: fc.constant('serve' as const), key: fc.constant('') }),
);

describe('a line', () => {
  test('behaves like a list without doubles that is served from the front', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const line = new Line<{ readonly key: string }>();
        let list: string[] = [];
        for (const { kind, key } of moves) {
          if (kind === 'push') {
            line.push(key, { key });
            if (!list.includes(key)) list.push(key);
          } else {
            const gone = kind === 'serve' ? (line.head?.key ?? 'nobody') : key;
            expect(line.delete(gone)).toBe(list.includes(gone));
            list = list.filter((other) => other !== gone);
          }
          expect([...line].map((one) => one.key)).toEqual(list);
          expect(line.size).toBe(list.length);
          expect(line.head?.key).toBe(list[0]);
          for (const who of ['a', 'b', 'c', 'd', 'e']) {
            const place = list.indexOf(who);
            expect(line.before(who)).toBe(place === -1 ? undefined : place);
            expect(line.has(who)).toBe(place !== -1);
            expect(line.get(who)?.key).toBe(place === -1 ? undefined : who);
          }
        }
      }),
    );
  });

  test('keeps the place and the value of who comes twice', () => {
    const line = new Line<number>();
    line.push('a', 1);
    line.push('b', 2);
    line.push('a', 3);
    expect([...line]).toEqual([1, 2]);
  });
});
