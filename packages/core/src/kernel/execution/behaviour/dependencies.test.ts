import { aPlan, completes, given, placeOf, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { ExecutionEvent } from '../events.ts';
import { dependencyOutputs, executionOutput, itemInput, taskOutput } from '../input.ts';

const assigned = (place: string, seat: string): ExecutionEvent => ({
  type: 'agent.task_assigned',
  ...placeOf(place),
  attempt: 1,
  assignment: 1,
  seat,
});

describe('a task', () => {
  test('starts in the step in which its last dependency completes', () => {
    given(aPlan({ tasks: { a: [], b: ['a'] } }))
      .commands(starts())
      .when(completes('a', 'done'), 7)
      .thenHappens(
        { type: 'task.completed', task: 'a', attempt: 1, output: 'done' },
        assigned('b', 'workers'),
      )
      .thenOwes({
        kind: 'dispatch',
        task: 'b',
        item: undefined,
        attempt: 1,
        assignment: 1,
        seat: 'workers',
        sequence: 7,
      });
  });

  test('of a diamond waits for both sides, whichever is last', () => {
    const diamond = aPlan({ agents: { w: 2 }, tasks: { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] } });
    for (const [first, last] of [
      ['b', 'c'],
      ['c', 'b'],
    ] as const) {
      given(diamond)
        .commands(starts())
        .when(completes('a'))
        .thenHappens('task.completed', assigned('b', 'w-2'), assigned('c', 'w-1'))
        .when(completes(first))
        .thenHappens('task.completed')
        .when(completes(last))
        .thenHappens('task.completed', 'agent.task_assigned')
        .thenState(({ inFlight }) => expect([...inFlight].map(({ task }) => task)).toEqual([3]))
        .when(completes('d'))
        .thenHappens('task.completed', 'workflow.completed');
    }
  });

  test('that joins many waits for all of them', () => {
    const tasks = { a: [], b: [], c: [], last: ['a', 'b', 'c'] };
    given(aPlan({ agents: { w: 3 }, tasks }))
      .commands(starts(), completes('b'), completes('a'))
      .thenState(({ tasks: [, , , last] }) => expect(last).toMatchObject({ status: 'pending', waiting: 1 }))
      .when(completes('c'))
      .thenHappens('task.completed', 'agent.task_assigned');
  });

  test('that many depend on opens them all at once', () => {
    const tasks = { first: [], a: ['first'], b: ['first'], c: ['first'] };
    given(aPlan({ agents: { w: 2 }, tasks }))
      .commands(starts())
      .when(completes('first'))
      .thenHappens('task.completed', assigned('a', 'w-2'), assigned('b', 'w-1'))
      .thenState(({ tasks: [, , , c] }) => expect(c?.items[0]?.status.kind).toBe('ready'));
  });

  test('that names the same dependency twice waits for it once', () => {
    given(aPlan({ tasks: { a: [], b: ['a', 'a'] } }))
      .commands(starts())
      .when(completes('a'))
      .thenHappens('task.completed', 'agent.task_assigned')
      .when(completes('b'))
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('without any dependency starts at once, whatever others wait for', () => {
    given(aPlan({ agents: { w: 2 }, tasks: { a: [], b: ['a'], free: [] } }))
      .when(starts())
      .thenState(({ inFlight }) => expect([...inFlight].map(({ task }) => task)).toEqual([0, 2]));
  });
});

describe('the phase of an execution', () => {
  test('is the earliest layer with an open task', () => {
    const tasks = { a: [], b: ['a'], c: ['b'], late: [] };
    const phases: number[] = [];
    const run = given(aPlan({ agents: { w: 2 }, tasks })).commands(starts());
    for (const place of ['a', 'b', 'late', 'c']) {
      phases.push(run.state.layer);
      run.commands(completes(place));
    }
    // `late` holds the first layer open until it is done; then two layers are left behind at once.
    expect([...phases, run.state.layer]).toEqual([0, 0, 0, 2, 2]);
  });
});

describe('what a task works on', () => {
  const tasks = { a: [], b: [], one: ['a'], both: ['b', 'a'] };
  const { state } = given(aPlan({ agents: { w: 4 }, tasks })).commands(
    starts({ input: 'question' }),
    completes('a', 'of a'),
    completes('b', { from: 'b' }),
  );

  test('is the input of the workflow where it depends on nothing', () => {
    expect(itemInput(state, 0, undefined)).toBe('question');
    expect(dependencyOutputs(state, 0)).toEqual({});
  });

  test('is the output of the one task it depends on', () => {
    expect(itemInput(state, 2, undefined)).toBe('of a');
    expect(dependencyOutputs(state, 2)).toEqual({ a: 'of a' });
  });

  test('is the outputs of several by their ids', () => {
    expect(itemInput(state, 3, undefined)).toEqual({ b: { from: 'b' }, a: 'of a' });
    expect(dependencyOutputs(state, 3)).toEqual({ b: { from: 'b' }, a: 'of a' });
  });

  test('is nothing that anybody could use before the start', () => {
    expect(() => itemInput(given(aPlan()).state, 0, undefined)).toThrow('nothing was requested yet');
  });
});

describe('the output', () => {
  test('of a task that is not completed is null', () => {
    const { state } = given(aPlan({ tasks: { a: [], b: ['a'] } })).commands(starts());
    expect([taskOutput(state, 0), taskOutput(state, 1)]).toEqual([null, null]);
  });

  test('of an execution is that of its only last task', () => {
    const { state } = given(aPlan({ tasks: { a: [], b: ['a'] } })).commands(
      starts(),
      completes('a', 1),
      completes('b', 2),
    );
    expect(executionOutput(state)).toBe(2);
  });

  test('of an execution with several last tasks is all of theirs by id', () => {
    const { state } = given(aPlan({ agents: { w: 2 }, tasks: { a: [], b: ['a'], c: ['a'] } })).commands(
      starts(),
      completes('a', 1),
      completes('b', 2),
      completes('c', 3),
    );
    expect(executionOutput(state)).toEqual({ b: 2, c: 3 });
  });

  test('of an execution without tasks is empty', () => {
    expect(executionOutput(given(aPlan({ tasks: {} })).commands(starts()).state)).toEqual({});
  });
});
