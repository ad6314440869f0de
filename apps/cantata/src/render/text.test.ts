import { expect, test } from 'vitest';
import { clean, cleanLines, cut, pad, shortId, width } from './text.ts';

test('what an agent says cannot move the cursor, colour the screen or break the line', () => {
  expect(clean('\u001B[2J\u001B[31mred\u001B[0m\r\n\ttwo\u0007')).toBe('red two');
});

test('lines stay lines, with their indentation', () => {
  expect(cleanLines('Error: no\n    at\u001B[1m here')).toEqual(['Error: no', '    at here']);
});

test('width counts columns: wide signs take two, combining ones none, paint none', () => {
  expect(['abc', '日本', 'e\u0301', '\u001B[31mred\u001B[39m', '🙂'].map(width)).toEqual([3, 4, 1, 3, 2]);
});

test('a text is cut with an ellipsis to the columns there are', () => {
  expect(cut('researchers', 11)).toBe('researchers');
  expect(cut('researchers', 6)).toBe('resea…');
  expect(cut('日本語', 4)).toBe('日…');
  expect(cut('words and more', 7)).toBe('words…');
  expect(cut('x', 0)).toBe('');
});

test('a text is padded to its column', () => {
  expect(pad('日', 4)).toBe('日  ');
  expect(pad('long', 2)).toBe('long');
});

test('the short form of an id is unique to the millisecond', () => {
  expect(shortId('01a20838-ff54-7b26-8088-4a6b8daa5b5a')).toBe('01a20838-ff54');
});
