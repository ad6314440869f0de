/** Tasks that end the execution, whatever else is open. */
import {
  aComputed,
  aPlan,
  completes,
  type DefinitionSketch,
  fails,
  fires,
  given,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import { executionOutput } from '../input.ts';
import { why } from '../look/why/why.ts';

const flow = (tasks: DefinitionSketch['tasks'], rest: DefinitionSketch = {}) =>
  given(aPlan({ agents: { workers: 3 }, ...rest, tasks: tasks ?? {} })).commands(starts());
const ends = (terminate: object, dependsOn: readonly string[] = ['a']) =>
  ({ kind: 'terminate', terminate: { as: 'completed', ...terminate }, dependsOn }) as const;
const broken = aComputed((): never => {
  throw new CantataError('expression_failed', 'no such value');
});

describe('a task that ends the execution', () => {
  test('as completed, with the result it gives', () => {
    flow({ a: [], stop: ends({ output: aComputed(() => 'enough') }), b: ['stop'] })
      .when(completes('a'))
      .thenHappens(
        'task.completed',
        {
          type: 'workflow.terminating',
          task: 'stop',
          as: 'completed',
          output: 'enough',
          reason: 'stop ended it',
        },
        { type: 'workflow.completed', output: 'enough' },
      )
      .thenState((state) => expect(executionOutput(state)).toBe('enough'));
  });

  test('as completed, with what the workflow says its result is', () => {
    flow({ a: [], stop: ends({}) }, { outputs: aComputed(() => 'all') })
      .when(completes('a'))
      .thenHappens('task.completed', 'workflow.terminating', { type: 'workflow.completed', output: 'all' });
  });

  test('as failed, for the reason it gives', () => {
    const error = { code: 'terminated', message: '{"no":"good"}' };
    flow({ a: [], stop: ends({ as: 'failed', reason: aComputed(() => ({ no: 'good' })) }) })
      .when(completes('a'))
      .thenHappens(
        'task.completed',
        { type: 'workflow.terminating', task: 'stop', as: 'failed', reason: '{"no":"good"}' },
        { type: 'workflow.failed', error, task: 'stop' },
      );
  });

  test('tells the agents at work to stop, and waits for them no longer than ten seconds', () => {
    flow({ a: [], slow: [], stop: ends({ reason: aComputed(() => 'it is late') }) })
      .when(completes('a'))
      .thenHappens('task.completed', 'workflow.terminating')
      .thenState((state) => {
        expect(why(state, 0)[0]).toMatchObject({
          code: 'completing',
          sentence:
            'It is being completed (it is late) and waits for workers-2 to stop, at the longest for 10 s.',
        });
      })
      .when(fires('cancel_deadline'), 10_000)
      .thenHappens('task.cancelled', 'workflow.completed');
  });

  test('is heard over an answer that comes meanwhile', () => {
    flow({ a: [], slow: [], stop: ends({}) })
      .commands(completes('a'))
      .when(fails('slow', { code: 'agent_aborted' }))
      .thenHappens('task.cancelled', 'workflow.completed');
  });

  test('fails where its output or its reason has no value', () => {
    for (const given of [{ output: broken }, { reason: broken }]) {
      flow({ a: [], stop: ends(given) })
        .when(completes('a'))
        .thenHappens('task.completed', 'task.failed', 'workflow.failing', 'workflow.failed');
    }
  });

  test('fails the execution where the result of the workflow has no value', () => {
    flow({ a: [], stop: ends({}) }, { outputs: broken })
      .when(completes('a'))
      .thenHappens('task.completed', 'workflow.terminating', 'workflow.failing', 'workflow.failed');
  });
});
