import { aPlan, completes, fails, type Given, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import type { Ask } from './asks.ts';
import { supervisor } from './supervisor.ts';

const use = { pattern: supervisor as never, options: { max_parallel: 100, on_worker_failure: 'report' } };
const team = (): Given =>
  given(
    aPlan({
      team: use,
      agents: { supervisor: 1, writers: 2 },
      tasks: { a: { agent: 'supervisor' }, b: { agent: 'writers', dependsOn: ['a'] } },
    }),
  );
const asks = (output: Json, ...directives: Ask[]) => ({ output, directives });
const answer = (place: string, { output, directives }: ReturnType<typeof asks>) =>
  completes(place, output, { directives });

describe('a supervisor', () => {
  test('that simply answers has the result, and no pattern is asked', () => {
    team().commands(starts()).when(completes('a', 1)).thenHappens('task.completed', 'agent.task_assigned');
  });

  test('delegates with its answer, sees what came of it, and gives the result', () => {
    const run = team()
      .commands(starts())
      .when(
        answer(
          'a',
          asks(
            'plan',
            { kind: 'delegate', to: 'writers', input: 'intro' },
            { kind: 'delegate', to: 'writers', input: 'end' },
          ),
        ),
      )
      .thenHappens('pattern.started', 'pattern.reacted', 'agent.task_assigned', 'agent.task_assigned')
      .when(completes('a[2]', 'the intro'))
      .thenHappens('task.completed', 'pattern.reacted')
      .when(completes('a[3]', 'the end'))
      .thenHappens('task.completed', 'pattern.reacted', 'agent.task_assigned')
      .when(completes('a[4]', 'all of it'))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        { type: 'pattern.finished', task: 'a', turns: 4 },
        { type: 'task.completed', task: 'a', attempt: 1, output: 'all of it' },
        'agent.task_assigned',
      );
    expect(run.state.tasks[0]?.status).toBe('completed');
  });

  test('hears of a part that failed', () => {
    team()
      .commands(starts(), answer('a', asks(1, { kind: 'delegate', to: 'writers-2', input: 'x' })))
      .when(fails('a[2]'))
      .thenHappens('task.failed', 'pattern.reacted', 'agent.task_assigned');
  });

  test.each([
    ['nobody', 'is not of the team'],
    ['supervisor', 'is no worker'],
  ])('that delegates to %s has not answered', (to) => {
    const run = team()
      .commands(starts())
      .when(answer('a', asks(1, { kind: 'delegate', to, input: 1 })))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
    expect(run.log).toContainEqual(
      expect.objectContaining({ error: expect.objectContaining({ code: 'ask_refused' }) }),
    );
  });
});
