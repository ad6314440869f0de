import {
  aPlan,
  cancels,
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
import { CONTINUE } from '../../law.ts';

const plan = aPlan({ agents: { writers: 2, editors: 1 }, tasks: { a: [], b: ['a'] } });

describe('a start', () => {
  test('is one step from the request to the first assignment', () => {
    given(plan)
      .when(starts({ input: { question: 'why?' }, timeoutMs: 60_000 }), 1_000)
      .thenHappens(
        {
          type: 'workflow.requested',
          workflow: { id: 'workflow', name: 'test', version: '1.0.0', digest: 'digest' },
          pattern: 'supervisor',
          input: { question: 'why?' },
          timeoutMs: 60_000,
        },
        { type: 'workflow.planned', tasks: 2, estimatedMs: 20_000 },
        { type: 'workflow.agents_allocated', seats: 3 },
        { type: 'workflow.execution_started', estimatedMs: 20_000 },
        { type: 'agent.task_assigned', task: 'a', attempt: 1, assignment: 1, seat: 'writers-1' },
      )
      .thenOwes(
        { kind: 'arm', timer: { kind: 'execution_timeout' }, at: 61_000 },
        {
          kind: 'dispatch',
          task: 'a',
          item: undefined,
          attempt: 1,
          assignment: 1,
          seat: 'writers-1',
          sequence: 5,
        },
      )
      .thenSends()
      .thenIs('running');
  });

  test('pins the workflow, the input and the retry policy of the request', () => {
    given(plan)
      .when(starts({ input: [1], retryPolicy: 'linear' }), 5)
      .thenState(({ request, startedAt }) => {
        expect(request).toMatchObject({ input: [1], retryPolicy: 'linear', at: 5, timeoutMs: 3_600_000 });
        expect(startedAt).toBe(5);
      });
  });

  test('happens once', () => {
    given(plan)
      .commands(starts())
      .when(starts())
      .thenRejected('already_started', 'execution execution exists already');
  });

  test('of a workflow without tasks is its end, and gives back what it held', () => {
    given(aPlan({ tasks: {} }))
      .when(starts())
      .thenHappens(
        'workflow.requested',
        { type: 'workflow.planned', tasks: 0, estimatedMs: 0 },
        'workflow.agents_allocated',
        'workflow.execution_started',
        { type: 'workflow.completed' },
      )
      .thenSends({ to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } })
      .thenIs('completed');
  });
});

describe('before its start an execution', () => {
  test.each([
    ['an answer', completes('a')],
    ['a failure', fails('a')],
    ['a loss', loses('a')],
    ['a pause', pauses()],
    ['a resume', resumes()],
    ['a cancel', cancels()],
  ])('does not exist for %s', (_, told) => {
    given(plan)
      .when(told)
      .thenRejected('execution_not_found', 'execution execution does not exist')
      .thenIs('new');
  });

  test.each([
    fires('execution_timeout'),
    fires('attempt_timeout', 'a'),
    fires('retry_due', 'a'),
    fires('cancel_deadline'),
  ])('has nothing to do when a timer fires: %o', (timer) => {
    given(plan).when(timer).thenHappens().thenIs('new');
  });

  test('owes nothing, and nothing follows', () => {
    given(plan).when(CONTINUE).thenHappens().thenOwes();
  });
});

describe('an execution that was read back in the middle of its start', () => {
  const requested = given(plan).commands(starts()).log[0];
  if (requested === undefined) throw new Error('a start is a request first');

  test('goes on from the request', () => {
    given(plan)
      .events(requested)
      .when(CONTINUE)
      .thenHappens(
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        'agent.task_assigned',
      );
  });

  test('goes on from the plan', () => {
    given(plan)
      .events(requested, { type: 'workflow.planned', tasks: 2, estimatedMs: 20_000 })
      .thenIs('allocating')
      .when(CONTINUE)
      .thenHappens('workflow.agents_allocated', 'workflow.execution_started', 'agent.task_assigned');
  });

  test('is past its timeout only once it runs', () => {
    given(plan)
      .events(requested)
      .when(fires('execution_timeout'), 3_600_000)
      .thenHappens(
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        'agent.task_assigned',
      );
  });
});
