import {
  aComputed,
  aPlan,
  completes,
  given,
  pauses,
  resumes,
  starts,
  type TaskSketch,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CONTINUE } from '../../law.ts';
import { step } from '../../step.ts';
import { taskOutput } from '../input.ts';
import { executionLaw } from '../law.ts';
import { viewExecution } from '../look/view.ts';
import { why } from '../look/why/why.ts';
import { type ExecutionState, isEnded, newExecution } from '../state.ts';

const never = aComputed(() => false);
const always = aComputed(() => true);
const ifGood: TaskSketch = {
  dependsOn: ['judge'],
  when: aComputed(({ tasks }) => tasks['judge']?.output === 'good', { input: false, tasks: ['judge'] }),
};

const statuses = (state: ExecutionState): object =>
  Object.fromEntries(viewExecution(state, 0).tasks.map(({ id, status }) => [id, status]));

describe('a task with a condition', () => {
  test('runs where it holds', () => {
    given(aPlan({ tasks: { judge: [], praise: ifGood } }))
      .commands(starts())
      .when(completes('judge', 'good'))
      .thenHappens(
        'task.completed',
        { type: 'task.opened', task: 'praise' },
        { type: 'agent.task_assigned', task: 'praise', attempt: 1, assignment: 1, seat: 'workers' },
      );
  });

  test('is skipped where it does not, and the execution completes without it', () => {
    given(aPlan({ tasks: { judge: [], praise: ifGood } }))
      .commands(starts())
      .when(completes('judge', 'bad'))
      .thenHappens('task.completed', { type: 'task.skipped', task: 'praise' }, 'workflow.completed')
      .thenState((state) => {
        expect(statuses(state)).toEqual({ judge: 'completed', praise: 'skipped' });
        expect(state.counters).toMatchObject({ completedTasks: 1, skippedTasks: 1 });
        expect(taskOutput(state, 1)).toBeNull();
      });
  });

  test('is decided about when its dependencies are met, never before', () => {
    given(aPlan({ tasks: { judge: [], praise: ifGood } }))
      .commands(starts())
      .thenState((state) => expect(statuses(state)).toEqual({ judge: 'running', praise: 'pending' }));
  });

  test('is decided about when the execution is resumed', () => {
    given(aPlan({ tasks: { judge: [], praise: ifGood } }))
      .commands(starts(), pauses(), completes('judge', 'bad'))
      .thenState((state) => expect(statuses(state)).toEqual({ judge: 'completed', praise: 'ready' }))
      .when(resumes())
      .thenHappens('workflow.resumed', 'task.skipped', 'workflow.completed');
  });

  test('of which there are only skipped ones is an execution that completes at once', () => {
    given(aPlan({ tasks: { a: { when: never }, b: { when: never, parallel: true } } }))
      .when(starts())
      .thenIs('completed')
      .thenState((state) => expect(statuses(state)).toEqual({ a: 'skipped', b: 'skipped' }));
  });

  test('may be parallel', () => {
    given(aPlan({ tasks: { each: { when: always, parallel: true } } }))
      .commands(starts({ input: [1, 2] }))
      .thenState(({ tasks }) => expect(tasks[0]?.items).toHaveLength(2));
  });
});

describe('what depends on a skipped task', () => {
  test('is skipped too, as far as it goes', () => {
    given(aPlan({ tasks: { a: { when: never }, b: ['a'], c: ['b'] } }))
      .when(starts())
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        { type: 'task.skipped', task: 'a' },
        { type: 'task.skipped', task: 'b', dependency: 'a' },
        { type: 'task.skipped', task: 'c', dependency: 'b' },
        'workflow.completed',
      );
  });

  test('does not wait for its other dependencies to be sure of it', () => {
    given(aPlan({ agents: { w: 2 }, tasks: { slow: [], a: { when: never }, both: ['slow', 'a'] } }))
      .commands(starts())
      .thenState((state) =>
        expect(statuses(state)).toEqual({ slow: 'running', a: 'skipped', both: 'skipped' }),
      )
      .when(completes('slow'))
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('is skipped once, whichever of its dependencies were', () => {
    given(aPlan({ tasks: { a: { when: never }, b: { when: never }, both: ['a', 'b'] } }))
      .when(starts())
      .thenIs('completed')
      .thenState(({ counters }) => expect(counters.skippedTasks).toBe(3));
  });

  test('may be 5,000 tasks, over more than one step', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => [
      `t${n}`,
      n === 0 ? { when: never } : [`t${n - 1}`],
    ]);
    const state = newExecution('execution', aPlan({ tasks: Object.fromEntries(many) }));
    step(executionLaw, state, starts(), 0);
    for (let steps = 1; !isEnded(state.status); steps++) {
      expect(steps).toBeLessThan(10);
      step(executionLaw, state, CONTINUE, 0);
    }
    expect(state.counters.skippedTasks).toBe(5_000);
  });
});

describe('why a task was skipped', () => {
  const causes = given(
    aPlan({ tasks: { a: { when: { ...never, source: 'input.go' } }, b: ['a'], c: [] } }),
  ).commands(starts());

  test('is told for the condition and for what follows from it', () => {
    expect(why(causes.state, 0).slice(1)).toEqual([
      {
        subject: 'a',
        code: 'skipped',
        sentence: 'a was skipped; its condition is false: input.go.',
        waits_for: [],
      },
      {
        subject: 'b',
        code: 'skipped',
        sentence: 'b was skipped; a was skipped, on which it depends.',
        waits_for: [],
      },
    ]);
  });
});
