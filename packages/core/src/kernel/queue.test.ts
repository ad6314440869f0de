import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Queue } from './queue.ts';

describe('a queue', () => {
  test('behaves like a list that is served from the front', () => {
    const move = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), value: fc.nat(9) }),
      fc.record({ kind: fc.constant('serve' as const) }),
      fc.record({ kind: fc.constant('remove' as const), value: fc.nat(9) }),
      fc.record({ kind: fc.constant('clear' as const) }),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const queue = new Queue<number>();
        let list: number[] = [];
        for (const at of moves) {
          const head = list[0];
          if (at.kind === 'push') {
            queue.push(at.value);
            list.push(at.value);
          } else if (at.kind === 'clear') {
            queue.clear();
            list = [];
          } else {
            const value = at.kind === 'remove' ? at.value : head;
            const index = value === undefined ? -1 : list.indexOf(value);
            if (value !== undefined) queue.remove(value);
            list = list.filter((_, n) => n !== index);
          }
          expect([...queue]).toEqual(list);
          expect(queue.size).toBe(list.length);
          expect(queue.head).toBe(list[0]);
          expect(queue.tail).toBe(list.at(-1));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('keeps its order when it has been long and was served half-way', () => {
    const queue = new Queue<number>();
    for (let n = 0; n < 5_000; n++) queue.push(n);
    for (let n = 0; n < 3_000; n++) queue.remove(n);
    queue.push(5_000);
    expect(queue.head).toBe(3_000);
    expect([...queue]).toEqual(Array.from({ length: 2_001 }, (_, n) => 3_000 + n));
  });

  test('of 300,000 is served in the time it takes to read it', () => {
    const queue = new Queue<number>();
    for (let n = 0; n < 300_000; n++) queue.push(n);
    for (let n = 0; n < 300_000; n++) {
      if (queue.head === n) queue.remove(n);
    }
    expect(queue.size).toBe(0);
  });
});
