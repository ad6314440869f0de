import { aPlan, cancels, completes, fails, fires, given, pauses, resumes, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { delayBefore, RETRY_POLICIES } from '../../../policy/retry.ts';

const error = { code: 'agent_error', message: 'it broke' };
const under = (retryPolicy: 'none' | 'fixed' | 'linear' | 'exponential_backoff') =>
  aPlan({ tasks: { a: { retryPolicy } } });

describe('the policy', () => {
  const policy = { attempts: 2, backoff: 'fixed', initialMs: 70, capMs: 70, jitter: 0 } as const;
  const retried = (until: number) =>
    ({ type: 'task.retry_scheduled', task: 'a', attempt: 1, error, until }) as const;

  test('of a document is for tasks that name none', () => {
    given(aPlan({ faultTolerance: { retryPolicy: policy } }))
      .commands(starts())
      .when(fails('a'))
      .thenHappens(retried(70));
  });

  test('of a start goes before that of the document, and that of a task before both', () => {
    given(aPlan({ faultTolerance: { retryPolicy: policy } }))
      .commands(starts({ retryPolicy: 'fixed' }))
      .when(fails('a'))
      .thenHappens(retried(1_000));
    given(aPlan({ tasks: { a: { retryPolicy: policy } }, faultTolerance: { retryPolicy: 'none' } }))
      .commands(starts({ retryPolicy: 'fixed' }))
      .when(fails('a'))
      .thenHappens(retried(70));
  });

  test('that calls a code pointless ends the task at once', () => {
    given(aPlan({ tasks: { a: { retryPolicy: { ...policy, nonRetryable: ['card_declined'] } } } }))
      .commands(starts())
      .when(fails('a', { code: 'card_declined', retry: 'wanted' }))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
  });
});

describe('a failed attempt', () => {
  test('without a policy fails its task and the execution', () => {
    given(aPlan())
      .commands(starts())
      .when(fails('a'), 40)
      .thenHappens(
        { type: 'task.failed', task: 'a', attempt: 1, error },
        { type: 'workflow.failing', task: 'a', error },
        { type: 'workflow.failed', task: 'a', error },
      )
      .thenSends({ to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } })
      .thenState(({ status }) => expect(status).toEqual({ kind: 'failed', at: 40, task: 'a', error }));
  });

  test('under a policy waits as long as the policy says, with nothing in flight', () => {
    given(under('fixed'))
      .commands(starts())
      .when(fails('a'), 40)
      .thenHappens({ type: 'task.retry_scheduled', task: 'a', attempt: 1, error, until: 1_040 })
      .thenOwes({ kind: 'arm', timer: { kind: 'retry_due', task: 'a', item: undefined }, at: 1_040 })
      .thenState(({ inFlight, retrying, counters }) => {
        expect([inFlight.size, retrying.size, counters.retries]).toEqual([0, 1, 1]);
      });
  });

  test('is followed by the next when the timer fires', () => {
    given(under('fixed'))
      .commands(starts(), fails('a'))
      .when(fires('retry_due', 'a'), 1_000)
      .thenHappens(
        { type: 'task.retry_due', task: 'a' },
        { type: 'agent.task_assigned', task: 'a', attempt: 2, assignment: 1, seat: 'workers' },
      )
      .thenState(({ retrying }) => expect(retrying.size).toBe(0))
      .when(completes('a', 'at last'))
      .thenHappens(
        { type: 'task.completed', task: 'a', attempt: 2, output: 'at last' },
        'workflow.completed',
      );
  });

  test('of an item is retried alone', () => {
    given(aPlan({ agents: { w: 2 }, tasks: { t: { parallel: true, retryPolicy: 'fixed' } } }))
      .commands(starts({ input: [1, 2] }))
      .when(fails('t[1]'))
      .thenHappens({ type: 'task.retry_scheduled', task: 't', item: 1, attempt: 1, error, until: 1_000 })
      .thenOwes({ kind: 'arm', timer: { kind: 'retry_due', task: 't', item: 1 }, at: 1_000 })
      .when(fires('retry_due', 't[0]'), 1_000)
      .thenHappens()
      .when(fires('retry_due', 't[1]'), 1_000)
      .thenHappens({ type: 'task.retry_due', task: 't', item: 1 }, 'agent.task_assigned')
      .when(completes('t[1]'))
      .thenHappens({ type: 'task.completed', task: 't', item: 1, attempt: 2, output: null });
  });

  test.each(['fixed', 'linear', 'exponential_backoff'] as const)(
    'under "%s" is tried five times in all',
    (name) => {
      const run = given(under(name)).commands(starts());
      let now = 0;
      for (let attempt = 1; attempt < 5; attempt++) {
        const until = now + delayBefore(RETRY_POLICIES[name], attempt + 1, 'execution/a#1.1');
        run.when(fails('a')).thenHappens({ type: 'task.retry_scheduled', task: 'a', attempt, error, until });
        now = until;
        run.at(now).commands(fires('retry_due', 'a'));
      }
      run
        .when(fails('a'))
        .thenHappens(
          { type: 'task.failed', task: 'a', attempt: 5, error },
          'workflow.failing',
          'workflow.failed',
        )
        .thenState(({ counters }) =>
          expect(counters).toMatchObject({ turns: 5, retries: 4, failedTasks: 1 }),
        );
    },
  );

  test('under "none" is final even where the start names another policy', () => {
    given(under('none'))
      .commands(starts({ retryPolicy: 'fixed' }))
      .when(fails('a'))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('of a task that names no policy follows that of the start', () => {
    given(aPlan())
      .commands(starts({ retryPolicy: 'fixed' }))
      .when(fails('a'))
      .thenHappens('task.retry_scheduled');
  });

  test('of a task that names a policy does not follow that of the start', () => {
    given(under('fixed'))
      .commands(starts({ retryPolicy: 'linear' }))
      .when(fails('a'))
      .thenHappens({ type: 'task.retry_scheduled', task: 'a', attempt: 1, error, until: 1_000 });
  });
});

describe('the word of an agent', () => {
  test('"never" ends the task under any policy', () => {
    given(under('exponential_backoff'))
      .commands(starts())
      .when(fails('a', { retry: 'never' }))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('"wanted" backs off exponentially where no policy is named', () => {
    const wanted = { ...error, retry: 'wanted' } as const;
    const delay = delayBefore(RETRY_POLICIES.exponential_backoff, 2, 'execution/a#1.1');
    given(aPlan())
      .commands(starts())
      .when(fails('a', wanted))
      .thenHappens({ type: 'task.retry_scheduled', task: 'a', attempt: 1, error: wanted, until: delay });
  });
});

describe('a retry timer', () => {
  test('that fires too early means nothing', () => {
    given(under('fixed')).commands(starts(), fails('a')).when(fires('retry_due', 'a'), 999).thenHappens();
  });

  test('that fires twice means something once', () => {
    given(under('fixed'))
      .commands(starts(), fails('a'))
      .at(1_000)
      .commands(fires('retry_due', 'a'))
      .when(fires('retry_due', 'a'))
      .thenHappens();
  });

  test.each([fires('retry_due', 'nothing'), fires('retry_due', 'a[4]'), fires('retry_due')])(
    'of what does not exist means nothing: %o',
    (timer) => {
      given(under('fixed')).commands(starts(), fails('a')).when(timer, 1_000).thenHappens();
    },
  );

  test('that fires while the execution is paused makes the task ready, and it starts when resumed', () => {
    given(under('fixed'))
      .commands(starts(), fails('a'), pauses())
      .when(fires('retry_due', 'a'), 1_000)
      .thenHappens({ type: 'task.retry_due', task: 'a' })
      .when(resumes())
      .thenHappens('workflow.resumed', 'agent.task_assigned');
  });

  test('is disarmed when the end begins, and means nothing if it fires all the same', () => {
    given(aPlan({ agents: { w: 2 }, tasks: { a: { retryPolicy: 'fixed' }, b: [] } }))
      .commands(starts(), fails('a'))
      .when(cancels('enough'), 500)
      .thenOwes(
        { kind: 'disarm', timer: { kind: 'retry_due', task: 'a', item: undefined } },
        { kind: 'cancel_agent', task: 'b', item: undefined, attempt: 1, assignment: 1, reason: 'enough' },
        { kind: 'arm', timer: { kind: 'cancel_deadline' }, at: 10_500 },
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
      )
      .when(fires('retry_due', 'a'), 1_000)
      .thenHappens();
  });
});
