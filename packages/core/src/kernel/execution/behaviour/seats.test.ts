import { aPlan, completes, fails, fires, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { ExecutionEvent } from '../events.ts';
import type { ExecutionState } from '../state.ts';

/** `task[item]@seat` of every assignment, in order. */
const assignments = (log: readonly ExecutionEvent[]): string[] =>
  log.flatMap((event) =>
    event.type === 'agent.task_assigned'
      ? [`${event.task}${event.item === undefined ? '' : `[${event.item}]`}@${event.seat}`]
      : [],
  );

const list = (length: number): number[] => Array.from({ length }, (_, n) => n);
const free = (state: ExecutionState): number[][] => state.seating.freeOfGroup.map((queue) => [...queue]);

describe('the seats of a group', () => {
  test('are the bound of what runs at a time', () => {
    const run = given(aPlan({ agents: { w: 3 }, tasks: { t: { parallel: true } } })).commands(
      starts({ input: list(8) }),
    );
    for (const item of list(8)) {
      expect(run.state.inFlight.size).toBe(Math.min(3, 8 - item));
      run.commands(completes(`t[${item}]`));
    }
    run
      .thenIs('completed')
      .thenState(({ counters }) => expect(counters).toMatchObject({ maxInFlight: 3, turns: 8 }));
  });

  test('take turns: the one that has rested longest works next', () => {
    const { log } = given(
      aPlan({ agents: { w: 3 }, tasks: { a: [], b: ['a'], c: ['b'], d: ['c'] } }),
    ).commands(starts(), completes('a'), completes('b'), completes('c'));
    expect(assignments(log)).toEqual(['a@w-1', 'b@w-2', 'c@w-3', 'd@w-1']);
  });

  test('are free again after a failure, a timeout and at the end', () => {
    const plan = aPlan({
      tasks: { t: { parallel: true, timeoutMs: 10, retryPolicy: 'fixed' } },
      agents: { w: 2 },
    });
    const run = given(plan)
      .commands(starts({ input: [1] }), fails('t[0]'))
      .at(1_000)
      .commands(fires('retry_due', 't[0]'))
      .at(1_010)
      .commands(fires('attempt_timeout', 't[0]'));
    expect(free(run.state)).toEqual([[0, 1]]);
    run.at(9_000).commands(fires('retry_due', 't[0]'), completes('t[0]')).thenIs('completed');
    expect(free(run.state)).toEqual([[1, 0]]);
  });

  test('of groups that no task needs stay free', () => {
    const { state } = given(aPlan({ agents: { w: 1, spare: 2 }, tasks: { a: [], b: [] } })).commands(
      starts(),
    );
    expect(free(state)).toEqual([[], [1, 2]]);
  });
});

describe('who is served first', () => {
  test('is who has been ready longest', () => {
    const tasks = { slow: [], quick: [], afterQuick: ['quick'], afterSlow: ['slow'], third: [] };
    const { log } = given(aPlan({ agents: { w: 2 }, tasks })).commands(
      starts(),
      completes('quick'),
      completes('slow'),
      completes('third'),
    );
    expect(assignments(log)).toEqual([
      'slow@w-1',
      'quick@w-2',
      'third@w-2',
      'afterQuick@w-1',
      'afterSlow@w-2',
    ]);
  });

  test('is the oldest of all kinds of work that the seat can do', () => {
    const agents = { both: { count: 1, capabilities: ['x', 'y'] }, other: { count: 1, capabilities: ['y'] } };
    const tasks = {
      hold: { agent: 'other' },
      x1: { requires: ['x'] },
      y1: { requires: ['y'] },
      x2: { requires: ['x'] },
      y2: { requires: ['y'] },
      y3: { requires: ['y'] },
      x3: { requires: ['x'] },
    };
    const order = ['x1', 'y1', 'x2', 'y2', 'y3', 'x3'];
    const { log } = given(aPlan({ agents, tasks })).commands(
      starts(),
      ...order.map((place) => completes(place)),
    );
    expect(assignments(log)).toEqual(['hold@other', ...order.map((place) => `${place}@both`)]);
  });

  test('keeps its place while others are retried', () => {
    const tasks = { a: { retryPolicy: 'fixed' }, b: [] } as const;
    const { log } = given(aPlan({ tasks }))
      .commands(starts())
      .commands(fails('a'))
      .at(1_000)
      .commands(fires('retry_due', 'a'), completes('b'));
    expect(assignments(log)).toEqual(['a@workers', 'b@workers', 'a@workers']);
  });
});

describe('which group is asked, of several that can', () => {
  const agents = {
    small: { count: 1, capabilities: ['look'] },
    large: { count: 3, capabilities: ['look'] },
  };

  test('is the one with most free seats, and of equals the first', () => {
    const { log } = given(aPlan({ agents, tasks: { t: { requires: ['look'], parallel: true } } })).commands(
      starts({ input: list(4) }),
    );
    expect(assignments(log)).toEqual(['t[0]@large-1', 't[1]@large-2', 't[2]@small', 't[3]@large-3']);
  });

  test('is the other one when the first is taken by its own work', () => {
    const tasks = { own: { agent: 'large', parallel: true }, any: { requires: ['look'] } };
    const { log } = given(aPlan({ agents, tasks })).commands(starts({ input: list(3) }));
    expect(assignments(log)).toEqual(['any@large-1', 'own[0]@large-2', 'own[1]@large-3']);
  });

  test('is whichever gets free first when all are busy', () => {
    const run = given(aPlan({ agents, tasks: { t: { requires: ['look'], parallel: true } } })).commands(
      starts({ input: list(6) }),
      completes('t[2]'),
      completes('t[0]'),
    );
    expect(assignments(run.log).slice(4)).toEqual(['t[4]@small', 't[5]@large-1']);
  });
});
