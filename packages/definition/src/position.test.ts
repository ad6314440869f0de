import { expect, test } from 'vitest';
import { positionOf } from './position.ts';

test('a value is found by its path, with and without the workflow root', () => {
  const plain = 'name: a\nagents:\n  one:\n    type: "worker"\n';
  expect(positionOf(plain, ['agents', 'one', 'type'])).toEqual({ line: 4, column: 11 });
  const wrapped = `workflow:\n${plain.replaceAll(/^/gm, '  ')}`;
  expect(positionOf(wrapped, ['agents', 'one', 'type'])).toEqual({ line: 5, column: 13 });
});

test('a path that leads further than the document ends where the document does', () => {
  expect(positionOf('agents:\n  one: {}\n', ['agents', 'one', 'type'])).toEqual({ line: 2, column: 3 });
  expect(positionOf('', ['agents'])).toEqual({ line: 1, column: 1 });
});
