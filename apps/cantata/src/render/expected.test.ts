import { describe, expect, test } from 'vitest';
import { assigned, BEGAN, begin, completed } from '../../test/history.ts';
import { threePhases } from '../../test/workflows.ts';
import { createTerminal } from '../terminal.ts';
import { expectedLine, expectedOf } from './expected.ts';
import { width } from './text.ts';

const terminal = (columns: number) =>
  createTerminal(
    { write: () => undefined, isTTY: true, columns },
    { colours: 'never', dumbTerminal: false, plainSymbols: false },
  );

describe('what is expected of a run', () => {
  test('is how long it will go on, and along which tasks', () => {
    const { state, tell } = begin(threePhases('run'));
    tell(0, assigned('begin', 'lead'));
    expect(expectedOf(state, BEGAN + 2_500)).toEqual({
      finishAt: BEGAN + 30_000,
      isLate: false,
      left: 'about 28 s left (a guess)',
      path: 'begin → middle → end',
    });
    tell(4_000, completed('begin'));
    expect(expectedLine(state, BEGAN + 4_000, terminal(80))).toBe(
      '  about 20 s left (a guess) · critical path: middle → end',
    );
  });

  test('says when everything takes longer than was thought', () => {
    const { state, tell } = begin({ ...threePhases('late'), tasks: [{ id: 'slow', agent: 'lead' }] });
    tell(0, assigned('slow', 'lead'));
    expect(expectedOf(state, BEGAN + 60_000)).toMatchObject({
      isLate: true,
      left: 'takes longer than expected',
      path: 'slow',
    });
  });

  test('is nothing once it has ended', () => {
    const { state, tell } = begin({ ...threePhases('ended'), tasks: [{ id: 'only', agent: 'lead' }] });
    tell(0, assigned('only', 'lead'));
    tell(1_000, completed('only'));
    tell(1_000, { type: 'workflow.completed' });
    expect(expectedLine(state, BEGAN + 2_000, terminal(80))).toBeUndefined();
  });

  test.each([20, 40, 80])('fits into %d columns, however long the path', (columns) => {
    const tasks = Array.from({ length: 30 }, (_, i) => ({
      id: `task_number_${i}`,
      agent: 'lead',
      depends_on: i === 0 ? [] : [`task_number_${i - 1}`],
    }));
    const { state } = begin({ ...threePhases('long'), tasks });
    const line = expectedLine(state, BEGAN, terminal(columns)) ?? '';
    expect(width(line)).toBeLessThan(columns);
    expect(expectedOf(state, BEGAN)?.path).toBe(
      'task_number_0 → task_number_1 → task_number_2 → … 25 more … → task_number_28 → task_number_29',
    );
  });
});
