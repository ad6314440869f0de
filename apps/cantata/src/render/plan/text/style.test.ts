import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { width } from '../../text.ts';
import { folded } from './style.ts';

const fold = (lead: string, parts: readonly string[], columns: number): readonly string[] =>
  folded(lead, parts, { columns, indent: 4, between: ' · ' });

describe('folding', () => {
  test('puts what does not fit on the next line, indented, and no dot at the end of a line', () => {
    expect(fold('  a  ', ['one', 'two', 'three'], 16)).toEqual(['  a  one · two', '    three']);
  });

  test('folds a part that is wider than a line at its blanks', () => {
    expect(fold('  a  ', ['one two three four'], 14)).toEqual(['  a  one two', '    three four']);
  });

  test('cuts a word that is wider than a line', () => {
    expect(fold('  a  ', ['incomprehensibilities'], 14)).toEqual(['  a  incompre…']);
  });

  test('never makes a line that is wider than asked for', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '日', 'm'), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(words, { maxLength: 5 }), fc.integer({ min: 12, max: 40 }), (parts, columns) => {
        for (const line of fold('  a  ', parts, columns)) expect(width(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
