import {
  aComputed,
  aPlan,
  cancels,
  completes,
  fails,
  failsByHand,
  fires,
  type Given,
  given,
  itemAt,
  retries,
  starts,
  type TaskSketch,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../json.ts';
import type { SpawnedTask } from '../../../ports/agent.ts';
import { SPAWN_LIMITS } from '../decide/spawn.ts';
import type { ExecutionEvent } from '../events.ts';
import { itemInput, spawnedOutputs, taskOutput } from '../input.ts';
import { viewExecution } from '../look/view.ts';
import { why } from '../look/why/why.ts';

const agents = {
  lead: 1,
  w: { count: 2, capabilities: ['dig'] },
  other: { count: 1, capabilities: ['dig', 'draw'] },
};

const planOf = (sketch: TaskSketch = {}, more: Record<string, TaskSketch> = {}) =>
  aPlan({
    agents,
    tasks: { plan: { agent: 'lead', ...sketch }, after: { agent: 'w', dependsOn: ['plan'] }, ...more },
  });

/** The agent of a place completes and asks for tasks. */
const spawns = (place: string, tasks: readonly SpawnedTask[], output: Json = 'planned') =>
  completes(place, output, { directives: [{ kind: 'spawn', tasks }] });

const task = (id: string, more: Partial<SpawnedTask> = {}): SpawnedTask => ({ id, agent: 'w', ...more });
const kinds = (run: Given) => run.state.tasks[0]?.items.map(({ status }) => status.kind);
const refusal = (run: Given, place: string, tasks: readonly SpawnedTask[]) => {
  run.commands(spawns(place, tasks));
  const { status } = run.state;
  return status.kind === 'failed' ? `${status.error.code}: ${status.error.message}` : status.kind;
};

describe('tasks that an agent asks for', () => {
  test('wait no more for one that was completed while the execution ended, when it is retried', () => {
    const run = given(planOf())
      .commands(starts(), spawns('plan', [task('a'), task('b'), task('c', { dependsOn: ['b'] })]))
      .commands(fails('plan[1]'), completes('plan[2]'))
      .thenIs('failed')
      .commands(retries());
    expect(run.log.at(-1)).toMatchObject({ type: 'agent.task_assigned', item: 3 });
    run.commands(completes('plan[1]'), completes('plan[3]'), completes('after')).thenIs('completed');
  });

  test('wait on for one that was not, when it is retried', () => {
    const run = given(planOf())
      .commands(starts(), spawns('plan', [task('a'), task('c', { dependsOn: ['a'] })]))
      .commands(fails('plan[1]'), retries());
    expect(kinds(run)).toEqual(['completed', 'assigned', 'blocked']);
  });

  test('come with its answer, and are served by who is named or can do them', () => {
    given(planOf())
      .commands(starts())
      .when(spawns('plan', [task('a', { input: { of: 1 } }), { id: 'b', requires: ['draw'] }]))
      .thenHappens(
        {
          type: 'task.spawned',
          task: 'plan',
          tasks: [
            { id: 'a', agent: 'w' },
            { id: 'b', requires: ['draw'] },
          ],
          inputs: [{ of: 1 }, 'planned'],
        },
        { type: 'task.completed', task: 'plan', attempt: 1, output: 'planned' },
        { type: 'agent.task_assigned', task: 'plan', item: 2, attempt: 1, assignment: 1, seat: 'other' },
        { type: 'agent.task_assigned', task: 'plan', item: 1, attempt: 1, assignment: 1, seat: 'w-1' },
      )
      .thenState((state) => {
        expect(itemInput(state, 0, 1)).toEqual({ of: 1 });
        expect(itemInput(state, 0, 2)).toBe('planned');
      });
  });

  test('are waited for by what depends on their spawner, whose output stays its own', () => {
    given(planOf())
      .commands(starts(), spawns('plan', [task('a'), task('b')]), completes('plan[1]', 'A'))
      .when(completes('plan[2]', 'B'))
      .thenHappens('task.completed', {
        type: 'agent.task_assigned',
        task: 'after',
        attempt: 1,
        assignment: 1,
        seat: 'w-1',
      })
      .thenState((state) => {
        expect(taskOutput(state, 0)).toBe('planned');
        expect(spawnedOutputs(state, 0)).toEqual({ a: 'A', b: 'B' });
        expect(itemInput(state, 1, undefined)).toBe('planned');
      });
  });

  test('can be read by expressions', () => {
    const input = aComputed(({ tasks }) => tasks['plan']?.spawned?.['a'] ?? null, {
      tasks: ['plan'],
      spawned: ['plan'],
    });
    given(planOf({}, { read: { agent: 'w', dependsOn: ['plan'], input } }))
      .commands(starts(), spawns('plan', [task('a')]), completes('plan[1]', 'A'))
      .thenState((state) => expect(itemInput(state, 2, undefined)).toBe('A'));
  });

  test('wait for each other, and work on what those give', () => {
    const run = given(planOf()).commands(
      starts(),
      spawns('plan', [
        task('a'),
        task('b'),
        task('c', { dependsOn: ['a'] }),
        task('d', { dependsOn: ['a', 'b'] }),
        task('e', { dependsOn: ['a'], input: 'own' }),
      ]),
    );
    expect(kinds(run)).toEqual(['completed', 'assigned', 'assigned', 'blocked', 'blocked', 'blocked']);
    expect(why(run.state, 0).find(({ subject }) => subject === 'plan[4] d')).toEqual({
      subject: 'plan[4] d',
      code: 'waits_for_tasks',
      sentence:
        'plan[4] d waits for plan[1] a and plan[2] b (plan[1] a is running and plan[2] b is running).',
      waits_for: ['plan[1] a', 'plan[2] b'],
    });
    run.commands(completes('plan[1]', 'A'));
    expect(kinds(run)).toEqual(['completed', 'completed', 'assigned', 'assigned', 'blocked', 'ready']);
    run.commands(completes('plan[2]', 'B'));
    expect([3, 4, 5].map((item) => itemInput(run.state, 0, item))).toEqual(['A', { a: 'A', b: 'B' }, 'own']);
  });

  test('may depend on what is done already, and spawn others in turn', () => {
    const run = given(planOf()).commands(
      starts(),
      spawns('plan', [task('a'), task('b')]),
      completes('plan[1]', 'A'),
    );
    run.when(spawns('plan[2]', [task('c', { dependsOn: ['a'] })], 'B'));
    run.thenHappens('task.spawned', 'task.completed', 'agent.task_assigned');
    expect(itemInput(run.state, 0, 3)).toBe('A');
    expect(itemAt(run.state, 'plan[3]')?.spawned?.depth).toBe(2);
    run.commands(completes('plan[3]', 'C'));
    expect(run.state.tasks[0]?.status).toBe('completed');
  });

  test('have a timeout and a retry policy of their own', () => {
    const run = given(planOf({ timeoutMs: 9_999, retryPolicy: 'none' }))
      .commands(starts())
      .when(spawns('plan', [task('a', { timeoutMs: 50, retryPolicy: 'fixed' }), task('b')]));
    expect(itemAt(run.state, 'plan[1]')?.status).toMatchObject({ deadline: 50 });
    expect(itemAt(run.state, 'plan[2]')?.status).toMatchObject({ deadline: undefined });
    run.when(fires('attempt_timeout', 'plan[1]'), 50).thenHappens('task.timed_out', 'task.retry_scheduled');
  });

  test('are not held to the schema of their spawner', () => {
    const output = {
      source: {},
      check: (value: Json) => (value === 'planned' ? [] : [{ path: '', message: 'no' }]),
    };
    given(planOf({ output }))
      .commands(starts(), spawns('plan', [task('a')]))
      .when(completes('plan[1]', 5))
      .thenHappens('task.completed', 'agent.task_assigned');
  });

  test('are not undone by what undoes their spawner', () => {
    const compensate = { who: { kind: 'group', group: 'lead' }, retryPolicy: 'none' } as const;
    const run = given(planOf({ compensate })).commands(
      starts(),
      spawns('plan', [task('a')]),
      completes('plan[1]', 'A'),
    );
    run
      .when(fails('after'))
      .thenHappens(
        'task.failed',
        'workflow.failing',
        'workflow.compensating',
        expect.objectContaining({ type: 'task.compensating', task: 'plan' }) as ExecutionEvent,
        'agent.task_assigned',
      );
    run.when(completes('~plan')).thenHappens('task.compensated', 'workflow.compensated');
  });

  test('fail their spawner as its document says', () => {
    given(planOf())
      .commands(starts(), spawns('plan', [task('a'), task('b', { dependsOn: ['a'] })]))
      .when(fails('plan[1]'))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
    const run = given(planOf({ onFailure: { kind: 'continue' } })).commands(
      starts(),
      spawns('plan', [task('a'), task('b', { dependsOn: ['a'] }), task('c', { dependsOn: ['b'] })]),
    );
    run.when(fails('plan[1]')).thenHappens('task.failed', 'task.skipped', 'workflow.completed');
    expect(kinds(run)).toEqual(['completed', 'failed', 'cancelled', 'cancelled']);
    expect(spawnedOutputs(run.state, 0)).toEqual({ a: null, b: null, c: null });
  });

  test('are cancelled with their spawner', () => {
    const run = given(planOf()).commands(
      starts(),
      spawns('plan', [task('a'), task('b', { dependsOn: ['a'] })]),
    );
    run.commands({ type: 'task.cancel', task: 'plan', extent: 'task', by: 'ann' });
    expect(kinds(run)).toEqual(['completed', 'assigned', 'cancelled']);
    run.commands(cancels('enough'));
    run.when(fails('plan[1]')).thenHappens('task.cancelled', 'workflow.cancelled');
    const blocked = given(planOf()).commands(
      starts(),
      spawns('plan', [task('a'), task('b', { dependsOn: ['a'] })]),
      cancels('enough'),
    );
    expect(why(blocked.state, 0).find(({ subject }) => subject === 'plan[2] b')?.sentence).toBe(
      'plan[2] b does not start any more: the execution is being cancelled.',
    );
    blocked.commands(completes('plan[1]'));
    expect(viewExecution(blocked.state, 0).tasks[0]?.items[1]?.status).toBe('cancelled');
  });

  test('wait for a seat of their group where no task of the document has it alone', () => {
    const tasks = { plan: { agent: 'lead' }, both: { requires: ['dig'] } };
    const run = given(aPlan({ agents, tasks })).commands(
      starts(),
      completes('both'),
      spawns('plan', [task('a'), { id: 'b', requires: ['dig'] }, task('c'), task('d')]),
    );
    expect(run.state.tasks[0]?.items.map(({ seat }) => seat)).toEqual([0, 2, 3, 1, undefined]);
    expect(why(run.state, 0).find(({ subject }) => subject === 'plan[4] d')?.code).toBe('waits_for_seat');
  });

  test('are shown with their ids', () => {
    const run = given(planOf()).commands(
      starts(),
      spawns('plan', [task('a'), task('b', { dependsOn: ['a'] })]),
    );
    expect(viewExecution(run.state, 0).tasks[0]).toMatchObject({
      status: 'running',
      items: [
        { index: 1, spawned: 'a', status: 'running' },
        { index: 2, spawned: 'b', status: 'pending' },
      ],
    });
  });
});

describe('a task that cannot be spawned fails the turn', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => task(`t${n}`));

  test.each<[string, readonly SpawnedTask[], string]>([
    ['no id', [task('a b')], '"a b" is no id of a task'],
    ['an id twice', [task('a'), task('a')], 'there is a task a already'],
    ['nobody', [{ id: 'a' }], 'a needs either an agent or what it requires'],
    ['two answers', [task('a', { requires: ['dig'] })], 'a needs either an agent or what it requires'],
    ['an unknown agent', [task('a', { agent: 'x' })], 'a names the agent x, which is no group'],
    [
      'what nobody can',
      [{ id: 'a', requires: ['dig', 'fly'] }],
      'no agent has all that a requires: dig, fly',
    ],
    [
      'an order that cannot be',
      [task('a', { dependsOn: ['b'] }), task('b')],
      'a depends on b, which was not spawned before it',
    ],
    ['too many', many(101), '101 tasks are too many for one answer: 100 are allowed'],
  ])('for %s', (_, tasks, message) => {
    expect(refusal(given(planOf()).commands(starts()), 'plan', tasks)).toBe(`spawn_invalid: ${message}`);
  });

  test('where it depends on one that never comes', () => {
    const run = given(planOf({ onFailure: { kind: 'continue' } })).commands(
      starts(),
      spawns('plan', [task('a'), task('b')]),
      fails('plan[1]'),
    );
    run.when(spawns('plan[2]', [task('c', { dependsOn: ['a'] })])).thenHappens(
      expect.objectContaining({
        type: 'task.failed',
        error: { code: 'spawn_invalid', message: 'c depends on a, which is failed' },
      }) as never,
      'task.skipped',
      'workflow.completed',
    );
  });

  test('where there are enough of them', () => {
    const run = given(planOf()).commands(starts());
    let at = 'plan';
    for (let n = 0; n < SPAWN_LIMITS.perTask / SPAWN_LIMITS.perTurn; n++) {
      run.commands(
        spawns(
          at,
          many(100).map((one) => ({ ...one, id: `${one.id}-${n}`, agent: 'lead' })),
        ),
      );
      at = `plan[${n + 1}]`;
    }
    expect(refusal(run, at, [task('more')])).toBe(
      'spawn_invalid: plan would have spawned 1001 tasks, and 1000 are allowed',
    );
  });

  test('where they spawn each other without end', () => {
    const run = given(planOf()).commands(starts(), spawns('plan', [task('t1')]));
    for (let n = 1; n < SPAWN_LIMITS.depth; n++) run.commands(spawns(`plan[${n}]`, [task(`t${n + 1}`)]));
    expect(refusal(run, `plan[${SPAWN_LIMITS.depth}]`, [task('more')])).toBe(
      'spawn_invalid: tasks spawn each other 8 deep already',
    );
  });

  test('where the task has items of its own', () => {
    const run = given(planOf({ parallel: true })).commands(starts());
    expect(refusal(run, 'plan[0]', [task('a')])).toBe(
      'spawn_invalid: plan has items of its own, to which an agent may add; it spawns none',
    );
  });
});

test('a task is failed by hand while what it spawned is at work, and waits for each other', () => {
  const run = given(planOf()).commands(
    starts(),
    spawns('plan', [task('a'), task('b', { dependsOn: ['a'] })]),
  );
  run
    .when(failsByHand('plan'))
    .thenHappens('task.overridden', 'task.failed', 'workflow.failing', 'workflow.failed');
  expect(kinds(run)).toEqual(['completed', 'failed', 'cancelled']);
});
