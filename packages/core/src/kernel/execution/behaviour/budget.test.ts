import {
  aComputed,
  aPlan,
  completes,
  completesByHand,
  fails,
  fires,
  given,
  loses,
  pauses,
  resumes,
  retries,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import type { Budget, OnFailure } from '../../../plan/definition.ts';
import { executionOutput, taskOutput } from '../input.ts';
import { why } from '../look/why/why.ts';

const items = (budget: Budget, more: { onFailure?: OnFailure } = {}) =>
  aPlan({ agents: { w: 2 }, tasks: { a: { parallel: true, maxConcurrency: 1, budget, ...more } } });
const started = (budget: Budget, more: { onFailure?: OnFailure } = {}) =>
  given(items(budget, more)).commands(starts({ input: [1, 2, 3, 4, 5] }));
const FAILS = ['task.overridden', 'task.failed', 'workflow.failing', 'workflow.failed'] as const;
const CONTINUES = { onFailure: { kind: 'continue' } } as const;
const spending = (tokens: number, cost = 0) => ({ usage: { tokens, cost } });

describe('the budget of a task', () => {
  test('is warned of once, at four fifths, and ends the task with what it has', () => {
    started({ tokens: 100 })
      .when(completes('a[0]', 'one', spending(80)))
      .thenHappens(
        'task.completed',
        { type: 'budget.warned', task: 'a', limit: 'tokens', of: 100, spent: 80 },
        'agent.task_assigned',
      )
      .when(completes('a[1]', 'two', spending(10)))
      .thenHappens('task.completed', 'agent.task_assigned')
      .when(completes('a[2]', 'three', spending(10)))
      .thenHappens(
        'task.completed',
        { type: 'budget.exceeded', task: 'a', limit: 'tokens', of: 100, spent: 100 },
        'workflow.completed',
      )
      .thenState(({ tasks: [a] }) => {
        expect([a?.status, a?.stopReason]).toEqual(['completed', 'budget: tokens 100']);
        expect(a?.items.map(({ status }) => status.kind)).toEqual([
          'completed',
          'completed',
          'completed',
          'cancelled',
          'cancelled',
        ]);
      });
  });

  test('pays once for an attempt that is handed out again because its process was lost', () => {
    started({ turns: 2 })
      .when(loses('a[0]'))
      .thenHappens('agent.lost', 'agent.task_assigned')
      .when(completes('a[0]'))
      .thenHappens('task.completed', 'agent.task_assigned')
      .when(completes('a[1]'))
      .thenHappens(
        'task.completed',
        { type: 'budget.exceeded', task: 'a', limit: 'turns', of: 2, spent: 2 },
        'workflow.completed',
      );
  });

  test('bounds turns and cost as well, whichever is spent first', () => {
    started({ turns: 2, cost: 1 })
      .when(completes('a[0]'))
      .thenHappens('task.completed', 'agent.task_assigned')
      .when(completes('a[1]', null, spending(0, 0.5)))
      .thenHappens(
        'task.completed',
        { type: 'budget.exceeded', task: 'a', limit: 'turns', of: 2, spent: 2 },
        'workflow.completed',
      );
    started({ turns: 9, cost: 1 })
      .when(completes('a[0]', null, spending(0, 1.5)))
      .thenHappens(
        'task.completed',
        { type: 'budget.exceeded', task: 'a', limit: 'cost', of: 1, spent: 1.5 },
        'workflow.completed',
      );
  });

  test('lets what is at work end, and gives up what would be tried again', () => {
    const plan = aPlan({
      agents: { w: 2 },
      tasks: { a: { parallel: true, retryPolicy: 'fixed', budget: { turns: 2 } } },
    });
    given(plan)
      .commands(starts({ input: [1, 2] }), fails('a[0]'))
      .when(fires('retry_due', 'a[0]'), 1_000)
      .thenHappens('task.retry_due', 'budget.exceeded')
      .when(completes('a[1]', 'two'))
      .thenHappens('task.completed', 'workflow.completed')
      .thenState(({ tasks: [a] }) => expect(a?.status).toBe('completed'));
  });

  test('fails the task where it has nothing to show, or is to fail', () => {
    const message = 'the budget of the task is spent: turns 1 of 1';
    const error = { code: 'budget_exceeded', message, retry: 'never' } as const;
    given(aPlan({ tasks: { a: { retryPolicy: 'fixed', budget: { turns: 1 } } } }))
      .commands(starts(), fails('a'))
      .when(fires('retry_due', 'a'), 1_000)
      .thenHappens(
        'task.retry_due',
        { type: 'budget.exceeded', task: 'a', limit: 'turns', of: 1, spent: 1, fails: true },
        { type: 'task.overridden', task: 'a', as: 'failed', by: 'budget', reason: message },
        { type: 'task.failed', task: 'a', attempt: 1, error },
        'workflow.failing',
        'workflow.failed',
      );
    started({ turns: 1, onLimit: 'fail' }, { onFailure: { kind: 'continue' } })
      .when(completes('a[0]'))
      .thenHappens(
        'task.completed',
        'budget.exceeded',
        'task.overridden',
        'task.failed',
        'workflow.completed',
      );
  });

  test('that has failed items fails although others completed', () => {
    const plan = aPlan({
      agents: { w: 2 },
      tasks: {
        a: { parallel: true, maxConcurrency: 1, budget: { turns: 2 }, onFailure: { kind: 'continue' } },
      },
    });
    given(plan)
      .commands(starts({ input: [1, 2, 3] }), completes('a[0]'))
      .when(fails('a[1]'))
      .thenHappens('task.failed', 'budget.exceeded', 'workflow.completed')
      .thenState(({ tasks: [a] }) => expect(a?.status).toBe('failed'));
  });

  test('of time stops who is at work', () => {
    started({ wallTimeMs: 1_000 })
      .when(completes('a[0]', 'one'), 900)
      .thenHappens(
        'task.completed',
        { type: 'budget.warned', task: 'a', limit: 'wall_time_ms', of: 1_000, spent: 900 },
        'agent.task_assigned',
      )
      .when(fires('task_timeout', 'a'), 1_000)
      .thenHappens('budget.exceeded', 'workflow.completed');
    given(aPlan({ tasks: { a: { budget: { wallTimeMs: 1_000 } } } }))
      .commands(starts())
      .when(fires('task_timeout', 'a'), 1_000)
      .thenHappens(
        'budget.exceeded',
        'task.overridden',
        'task.failed',
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('begins anew when a failure leads back', () => {
    const onFailure: OnFailure = { kind: 'goto', task: 'a', maxTimes: 1 };
    given(aPlan({ tasks: { a: { budget: { turns: 1 }, retryPolicy: 'fixed', onFailure } } }))
      .commands(starts(), fails('a'))
      .when(fires('retry_due', 'a'), 1_000)
      .thenHappens(
        'task.retry_due',
        'budget.exceeded',
        'task.overridden',
        'task.failed',
        'task.reentered',
        'agent.task_assigned',
      );
  });
});

describe('the budget of a loop', () => {
  const loop = { maxIterations: 9, onLimit: 'complete' } as const;
  const rounds = (budget: Budget) => given(aPlan({ tasks: { a: { loop, budget } } })).commands(starts());

  test('is of all its rounds, and leaves it what its last one gave', () => {
    rounds({ turns: 2 })
      .when(completes('a', 'one'))
      .thenHappens('task.completed', 'task.repeated', 'agent.task_assigned')
      .when(completes('a', 'two'))
      .thenHappens(
        'task.completed',
        { type: 'budget.exceeded', task: 'a', limit: 'turns', of: 2, spent: 2 },
        { type: 'task.loop_ended', task: 'a', reason: 'budget' },
        'workflow.completed',
      )
      .thenState((state) => {
        expect([taskOutput(state, 0), state.tasks[0]?.stopReason]).toEqual(['two', 'budget: turns 2']);
      });
  });

  test('of the execution lets it go on as long as there is some', () => {
    given(aPlan({ budget: { turns: 9 }, tasks: { a: { loop } } }))
      .commands(starts())
      .when(completes('a', 'one'))
      .thenHappens('task.completed', 'task.repeated', 'agent.task_assigned');
  });

  test('fails it where that is to be', () => {
    rounds({ turns: 1, onLimit: 'fail' })
      .when(completes('a', 'one'))
      .thenHappens('task.completed', 'budget.exceeded', 'task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('that is spent in the middle of a round ends it with what there is of that', () => {
    const budget = { turns: 3 };
    given(aPlan({ tasks: { a: { parallel: true, maxConcurrency: 1, loop, budget } } }))
      .commands(starts({ input: [1, 2] }), completes('a[0]', 'one'), completes('a[1]', 'two'))
      .when(completes('a[0]', 'three'))
      .thenHappens(
        'task.completed',
        'budget.exceeded',
        { type: 'task.loop_ended', task: 'a', reason: 'budget' },
        'workflow.completed',
      )
      .thenState((state) => expect(taskOutput(state, 0)).toEqual(['three', null]));
  });

  test('where it is that of the execution, ends both', () => {
    given(aPlan({ budget: { turns: 1 }, tasks: { a: { loop }, b: ['a'] } }))
      .commands(starts())
      .when(completes('a', 'one'))
      .thenHappens('task.completed', 'task.loop_ended', 'budget.exceeded', 'workflow.completed')
      .thenState((state) => {
        expect([taskOutput(state, 0), state.stopReason]).toEqual(['one', 'budget: turns 1']);
        expect(why(state, 0).map(({ sentence }) => sentence)).toEqual([
          'It was stopped (budget: turns 1), and is completed with the result it had.',
        ]);
      });
  });
});

describe('the budget of an execution', () => {
  const two = (budget: Budget) => aPlan({ budget, tasks: { a: [], b: ['a'], c: ['b'] } });

  test('is warned of, and ends it with what it has', () => {
    given(two({ tokens: 10 }))
      .commands(starts())
      .when(completes('a', 'one', spending(9)))
      .thenHappens(
        'task.completed',
        { type: 'budget.warned', limit: 'tokens', of: 10, spent: 9 },
        'agent.task_assigned',
      )
      .when(completes('b', 'two', spending(1)))
      .thenHappens(
        'task.completed',
        { type: 'budget.exceeded', limit: 'tokens', of: 10, spent: 10 },
        'workflow.completed',
      )
      .thenState((state) => {
        expect(state.stopReason).toBe('budget: tokens 10');
        expect(executionOutput(state)).toEqual({ b: 'two' });
      });
  });

  test('leaves the last tasks their word, where one of them gave something', () => {
    given(aPlan({ budget: { turns: 2 }, tasks: { a: [], b: ['a'], c: ['a'] } }))
      .commands(starts(), completes('a', 'one'))
      .when(completes('b', 'two'))
      .thenState((state) => expect(executionOutput(state)).toEqual({ b: 'two', c: null }));
  });

  test('shows items that were done, what was done by hand, and nothing of what failed', () => {
    const tasks = {
      a: { parallel: true, maxConcurrency: 1 },
      b: [],
      c: CONTINUES,
      d: ['a', 'b', 'c'],
    } as const;
    given(aPlan({ agents: { w: 3 }, budget: { turns: 4 }, tasks }))
      .commands(starts({ input: [1, 2, 3] }), completesByHand('b', 'mine'), fails('c'))
      .when(completes('a[0]', 'one'))
      .when(completes('a[1]', 'two'))
      .thenState((state) => expect(executionOutput(state)).toEqual({ a: ['one', 'two', null], b: 'mine' }));
  });

  test('gives null where nothing was given', () => {
    given(aPlan({ budget: { turns: 1 }, tasks: { a: CONTINUES, b: ['a'], c: [] } }))
      .commands(starts())
      .when(fails('a'))
      .thenState((state) =>
        expect([state.status.kind, executionOutput(state)]).toEqual(['completed', { b: null, c: null }]),
      );
  });

  test('is no failure where `outputs` speak of what was not done', () => {
    const breaks = aComputed(() => {
      throw new CantataError('expression_failed', 'c gave nothing');
    });
    given(aPlan({ budget: { turns: 2 }, tasks: { a: [], b: ['a'], c: ['b'] }, outputs: breaks }))
      .commands(starts(), completes('a', 'one'))
      .when(completes('b', 'two'))
      .thenHappens('task.completed', 'budget.exceeded', 'workflow.completed')
      .thenState((state) => expect(executionOutput(state)).toEqual({ b: 'two' }));
  });

  test('fails it where it is to fail', () => {
    given(two({ turns: 1, onLimit: 'fail' }))
      .commands(starts())
      .when(completes('a'))
      .thenHappens(
        'task.completed',
        { type: 'budget.exceeded', limit: 'turns', of: 1, spent: 1, fails: true },
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('of time ends it while agents are at work, who are told to stop', () => {
    given(two({ wallTimeMs: 1_000 }))
      .commands(starts())
      .when(fires('execution_timeout'), 1_000)
      .thenHappens({ type: 'budget.exceeded', limit: 'wall_time_ms', of: 1_000, spent: 1_000 })
      .when(fails('a', { code: 'agent_aborted' }), 1_001)
      .thenHappens('task.cancelled', 'workflow.completed');
  });

  test('pays once for an attempt whose process was lost, also when it was tried again since', () => {
    const run = given(aPlan({ budget: { turns: 1, onLimit: 'fail' }, tasks: { a: [], b: ['a'] } }));
    run
      .commands(starts(), loses('a'), completes('a'))
      .thenState(({ status }) => expect(status.kind).toBe('failed'));
    run
      .commands(retries(), loses('b'), completes('b'))
      .thenState(({ status }) => expect(status.kind).toBe('completed'));
  });

  test('goes before that of its tasks, which is asked all the same', () => {
    given(aPlan({ budget: { turns: 9 }, tasks: { a: { budget: { turns: 9 } } } }))
      .when(starts())
      .thenState(({ inFlight }) => expect(inFlight.size).toBe(1));
    given(aPlan({ budget: { turns: 9 }, tasks: { a: [] } }))
      .when(starts())
      .thenState(({ inFlight }) => expect(inFlight.size).toBe(1));
  });
});

describe('whoever tries again what a budget has ended', () => {
  test('has the whole budget of the task again', () => {
    const budget: Budget = { turns: 1, onLimit: 'fail' };
    given(aPlan({ tasks: { a: { retryPolicy: 'fixed', budget } } }))
      .commands(starts(), fails('a'))
      .when(fires('retry_due', 'a'), 1_000)
      .thenHappens('task.retry_due', 'budget.exceeded', ...FAILS)
      .when(retries(), 2_000)
      .thenHappens('workflow.reopened', 'agent.task_assigned')
      .thenState(({ tasks: [a] }) => expect([a?.spent?.turns, a?.stopReason]).toEqual([1, undefined]));
  });

  test('has the whole budget of the execution again, and its time', () => {
    const budget: Budget = { turns: 1, wallTimeMs: 5_000, onLimit: 'fail' };
    given(aPlan({ budget, tasks: { a: [], b: ['a'] } }))
      .commands(starts())
      .when(completes('a', 'one', spending(7)))
      .thenHappens('task.completed', 'budget.exceeded', 'workflow.failing', 'workflow.failed')
      .when(retries(), 60_000)
      .thenHappens('workflow.reopened', 'agent.task_assigned')
      .thenState(({ spentBefore, stopReason }) =>
        expect([spentBefore, stopReason]).toEqual([{ turns: 1, tokens: 7, cost: 0 }, undefined]),
      );
  });
});

test('no time of a budget passes in a pause', () => {
  given(aPlan({ budget: { wallTimeMs: 5_000 }, tasks: { a: [], b: ['a'] } }))
    .commands(starts(), pauses(), completes('a'))
    .when(resumes(), 60_000)
    .thenHappens('workflow.resumed', 'agent.task_assigned');
});
