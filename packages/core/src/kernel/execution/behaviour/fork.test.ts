import {
  aComputed,
  aPlan,
  completes,
  type DefinitionSketch,
  fails,
  type Given,
  given,
  skipsByHand,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../json.ts';
import { NO_VALUES } from '../../values.ts';
import type { StartCommand } from '../commands.ts';
import { takenOver } from '../fork.ts';
import { itemInput, taskOutput } from '../input.ts';
import { viewExecution } from '../look/view.ts';

const chain = {
  agents: { w: 2 },
  tasks: { a: [], b: ['a'], c: ['b'], other: [] },
} satisfies DefinitionSketch;

/** A start that takes over what was completed there. */
function forks(origin: Given, from?: string, options: { input?: Json; taskInput?: Json } = {}): StartCommand {
  const { taskInput, ...input } = options;
  return {
    ...(starts({ input: 'question', ...input }) as StartCommand),
    fork: {
      origin: {
        execution: 'origin',
        sequence: origin.state.sequence,
        ...(from === undefined ? {} : { task: from }),
      },
      completed: takenOver(origin.state, from, NO_VALUES),
      ...(taskInput === undefined ? {} : { taskInput }),
    },
  };
}

const taken = (task: string, output: Json) =>
  ({
    type: 'task.overridden',
    task,
    as: 'completed',
    output,
    by: 'fork',
    reason: 'taken over from origin',
  }) as const;

describe('a fork', () => {
  const origin = (): Given =>
    given(aPlan(chain)).commands(starts(), completes('a', 1), completes('b', 2), completes('other', 3));

  test('takes over by value what was completed, and does the rest', () => {
    given(aPlan(chain))
      .when(forks(origin()))
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        taken('a', 1),
        taken('other', 3),
        taken('b', 2),
        { type: 'agent.task_assigned', task: 'c', attempt: 1, assignment: 1, seat: 'w-1' },
      )
      .commands(completes('c'))
      .thenIs('completed');
  });

  test('names its origin', () => {
    const run = given(aPlan(chain)).commands(forks(origin(), 'b'));
    expect(run.log[0]).toMatchObject({ origin: { execution: 'origin', sequence: 11, task: 'b' } });
    expect(viewExecution(run.state, 0).forked_from).toEqual({ execution_id: 'origin', task: 'b' });
    expect(viewExecution(given(aPlan(chain)).commands(forks(origin())).state, 0).forked_from).toEqual({
      execution_id: 'origin',
      task: null,
    });
    expect(viewExecution(origin().state, 0).forked_from).toBeNull();
  });

  test('does a task anew, and all that comes after it', () => {
    given(aPlan(chain))
      .commands(forks(origin(), 'b'))
      .thenState((state) => {
        expect(state.tasks.map(({ status }) => status)).toEqual([
          'completed',
          'open',
          'pending',
          'completed',
        ]);
        expect(itemInput(state, 1, undefined)).toBe(1);
      });
  });

  test('of what was completed whole is completed at once', () => {
    given(aPlan(chain))
      .commands(forks(origin().commands(completes('c', 4))))
      .thenIs('completed')
      .thenState((state) => expect(taskOutput(state, 2)).toBe(4));
  });

  test('asks anew about what was skipped, had failed or would end it', () => {
    const plan = aPlan({
      agents: { w: 3 },
      tasks: {
        a: { onFailure: { kind: 'continue' } },
        b: [],
        c: [],
        end: { kind: 'terminate', terminate: { as: 'completed' }, dependsOn: ['b'] } as never,
      },
    });
    const first = given(plan).commands(
      starts(),
      fails('a', { retry: 'never' }),
      skipsByHand('c'),
      completes('b', 1),
    );
    given(plan)
      .when(forks(first))
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        taken('b', 1),
        'workflow.terminating',
        'workflow.completed',
      );
  });

  test('takes the list of a parallel task over as a whole', () => {
    const plan = aPlan({ agents: { w: 2 }, tasks: { a: { parallel: true }, b: ['a'] } });
    const first = given(plan).commands(
      starts({ input: [1, 2] }),
      completes('a[0]', 'x'),
      completes('a[1]', 'y'),
    );
    given(plan)
      .commands(forks(first))
      .thenState((state) => expect(itemInput(state, 1, undefined)).toEqual(['x', 'y']));
  });
});

describe('another input', () => {
  test('of the workflow is read by what is done anew', () => {
    const first = given(aPlan(chain)).commands(starts(), completes('a', 1));
    given(aPlan(chain))
      .commands(forks(first, 'other', { input: 'better' }))
      .thenState((state) => expect(itemInput(state, 3, undefined)).toBe('better'));
  });

  test('of the task is in place of what the document says, once', () => {
    const loop = { maxIterations: 2, onLimit: 'complete' } as const;
    const template = aComputed(() => 'template');
    const tasks = { a: [], b: { dependsOn: ['a'], input: template, loop } };
    const first = given(aPlan({ tasks })).commands(starts(), completes('a', 1));
    const run = given(aPlan({ tasks })).commands(forks(first, 'b', { taskInput: { edited: true } }));
    expect(itemInput(run.state, 1, undefined)).toEqual({ edited: true });
    run.commands(completes('b'));
    expect(itemInput(run.state, 1, undefined)).toBe('template');
  });

  test('of a plain task needs nobody to decide about it', () => {
    const first = given(aPlan(chain)).commands(starts(), completes('a', 1));
    const run = given(aPlan(chain)).commands(forks(first, 'b', { taskInput: null }));
    expect(itemInput(run.state, 1, undefined)).toBeNull();
  });

  test('of a parallel task has an item for each of its elements, or one for each seat', () => {
    const tasks = { a: { parallel: true } };
    const items = (taskInput: Json): number | undefined => {
      const first = given(aPlan({ agents: { w: 3 }, tasks })).commands(starts());
      const run = given(aPlan({ agents: { w: 3 }, tasks })).commands(forks(first, 'a', { taskInput }));
      return run.state.tasks[0]?.items.length;
    };
    expect([items([1, 2]), items('each')]).toEqual([2, 3]);
  });
});
