import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from './limits.ts';
import { distanceBelow, Suggestions } from './suggestions.ts';

const closest = (name: string, candidates: readonly string[]): string | undefined =>
  new Suggestions().closest(name, candidates);

describe('the closest name', () => {
  it.each([
    ['reserch', ['decompose', 'research', 'search'], 'research'],
    ['reesarch', ['research'], 'research'],
    ['dependsOn', ['id', 'depends_on', 'agent'], 'depends_on'],
    ['depends-on', ['depends_on'], 'depends_on'],
    ['AGENT', ['agents', 'agent'], 'agent'],
    ['tsak', ['task', 'mask'], 'task'],
    ['exponential', ['none', 'exponential_backoff'], 'exponential_backoff'],
    ['backoff', ['exponential_backoff', 'backof'], 'backof'],
  ])('to %s is found', (name, candidates, expected) => {
    expect(closest(name, candidates)).toBe(expected);
  });

  it.each([
    ['when', ['type', 'count', 'agent']],
    ['ab', ['ac', 'b']],
    ['research', []],
    ['x'.repeat(65), ['x'.repeat(65)]],
  ])('to %s is none of %j', (name, candidates) => {
    expect(closest(name, candidates)).toBeUndefined();
  });

  it('is no longer searched for once the budget of the document is spent', () => {
    const suggestions = new Suggestions();
    expect(suggestions.closest('research', ['reserch'])).toBe('reserch');
    suggestions.closest(
      'research',
      Array.from({ length: LIMITS.suggestions }, () => 'unlike'),
    );
    expect(suggestions.closest('research', ['reserch'])).toBeUndefined();
  });
});

describe('the edit distance', () => {
  it('counts a swap of neighbours as one', () => {
    expect(distanceBelow(5, 'form', 'from')).toBe(1);
    expect(distanceBelow(5, 'ca', 'abc')).toBe(3);
    expect(distanceBelow(9, 'kitten', 'sitting')).toBe(3);
  });

  it('agrees with the definition, and with itself below any limit', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 9 }), (a, b, limit) => {
        expect(distanceBelow(limit, a, b)).toBe(Math.min(limit, byDefinition(a, b)));
      }),
    );
  });
});

/** The recursive definition of the optimal string alignment distance. */
function byDefinition(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [x, y] = [a.slice(0, -1), b.slice(0, -1)];
  const costs = [
    byDefinition(x, b) + 1,
    byDefinition(a, y) + 1,
    byDefinition(x, y) + (a.at(-1) === b.at(-1) ? 0 : 1),
  ];
  if (a.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)) {
    costs.push(byDefinition(a.slice(0, -2), b.slice(0, -2)) + 1);
  }
  return Math.min(...costs);
}
