import { aPlan, completes, fails, fires, given, loses, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';

const retried = aPlan({ agents: { w: 2 }, tasks: { a: { retryPolicy: 'fixed' }, t: { parallel: true } } });
const givenBegun = () => given(retried).commands(starts({ input: ['x', 'y'] }));

describe('an answer', () => {
  test('counts once', () => {
    givenBegun()
      .commands(completes('a', 1))
      .when(completes('a', 2, { attempt: 1, assignment: 1 }))
      .thenRejected('stale_result', 'attempt 1 of a does not count any more')
      .when(fails('a', {}, { attempt: 1, assignment: 1 }))
      .thenRejected('stale_result');
  });

  test('of an earlier attempt does not count', () => {
    givenBegun()
      .commands(fails('a'))
      .when(completes('a', 1))
      .thenRejected('stale_result')
      .at(1_000)
      .commands(fires('retry_due', 'a'), completes('t[0]'))
      .when(completes('a', 1, { attempt: 1 }))
      .thenRejected('stale_result')
      .when(completes('a', 1, { attempt: 2 }))
      .thenHappens({ type: 'task.completed', task: 'a', attempt: 2, output: 1 });
  });

  test('of an attempt or assignment that was never given does not count', () => {
    givenBegun()
      .when(completes('a', 1, { attempt: 2 }))
      .thenRejected('stale_result');
    givenBegun()
      .when(completes('a', 1, { assignment: 2 }))
      .thenRejected('stale_result');
    givenBegun()
      .when(loses('a', { assignment: 7 }))
      .thenRejected('stale_result');
  });

  test('for a task that has not started does not count', () => {
    given(aPlan({ tasks: { a: [], b: ['a'] } }))
      .commands(starts())
      .when(completes('b'))
      .thenRejected('stale_result', 'attempt 1 of b does not count any more');
  });

  test('for an item that waits for a seat does not count', () => {
    givenBegun()
      .when(completes('t[1]', 1, { attempt: 1, assignment: 1 }))
      .thenRejected('stale_result', 'attempt 1 of t[1] does not count any more');
  });

  test.each(['nothing', 'nothing[0]', 't[9]'])('for %s, which does not exist, does not count', (place) => {
    givenBegun().when(completes(place)).thenRejected('stale_result');
  });

  test('for a whole parallel task, or for an item of a plain one, does not count', () => {
    const which = { attempt: 1, assignment: 1 };
    givenBegun()
      .when(completes('t', 1, which))
      .thenRejected('stale_result');
    givenBegun()
      .when(completes('a[0]', 1, which))
      .thenRejected('stale_result');
  });

  test('brings what it used, and all uses add up', () => {
    givenBegun()
      .when(completes('a', 1, { usage: { tokens: 120, cost: 0.25 } }))
      .thenHappens(
        { type: 'task.completed', task: 'a', attempt: 1, output: 1, usage: { tokens: 120, cost: 0.25 } },
        'agent.task_assigned',
      )
      .commands(completes('t[0]', 1, { usage: { tokens: 3 } }), completes('t[1]', 1, { usage: { cost: 1 } }))
      .thenState(({ counters }) => expect(counters).toMatchObject({ tokens: 123, cost: 1.25 }));
  });

  test('ends the time its agent worked; the time before was spent in the queue', () => {
    given(aPlan({ tasks: { a: [], b: [] } }))
      .commands(starts())
      .at(300)
      .commands(completes('a'))
      .at(350)
      .commands(completes('b'))
      .thenState(({ counters }) => expect(counters).toMatchObject({ queueMs: 300, agentMs: 350, turns: 2 }));
  });
});
