import { aPlan, completes, fails, type Given, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import type { TeamUse } from '../plan/team.ts';
import type { Ask } from './asks.ts';
import { supervisor } from './supervisor.ts';

const options = { max_parallel: 2, on_worker_failure: 'report' };
const team = (more: TeamUse['options'] = {}): Given =>
  given(
    aPlan({
      team: { pattern: supervisor, options: { ...options, ...more } },
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

  test('gives the result beside its answer, if it says so', () => {
    const run = team()
      .commands(starts())
      .when(answer('a', asks(1, { kind: 'finish', output: 2 })));
    expect(run.log).toContainEqual({ type: 'task.completed', task: 'a', attempt: 1, output: 2 });
  });

  test.each([
    [
      'two answers in one',
      [{ kind: 'finish' }, { kind: 'delegate', to: 'writers', input: 1 }],
      'only one of the two',
    ],
    [
      'more parts than it may',
      [1, 2, 3].map((input) => ({ kind: 'delegate', to: 'writers', input })),
      '2 are allowed',
    ],
    ['what no supervisor asks for', [{ kind: 'vote', choice: 'x' }], 'knows delegate and finish'],
  ] as const)('that gives %s has not answered', (_, wanted, message) => {
    const run = team().commands(starts(), answer('a', asks(1, ...(wanted as readonly Ask[]))));
    expect(run.state.status).toMatchObject({ error: { message: expect.stringContaining(message) } });
  });

  test('is the only one who asks for anything', () => {
    const part = { kind: 'delegate', to: 'writers', input: 1 } as const;
    const run = team().commands(starts(), answer('a', asks(1, part)), answer('a[2]', asks(1, part)));
    expect(run.log).toContainEqual(
      expect.objectContaining({
        handled: 'team',
        error: {
          code: 'ask_refused',
          message: 'only the supervisor asks for delegate, and writers-1 is a worker',
        },
      }),
    );
  });

  test('fails with a part, if the document wants that', () => {
    team({ on_worker_failure: 'fail' })
      .commands(
        starts(),
        answer('a', asks(1, { kind: 'delegate', to: 'writers', input: 1, reason: 'why not' })),
      )
      .when(fails('a[2]'))
      .thenHappens(
        'task.failed',
        'pattern.reacted',
        'pattern.finished',
        'task.failed',
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('fails with itself', () => {
    team()
      .commands(
        starts(),
        answer('a', asks(1, { kind: 'delegate', to: 'writers', input: 1 })),
        completes('a[2]'),
      )
      .when(fails('a[3]'))
      .thenHappens(
        'task.failed',
        'pattern.reacted',
        'pattern.finished',
        'task.failed',
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('goes on without parts that take too long', () => {
    const run = team({ patience_seconds: 5 })
      .commands(starts(), answer('a', asks(1, { kind: 'delegate', to: 'writers', input: 1 })))
      .at(5_000)
      .when({ type: 'timer', timer: { kind: 'team_due', task: 'a', name: 'round' } })
      .thenHappens('pattern.timer_due', 'pattern.reacted')
      .when(fails('a[2]', { code: 'agent_aborted' }))
      .thenHappens('task.cancelled', 'pattern.reacted', 'agent.task_assigned');
    expect(run.log.at(-2)).toMatchObject({ reason: 'all 1 parts are in', timers: { round: null } });
  });
});
