import type { ExecutionEvent } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { READINGS, type Rules, storyOf, type TaskRules } from './index.ts';

const PLAIN = {
  edges: [],
  join: { kind: 'at_least', count: 0 },
  cancelsRemaining: false,
  onFailure: { kind: 'fail' },
} as const satisfies Partial<TaskRules>;

/** `last` asks for both to have completed. */
const RULES: Rules = new Map<string, TaskRules>([
  ['first', { ...PLAIN, id: 'first' }],
  [
    'end',
    {
      ...PLAIN,
      id: 'end',
      edges: [{ task: 'first', on: 'completed' }],
      join: { kind: 'at_least', count: 1 },
    },
  ],
  [
    'last',
    {
      ...PLAIN,
      id: 'last',
      edges: ['first', 'end'].map((task) => ({ task, on: 'completed' as const })),
      join: {
        kind: 'when',
        holds: (ends) => [...ends.values()].filter((how) => how === 'completed').length > 1,
      },
    },
  ],
]);

const FIRST = { task: 'first', attempt: 1 } as const;
const UNTIL_THE_JOIN: readonly ExecutionEvent[] = [
  { type: 'agent.task_assigned', ...FIRST, assignment: 1, seat: 'few' },
  { type: 'task.completed', ...FIRST, output: null },
];

function orderOf(events: readonly ExecutionEvent[]): readonly string[] {
  const log = events.map((event, n) => ({ sequence: n + 1, event }));
  return [...READINGS.order(storyOf(RULES, log))];
}

describe('the order of tasks, read a second time', () => {
  it('demands that a join with a condition is asked before anything is handed out', () => {
    const next: ExecutionEvent = {
      type: 'agent.task_assigned',
      ...FIRST,
      task: 'end',
      assignment: 1,
      seat: 'few',
    };
    expect(orderOf([...UNTIL_THE_JOIN, { type: 'task.awaited', task: 'last' }, next])).toEqual([]);
    expect(orderOf([...UNTIL_THE_JOIN, next])).toEqual([
      'the join of last was not asked when a dependency had ended with event 2',
    ]);
  });

  it('demands nothing of a join once the execution undoes what it did', () => {
    const log: readonly ExecutionEvent[] = [
      ...UNTIL_THE_JOIN,
      { type: 'task.awaited', task: 'last' },
      { type: 'workflow.terminating', task: 'end', as: 'failed', reason: 'enough' },
      { type: 'workflow.compensating', steps: 1, timeoutMs: 1_000 },
      { type: 'agent.task_assigned', ...FIRST, deed: 'compensate', assignment: 1, seat: 'few' },
    ];
    expect(orderOf(log)).toEqual([]);
  });
});
