/** Tasks of which some items are enough. */
import {
  aComputed,
  aPlan,
  completes,
  completesByHand,
  type DefinitionSketch,
  fails,
  given,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';

const flow = (tasks: DefinitionSketch['tasks'], seats = 3) =>
  given(aPlan({ agents: { workers: seats }, tasks: tasks ?? {} })).commands(starts({ input: [1, 2, 3] }));
const three = { parallel: true, enough: 2 } as const;
const no = { retry: 'never' } as const;

describe('a task of which some items are enough', () => {
  test('is completed with them; the others are told to stop and not waited for', () => {
    flow({ a: three, b: ['a'] })
      .commands(completes('a[2]', 'third'))
      .when(completes('a[0]', 'first'))
      .thenHappens('task.completed', { type: 'task.enough', task: 'a', completed: 2 }, 'agent.task_assigned')
      .thenState(({ tasks, inFlight }) => {
        expect(tasks[0]?.items.map(({ status }) => status.kind)).toEqual([
          'completed',
          'cancelled',
          'completed',
        ]);
        expect(tasks[0]).toMatchObject({ status: 'completed', openItems: 0 });
        expect(inFlight.size).toBe(1);
      });
  });

  test('does not hear the others any more', () => {
    const late = {
      type: 'turn.completed',
      task: 'a',
      item: 1,
      attempt: 1,
      assignment: 1,
      output: 2,
    } as const;
    flow({ a: three, b: ['a'] })
      .commands(completes('a[2]'), completes('a[0]'))
      .when(late)
      .thenRejected('stale_result');
  });

  test('has enough as well when somebody completes the last one that is wanted', () => {
    flow({ a: three, b: ['a'] })
      .commands(completes('a[2]'))
      .when(completesByHand('a[0]'))
      .thenHappens('task.overridden', { type: 'task.enough', task: 'a', completed: 2 }, 'agent.task_assigned')
      .thenState(({ tasks }) => expect(tasks[0]).toMatchObject({ status: 'completed', openItems: 0 }));
  });

  test('says nothing where the last one was wanted', () => {
    flow({ a: { ...three, enough: 3 } })
      .commands(completes('a[0]'), completes('a[1]'))
      .when(completes('a[2]'))
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('forgives those that failed, where the workflow goes on', () => {
    flow({ a: { ...three, onFailure: { kind: 'continue' } } })
      .commands(completes('a[0]'), fails('a[1]', no))
      .when(completes('a[2]'))
      .thenHappens('task.completed', 'workflow.completed')
      .thenState(({ tasks }) => expect(tasks[0]?.status).toBe('completed'));
  });

  test('fails where too few are completed', () => {
    flow({ a: { ...three, onFailure: { kind: 'continue' } } })
      .commands(fails('a[0]', no), fails('a[1]', no))
      .when(completes('a[2]'))
      .thenHappens('task.completed', 'workflow.completed')
      .thenState(({ tasks }) => expect(tasks[0]?.status).toBe('failed'));
    flow({ a: { ...three, onFailure: { kind: 'continue' } } })
      .commands(fails('a[0]', no), fails('a[1]', no))
      .when(fails('a[2]', no))
      .thenHappens('task.failed', 'workflow.completed');
  });

  test('gives up items that wait for a seat or for their turn', () => {
    flow({ a: { ...three, enough: 1, maxConcurrency: 2 } }, 1)
      .when(completes('a[0]'))
      .thenHappens('task.completed', 'task.enough', 'workflow.completed');
  });

  test('counts anew in each round of a loop', () => {
    flow({ a: { ...three, enough: 1, loop: { maxIterations: 2, onLimit: 'complete' } } })
      .when(completes('a[1]'))
      .thenHappens(
        'task.completed',
        'task.enough',
        'task.repeated',
        ...Array<'agent.task_assigned'>(3).fill('agent.task_assigned'),
      )
      .when(completes('a[2]'))
      .thenHappens('task.completed', 'task.enough', 'task.loop_ended', 'workflow.completed');
  });

  test('gives up what the last answer it wanted has added', () => {
    const each = { parallel: true, forEach: aComputed(({ input }) => input), enough: 1 };
    const directives = [{ kind: 'add_items', task: 'a', items: ['y'] }] as const;
    given(aPlan({ tasks: { a: each } }))
      .commands(starts({ input: ['x'] }))
      .when(completes('a[0]', 'X', { directives }))
      .thenHappens('task.items_added', 'task.completed', 'task.enough', 'workflow.completed');
  });
});
