import {
  aPlan,
  cancels,
  checkpoints,
  completes,
  fails,
  fires,
  given,
  loses,
  pauses,
  resumes,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { createPlan } from '../../../plan/plan.ts';
import { newExecution } from '../state.ts';
import { type ExecutionView, type TaskView, viewExecution } from './view.ts';

const plan = aPlan({
  agents: { lead: { count: 1, type: 'lead_agent' }, workers: { count: 2, type: 'work_agent' } },
  tasks: {
    split: [],
    work: { agent: 'workers', dependsOn: ['split'], parallel: true, retryPolicy: 'fixed' },
    join: ['work'],
  },
});
const midway = () =>
  given(plan)
    .at(1_000)
    .commands(starts({ input: 'question', timeoutMs: 60_000 }))
    .at(2_000)
    .commands(completes('split', [1, 2, 3, 4], { usage: { tokens: 7, cost: 0.5 } }))
    .at(3_000)
    .commands(completes('work[0]', 'one'), fails('work[1]'));

const task = (view: ExecutionView, id: string): TaskView => {
  const found = view.tasks.find((row) => row.id === id);
  if (found === undefined) throw new Error(`there is no task ${id}`);
  return found;
};

describe('the view of an execution', () => {
  test('says how long it was planned to take, whatever past runs say by now', () => {
    const informed = createPlan(plan.definition, new Map([['split', { medianMs: 5, samples: 1 }]]));
    expect(informed.plannedMs).toBe(20_005);
    const { state } = given(informed).events(...midway().log);
    expect(viewExecution(state, 4_500).performance_metrics.planned_ms).toBe(30_000);
    expect(viewExecution(newExecution('execution', informed), 0).performance_metrics.planned_ms).toBe(20_005);
  });

  test('says what the specification asks of a status', () => {
    const view = viewExecution(midway().state, 4_500);
    const { agents: _, tasks: __, ...rest } = view;
    expect(rest).toEqual({
      workflow_id: 'workflow',
      teams: [],
      execution_id: 'execution',
      parent_execution_id: null,
      name: 'test',
      version: '1.0.0',
      orchestration_pattern: 'supervisor',
      status: 'running',
      current_phase: '2/3 work',
      performance_metrics: {
        elapsed_ms: 3_500,
        planned_ms: 30_000,
        critical_path_ms: 30_000,
        expected_finish: '1970-01-01T00:00:33.000Z',
        critical_path: ['work', 'join'],
        tasks_by_status: { completed: 1, running: 1, pending: 1 },
        turns: 5,
        retries: 1,
        losses: 0,
        tokens: 7,
        cost: 0.5,
        queue_ms: 2_000,
        agent_ms: 3_000,
        max_parallel: 2,
      },
      error_details: null,
      stop_reason: null,
      checkpoint_id: null,
      forked_from: null,
      input: 'question',
      output: null,
      requested_at: '1970-01-01T00:00:01.000Z',
      completed_at: null,
    });
  });

  test('lists every seat, and what it works on', () => {
    expect(viewExecution(midway().state, 4_500).agents).toEqual([
      { agent_id: 'lead', group: 'lead', type: 'lead_agent', status: 'idle', task: null },
      { agent_id: 'workers-1', group: 'workers', type: 'work_agent', status: 'busy', task: 'work[2]' },
      { agent_id: 'workers-2', group: 'workers', type: 'work_agent', status: 'busy', task: 'work[3]' },
    ]);
  });

  test('lists a plain task with its attempt, its seat and its times', () => {
    expect(task(viewExecution(midway().state, 4_500), 'split')).toEqual({
      id: 'split',
      status: 'completed',
      depends_on: [],
      attempt: 1,
      agent_id: 'lead',
      child_execution_id: null,
      started_at: '1970-01-01T00:00:01.000Z',
      completed_at: '1970-01-01T00:00:02.000Z',
      error: null,
      stop_reason: null,
      skip_reason: null,
      items: [],
    });
  });

  test('lists a parallel task with its items', () => {
    const { items, ...rest } = task(viewExecution(midway().state, 4_500), 'work');
    expect(rest).toEqual({
      id: 'work',
      status: 'running',
      depends_on: ['split'],
      attempt: 0,
      agent_id: null,
      child_execution_id: null,
      started_at: '1970-01-01T00:00:02.000Z',
      completed_at: null,
      error: null,
      stop_reason: null,
      skip_reason: null,
    });
    expect(items).toEqual([
      {
        index: 0,
        spawned: null,
        status: 'completed',
        attempt: 1,
        agent_id: 'workers-1',
        child_execution_id: null,
        started_at: '1970-01-01T00:00:02.000Z',
        completed_at: '1970-01-01T00:00:03.000Z',
        error: null,
      },
      {
        index: 1,
        spawned: null,
        status: 'retrying',
        attempt: 1,
        agent_id: 'workers-2',
        child_execution_id: null,
        started_at: '1970-01-01T00:00:02.000Z',
        completed_at: null,
        error: { code: 'agent_error', message: 'it broke' },
      },
      {
        index: 2,
        spawned: null,
        status: 'running',
        attempt: 1,
        agent_id: 'workers-1',
        child_execution_id: null,
        started_at: '1970-01-01T00:00:03.000Z',
        completed_at: null,
        error: null,
      },
      {
        index: 3,
        spawned: null,
        status: 'running',
        attempt: 1,
        agent_id: 'workers-2',
        child_execution_id: null,
        started_at: '1970-01-01T00:00:03.000Z',
        completed_at: null,
        error: null,
      },
    ]);
  });

  test('of one that nobody requested yet is empty', () => {
    const view = viewExecution(given(plan).state, 9);
    expect(view).toMatchObject({ workflow_id: '', status: 'new', input: null, requested_at: '', tasks: [] });
    expect(view.performance_metrics.elapsed_ms).toBe(0);
  });

  test('of one without tasks has no phase', () => {
    expect(viewExecution(given(aPlan({ tasks: {} })).commands(starts()).state, 9).current_phase).toBe('');
  });

  test('of a completed one has its output, and its time stands still', () => {
    const { state } = given(aPlan())
      .at(1_000)
      .commands(starts(), checkpoints())
      .at(4_000)
      .commands(completes('a', 42));
    expect(viewExecution(state, 99_000)).toMatchObject({
      status: 'completed',
      output: 42,
      checkpoint_id: 'checkpoint',
      completed_at: '1970-01-01T00:00:04.000Z',
      performance_metrics: { elapsed_ms: 3_000 },
    });
  });

  test('of a failed one names the error, and the task where there is one', () => {
    const error = { code: 'agent_error', message: 'it broke' };
    const { state } = given(
      aPlan({ agents: { w: 2 }, tasks: { t: { parallel: true }, late: ['t'] } }),
    ).commands(starts(), fails('t[1]'), completes('t[0]'));
    const view = viewExecution(state, 0);
    expect(view).toMatchObject({ status: 'failed', error_details: { ...error, task: 't[1]' }, output: null });
    expect(task(view, 't')).toMatchObject({ status: 'failed', error });
    expect(task(view, 'late').status).toBe('cancelled');

    const timedOut = given(aPlan())
      .commands(starts({ timeoutMs: 5 }))
      .at(5)
      .commands(fires('execution_timeout'), completes('a'));
    expect(viewExecution(timedOut.state, 5).error_details).toEqual({
      code: 'execution_timed_out',
      message: 'the execution did not end within its timeout of 0.005 s',
    });
  });

  test('never counts time backwards', () => {
    const { state } = given(plan).at(5_000).commands(starts());
    expect(viewExecution(state, 1_000).performance_metrics.elapsed_ms).toBe(0);
  });
});

describe('the word for a task', () => {
  const words = (state: ReturnType<typeof midway>['state']): readonly string[] =>
    viewExecution(state, 0).tasks.map(({ status }) => status);
  const itemWords = (state: ReturnType<typeof midway>['state']): readonly string[] =>
    viewExecution(state, 0).tasks.flatMap(({ items }) => items.map(({ status }) => status));

  test('follows it from pending to completed', () => {
    const run = given(aPlan({ tasks: { a: [], b: [], c: ['a', 'b'] } })).commands(starts());
    expect(words(run.state)).toEqual(['running', 'ready', 'pending']);
    expect(words(run.commands(completes('a')).state)).toEqual(['completed', 'running', 'pending']);
    expect(words(run.commands(completes('b'), completes('c')).state)).toEqual([
      'completed',
      'completed',
      'completed',
    ]);
  });

  test('is "ready" for a parallel task whose items are not decided', () => {
    expect(words(given(plan).commands(starts(), pauses(), completes('split', [1])).state)).toEqual([
      'completed',
      'ready',
      'pending',
    ]);
  });

  test('is "retrying" while nothing of it runs, and "ready" while it waits for a seat after a loss', () => {
    const run = given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } })).commands(starts(), fails('a'));
    expect(words(run.state)).toEqual(['retrying']);
    const lost = given(aPlan()).commands(starts(), pauses(), loses('a'));
    expect(words(lost.state)).toEqual(['ready']);
    expect(words(lost.commands(resumes()).state)).toEqual(['running']);
  });

  test('is "cancelled" for everything that will not happen any more', () => {
    const run = midway().commands(cancels());
    expect(words(run.state)).toEqual(['completed', 'running', 'pending']);
    run.commands(fails('work[2]', { code: 'agent_aborted' }), completes('work[3]'));
    expect(words(run.state)).toEqual(['completed', 'cancelled', 'cancelled']);
    expect(itemWords(run.state)).toEqual(['completed', 'cancelled', 'cancelled', 'completed']);
  });

  test('is "cancelled" for a task that was ready when the end came', () => {
    const { state } = given(aPlan({ tasks: { a: [], b: [] } })).commands(starts(), fails('a'));
    expect(words(state)).toEqual(['failed', 'cancelled']);
    const [, b] = viewExecution(state, 9_000).tasks;
    expect(b?.completed_at).toBe('1970-01-01T00:00:00.000Z');
  });

  test('is "cancelled" for an open task of which nothing is left but what was given up', () => {
    const run = given(aPlan({ agents: { w: 2 }, tasks: { a: [], b: [] } })).commands(
      starts(),
      cancels(),
      fails('a', { code: 'agent_aborted' }),
    );
    expect(words(run.state)).toEqual(['cancelled', 'running']);
  });

  test('is "failed" for an item whose time is up, until the same decision says what comes of it', () => {
    const run = given(aPlan({ tasks: { t: { parallel: true, timeoutMs: 5 } } })).commands(starts());
    run.events({ type: 'task.timed_out', task: 't', item: 0, attempt: 1, afterMs: 5 });
    expect(itemWords(run.state)).toEqual(['failed']);
  });
});
