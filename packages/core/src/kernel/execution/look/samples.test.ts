import { describe, expect, test } from 'vitest';
import type { ExecutionEvent } from '../events.ts';
import { ItemClock } from './samples.ts';

const assigned = (task: string, attempt: number, item?: number): ExecutionEvent => ({
  type: 'agent.task_assigned',
  task,
  ...(item === undefined ? {} : { item }),
  attempt,
  assignment: 1,
  seat: 'workers',
});
const completed = (task: string, item?: number, cost?: number): ExecutionEvent => ({
  type: 'task.completed',
  task,
  ...(item === undefined ? {} : { item }),
  attempt: 1,
  output: null,
  ...(cost === undefined ? {} : { usage: { cost } }),
});

/** What each of the events completes. */
function observed(...events: readonly (readonly [at: number, event: ExecutionEvent])[]): readonly object[] {
  const clock = new ItemClock();
  return events.flatMap(([at, event]) => clock.observe(event, at) ?? []);
}

describe('what a task spawned', () => {
  test('says nothing about how long the task itself takes', () => {
    const spawned: ExecutionEvent = { type: 'task.spawned', task: 'a', tasks: [{ id: 'x' }], inputs: [1] };
    expect(
      observed(
        [0, assigned('a', 1)],
        [3, spawned],
        [4, completed('a')],
        [4, assigned('a', 1, 1)],
        [9, completed('a', 1)],
      ),
    ).toEqual([{ task: 'a', durationMs: 4 }]);
  });
});

describe('an item of a log', () => {
  test('takes from its assignment to its completion', () => {
    expect(observed([5, assigned('a', 1)], [9, completed('a', undefined, 0.5)])).toEqual([
      { task: 'a', durationMs: 4, cost: 0.5 },
    ]);
  });

  test('takes what its last attempt took', () => {
    const error = { code: 'agent_error', message: 'no' };
    expect(
      observed(
        [0, assigned('a', 1)],
        [1_000, { type: 'task.retry_scheduled', task: 'a', attempt: 1, error, until: 2_000 }],
        [2_000, assigned('a', 2)],
        [2_007, completed('a')],
      ),
    ).toEqual([{ task: 'a', durationMs: 7 }]);
  });

  test('is measured beside the others', () => {
    expect(
      observed(
        [0, assigned('a', 1, 0)],
        [1, assigned('a', 1, 1)],
        [2, assigned('a 1', 1)],
        [5, completed('a', 1)],
        [6, completed('a 1')],
        [9, completed('a', 0)],
      ),
    ).toEqual([
      { task: 'a', durationMs: 4 },
      { task: 'a 1', durationMs: 4 },
      { task: 'a', durationMs: 9 },
    ]);
  });

  test('takes no less than nothing where a clock went back, and is nothing where no seat is known', () => {
    expect(observed([5, assigned('a', 1)], [3, completed('a')])).toEqual([{ task: 'a', durationMs: 0 }]);
    expect(observed([3, completed('a')])).toEqual([]);
  });
});
