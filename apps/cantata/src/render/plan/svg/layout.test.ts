import { describe, expect, test } from 'vitest';
import { type LayoutBox, layout, type Point } from './layout.ts';

const box = (column: number, width = 100): LayoutBox => ({ column, width, height: 50 });
const spacing = { across: 40, down: 20 };

describe('the layout of boxes', () => {
  test('puts columns beside each other, as wide as their widest box', () => {
    const { width, columns } = layout([box(0), box(1, 60), box(1, 80), box(2)], [], spacing);
    expect(columns).toEqual([
      { x: 0, width: 100 },
      { x: 140, width: 80 },
      { x: 260, width: 100 },
    ]);
    expect(width).toBe(360);
  });

  test('puts what comes from one box around its height', () => {
    const { corners, height } = layout(
      [box(0), box(1), box(1)],
      [
        { from: 0, to: 1 },
        { from: 0, to: 2 },
      ],
      spacing,
    );
    expect(corners.map(({ y }) => y)).toEqual([35, 0, 70]);
    expect(height).toBe(120);
  });

  test('begins a line at the right side of its box and ends it at the left', () => {
    const { routes } = layout([box(0), box(1, 60), box(1, 100)], [{ from: 0, to: 1 }], spacing);
    const [first, last] = routes[0] as readonly [Point, Point];
    expect(first.x).toBe(100);
    expect(last.x).toBe(160);
  });

  test('leads a line that passes a column around the boxes in it', () => {
    const boxes = [box(0), box(1), box(1), box(2)];
    const lines = [
      { from: 0, to: 1 },
      { from: 0, to: 2 },
      { from: 0, to: 3 },
      { from: 1, to: 3 },
    ];
    const { routes, corners } = layout(boxes, lines, spacing);
    const [, left, right] = routes[2] as readonly Point[];
    expect([left?.x, right?.x]).toEqual([140, 240]);
    for (const { y } of [corners[1] as Point, corners[2] as Point])
      expect((left as Point).y <= y || (left as Point).y >= y + 50).toBe(true);
  });

  test('of nothing is empty', () => {
    expect(layout([], [], spacing)).toMatchObject({ width: 0, height: 0, corners: [], routes: [] });
  });
});
