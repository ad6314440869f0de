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
import type { ExecutionEvent } from '../events.ts';
import { type PublishedEvent, publish } from './published.ts';

const plan = aPlan({
  agents: { lead: { count: 1, type: 'lead_agent' }, researchers: { count: 2, type: 'research_agent' } },
  tasks: {
    decompose: { agent: 'lead', timeoutMs: 2_600 },
    research: { agent: 'researchers', dependsOn: ['decompose'], parallel: true },
  },
});
const workflow = { id: 'workflow-id', name: 'test', version: '1.0.0', digest: 'digest' };
const at = Date.parse('2026-03-04T05:06:07.089Z');

const publishes = (event: ExecutionEvent): PublishedEvent =>
  publish({ executionId: 'execution-id', sequence: 7, at, actor: 'engine', event }, workflow, plan);

/** What every event carries, next to its own fields. */
const common = {
  workflow_id: 'workflow-id',
  execution_id: 'execution-id',
  sequence: 7,
  timestamp: '2026-03-04T05:06:07.089Z',
  actor: 'engine',
};

describe('events of the specification carry its fields, every one', () => {
  test('workflow.execution_started', () => {
    expect(publishes({ type: 'workflow.execution_started' })).toEqual({
      event: 'workflow.execution_started',
      ...common,
      orchestration_pattern: 'supervisor',
      estimated_duration: 13,
      allocated_agents: [
        { agent_id: 'lead', type: 'lead_agent' },
        { agent_id: 'researchers-1', type: 'research_agent' },
        { agent_id: 'researchers-2', type: 'research_agent' },
      ],
    });
    // What was planned then counts, not what a reader would plan now.
    const planned = publishes({ type: 'workflow.execution_started', estimatedMs: 3_100 });
    expect(planned.estimated_duration).toBe(3);
  });

  test('agent.task_assigned', () => {
    expect(
      publishes({
        type: 'agent.task_assigned',
        task: 'research',
        item: 1,
        attempt: 2,
        assignment: 3,
        seat: 'researchers-2',
      }),
    ).toEqual({
      event: 'agent.task_assigned',
      ...common,
      agent_id: 'researchers-2',
      task_id: 'research[1]',
      dependencies: ['decompose'],
      estimated_duration: 10,
      attempt: 2,
      assignment: 3,
    });
    expect(
      publishes({ type: 'agent.task_assigned', task: 'decompose', attempt: 1, assignment: 1, seat: 'lead' }),
    ).toMatchObject({ task_id: 'decompose', dependencies: [], estimated_duration: 3 });
  });

  test('agent.task_assigned, the same for readers who know other past runs', () => {
    const event = {
      type: 'agent.task_assigned',
      task: 'decompose',
      attempt: 1,
      assignment: 1,
      seat: 'lead',
    } as const;
    const stored = { executionId: 'execution-id', sequence: 7, at, actor: 'engine', event };
    const informed = createPlan(plan.definition, new Map([['decompose', { medianMs: 99_000, samples: 1 }]]));
    expect(publish(stored, workflow, informed)).toEqual(publish(stored, workflow, plan));
  });

  test('workflow.checkpoint_created', () => {
    const recovery = {
      in_flight: [],
      redispatch: 0,
      ready: 1,
      retrying: 0,
      resume: 'cantata resume execution-id',
    };
    expect(
      publishes({
        type: 'workflow.checkpoint_created',
        checkpoint: 'checkpoint-id',
        cause: 'pause',
        recovery,
      }),
    ).toEqual({
      event: 'workflow.checkpoint_created',
      ...common,
      checkpoint_id: 'checkpoint-id',
      state_snapshot: { execution_id: 'execution-id', checkpoint_id: 'checkpoint-id' },
      recovery_instructions: recovery,
      cause: 'pause',
    });
  });
});

describe('the other events speak the same language', () => {
  const error = { code: 'agent_error', message: 'it broke' };
  const table: readonly (readonly [event: ExecutionEvent, fields: object])[] = [
    [
      { type: 'workflow.requested', workflow, pattern: 'supervisor', input: { q: 1 }, timeoutMs: 5 },
      { name: 'test', version: '1.0.0', input_data: { q: 1 } },
    ],
    [
      { type: 'workflow.planned', tasks: 2, estimatedMs: 12_600 },
      { tasks: 2, estimated_duration: 13 },
    ],
    [{ type: 'workflow.agents_allocated', seats: 3 }, { seats: 3 }],
    [{ type: 'workflow.completed' }, {}],
    [{ type: 'workflow.cancelled', reason: 'enough' }, { reason: 'enough' }],
    [{ type: 'workflow.failed', error }, { error }],
    [
      { type: 'workflow.failed', error, task: 'research', item: 0 },
      { error, task_id: 'research[0]' },
    ],
    [
      { type: 'task.opened', task: 'research', items: 4 },
      { task_id: 'research', items: 4 },
    ],
    [
      { type: 'task.completed', task: 'research', item: 2, attempt: 1, output: 'x', usage: { tokens: 3 } },
      { task_id: 'research[2]', attempt: 1, output: 'x', usage: { tokens: 3 } },
    ],
    [
      { type: 'task.retry_scheduled', task: 'decompose', attempt: 1, error, until: 99 },
      { task_id: 'decompose', attempt: 1, error, until: 99 },
    ],
    [
      { type: 'agent.lost', task: 'decompose', attempt: 1, seat: 'lead', reason: 'gone' },
      { task_id: 'decompose', attempt: 1, seat: 'lead', reason: 'gone' },
    ],
  ];

  test.each(table)('%o', (event, fields) => {
    expect(publishes(event)).toStrictEqual({ event: event.type, ...common, ...fields });
  });

  test('and every event of a whole life can be published as JSON', () => {
    const tasks = { a: { retryPolicy: 'fixed', timeoutMs: 50, priority: 1 }, t: { parallel: true } } as const;
    const run = given(aPlan({ agents: { w: 2 }, tasks }))
      .commands(
        starts({ input: [1, 2] }),
        checkpoints(),
        pauses('lunch'),
        resumes(),
        loses('t[0]'),
        fails('a'),
      )
      .at(1_000)
      .commands(fires('retry_due', 'a'), completes('t[0]', 'x'))
      .at(1_050)
      .commands(fires('attempt_timeout', 'a'), cancels(), fails('t[1]', { code: 'agent_aborted' }));
    for (const [n, event] of run.log.entries()) {
      const published = publish(
        { executionId: 'execution', sequence: n + 1, at, actor: 'engine', event },
        workflow,
        run.state.plan,
      );
      expect(published).toMatchObject({ event: event.type, sequence: n + 1 });
      expect(published).not.toHaveProperty('type');
      expect(published).not.toHaveProperty('item');
      expect(JSON.parse(JSON.stringify(published))).toEqual(published);
    }
    expect(new Set(run.log.map(({ type }) => type)).size).toBe(17);
  });
});
