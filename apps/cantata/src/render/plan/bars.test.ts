import { describe, expect, test } from 'vitest';
import { aReport, large, RESEARCH } from '../../../test/plan/reports.ts';
import { seatRows } from './bars.ts';

describe('the rows of seats', () => {
  test('have a bar for every turn where there is room, in cells', () => {
    const report = aReport(RESEARCH);
    const { shown, hidden, idle } = seatRows(report, { cells: 30, minCells: 3, maxRows: 10 });
    expect(
      shown.map(({ seat, bars }) => [seat, ...bars.map(({ from, to, label }) => `${from}-${to} ${label}`)]),
    ).toEqual([
      [0, '0-10 decompose', '20-30 synthesize'],
      [1, '10-20 research[0]'],
      [2, '10-20 research[1]'],
      [3, '10-20 research[2]'],
    ]);
    expect({ hidden, idle }).toEqual({ hidden: 0, idle: [] });
  });

  test('draw turns that are too short to be seen as one bar', () => {
    const report = large(1, 200, 1);
    const [row] = seatRows(report, { cells: 40, minCells: 3, maxRows: 10 }).shown;
    expect(row?.bars.map(({ turns }) => turns).reduce((a, b) => a + b)).toBe(200);
    expect(row?.bars.length).toBeLessThanOrEqual(40);
    expect(row?.bars[0]?.label).toMatch(/^\d+ calls$/);
  });

  test('never overlap, and stay within the cells', () => {
    for (const cells of [1, 7, 40, 333]) {
      for (const { bars } of seatRows(large(6, 20, 5), { cells, minCells: 3, maxRows: 99 }).shown) {
        expect(bars.at(-1)?.to).toBeLessThanOrEqual(cells);
        for (const [i, bar] of bars.entries()) {
          expect(bar.to).toBeGreaterThan(bar.from);
          expect(bar.from).toBeGreaterThanOrEqual(bars[i - 1]?.to ?? 0);
        }
      }
    }
  });

  test('keep the seats with critical work where there are too many, and count the others', () => {
    const tasks = {
      short: { agent: 'others', estimate: { durationMs: 1 } },
      long: { estimate: { durationMs: 9 } },
    };
    const report = aReport({ agents: { main: 2, others: 1 }, tasks });
    const { shown, hidden, idle } = seatRows(report, { cells: 20, minCells: 3, maxRows: 1 });
    expect(shown.map(({ bars }) => bars[0]?.label)).toEqual(['long']);
    expect({ hidden, idle }).toEqual({ hidden: 1, idle: [1] });
  });
});
