/** Tasks that need an event, and events that agents and the outside publish. */
import {
  aComputed,
  aPlan,
  cancels,
  cancelsTask,
  completes,
  type DefinitionSketch,
  fails,
  failsByHand,
  fires,
  type Given,
  given,
  pauses,
  publishes,
  resumes,
  signals,
  skipsByHand,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../json.ts';
import type { ExecutionCommand } from '../commands.ts';
import { itemInput } from '../input.ts';
import { executionLaw } from '../law.ts';
import { forecast } from '../look/forecast.ts';
import { violations } from '../look/invariants.ts';
import { viewExecution } from '../look/view.ts';
import { why } from '../look/why/why.ts';
import { type ExecutionState, MAX_EVENTS } from '../state.ts';

const flow = (tasks: NonNullable<DefinitionSketch['tasks']>, more: Partial<DefinitionSketch> = {}): Given =>
  given(
    aPlan({
      agents: { workers: 9 },
      coordination: { type: 'hybrid', eventDriven: ['orders', 'news'], graphBased: [] },
      tasks,
      ...more,
    }),
  ).commands(starts({ input: 'input' }));
const orders = { topic: 'orders', isSkipped: false } as const;
const large = aComputed<boolean>(({ event }) => (event as number) > 10);
const published = (id: string, data: Json = null, topic = 'orders') =>
  ({ type: 'event.published', topic, id, data, by: 'ann' }) as const;
const consumed = (id: string, ...tasks: readonly string[]) =>
  ({ type: 'event.consumed', tasks, topic: 'orders', id }) as const;
const publishing = (event: string, data: Json = null) => ({
  directives: [{ kind: 'publish', event, data } as const],
});

describe('a task that needs an event', () => {
  test('waits for it once its dependencies are met, and works on it', () => {
    flow({ a: { on: orders }, b: { dependsOn: ['a'], on: orders } })
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        { type: 'task.listening', task: 'a', topic: 'orders' },
      )
      .when(publishes('orders', { total: 5 }, 'e1'))
      .thenHappens(
        published('e1', { total: 5 }),
        consumed('e1', 'a'),
        { type: 'task.opened', task: 'a' },
        'agent.task_assigned',
      );
  });

  test('has one that came early', () => {
    flow({ a: [], b: { dependsOn: ['a'], on: orders } })
      .when(publishes('orders', 7, 'e1'))
      .thenHappens(published('e1', 7))
      .when(completes('a'))
      .thenHappens('task.completed', consumed('e1', 'b'), 'task.opened', 'agent.task_assigned');
  });

  test('sees it in its condition and in its input', () => {
    const input = aComputed<Json>(({ event, input: whole }) => [event, whole] as Json);
    flow({ a: { on: orders, when: large, input }, b: { on: orders, when: large } })
      .when(publishes('orders', 11))
      .thenHappens(
        'event.published',
        consumed('event', 'a', 'b'),
        { type: 'task.opened', task: 'a', input: [11, 'input'] },
        { type: 'task.opened', task: 'b' },
        'agent.task_assigned',
        'agent.task_assigned',
      );
    flow({ a: { on: orders, when: large } })
      .when(publishes('orders', 9))
      .thenHappens(
        'event.published',
        'event.consumed',
        { type: 'task.skipped', task: 'a' },
        'workflow.completed',
      );
  });

  test('passes over what it does not want, and one event is for all who want it', () => {
    const wanting = { ...orders, when: large };
    flow({ a: { on: wanting }, b: { on: orders }, c: { on: wanting } })
      .when(publishes('orders', 5, 'e1'))
      .thenHappens('event.published', consumed('e1', 'b'), 'task.opened', 'agent.task_assigned')
      .when(publishes('orders', 50, 'e2'))
      .thenHappens(
        'event.published',
        consumed('e2', 'a', 'c'),
        'task.opened',
        'task.opened',
        'agent.task_assigned',
        'agent.task_assigned',
      );
  });

  test('has the first that is kept and that it wants', () => {
    const run = flow({ a: [], b: { dependsOn: ['a'], on: { ...orders, when: large } } });
    run
      .commands(publishes('news', 20, 'e0'), publishes('orders', 5, 'e1'), publishes('orders', 20, 'e2'))
      .when(completes('a'))
      .thenHappens('task.completed', consumed('e2', 'b'), 'task.opened', 'agent.task_assigned')
      .thenState(({ mail }) => expect(mail.events).toEqual([]));
  });

  test('needs a later one when it is entered again', () => {
    flow({
      a: { on: orders },
      b: { dependsOn: ['a'], onFailure: { kind: 'goto', task: 'a', maxTimes: 1 } },
    })
      .commands(publishes('orders', 1, 'e1'), completes('a'))
      .when(fails('b', { retry: 'never' }))
      .thenHappens('task.failed', 'task.reentered', 'task.listening')
      .when(publishes('orders', 2, 'e2'))
      .thenHappens('event.published', 'event.consumed', 'task.opened', 'agent.task_assigned');
  });

  test('is asked after its join with a condition', () => {
    const join = { kind: 'when', condition: aComputed<boolean>(() => true) } as const;
    flow({ a: [], b: { dependsOn: ['a'], join, on: orders } })
      .commands(publishes('orders', 1, 'e1'))
      .when(completes('a'))
      .thenHappens('task.completed', 'event.consumed', 'task.opened', 'agent.task_assigned');
  });

  test('fails when none comes in time', () => {
    flow({ a: { on: { ...orders, timeoutMs: 60_000 } }, b: [] })
      .when(fires('listen_due', 'a'), 59_999)
      .thenHappens()
      .when(fires('listen_due', 'a'), 60_000)
      .thenHappens(
        {
          type: 'task.failed',
          task: 'a',
          attempt: 0,
          error: {
            code: 'wait_timed_out',
            message: 'no event on orders that it wants came within 1 min',
            retry: 'never',
          },
        },
        'workflow.failing',
      );
  });

  test('is skipped when none comes in time, if it says so', () => {
    flow({ a: { on: { ...orders, timeoutMs: 60_000, isSkipped: true } }, b: [], c: ['a'] })
      .when(fires('listen_due', 'a'), 60_000)
      .thenHappens(
        { type: 'task.skipped', task: 'a', topic: 'orders' },
        { type: 'task.skipped', task: 'c', dependency: 'a' },
      )
      .when(fires('listen_due', 'a'))
      .thenHappens()
      .thenState((state) =>
        expect(why(state, 0).map(({ sentence }) => sentence)).toContain(
          'a was skipped; no event on orders came that it wants.',
        ),
      );
  });

  test('is skipped when nothing else is left to do, if it says so', () => {
    const skip = { ...orders, isSkipped: true };
    flow({ a: { on: skip }, b: [], c: { on: skip } })
      .when(completes('b'))
      .thenHappens(
        'task.completed',
        { type: 'task.skipped', task: 'a', topic: 'orders' },
        { type: 'task.skipped', task: 'c', topic: 'orders' },
        'workflow.completed',
      );
    flow({ a: { on: skip }, b: [], c: { on: orders } })
      .when(completes('b'))
      .thenHappens('task.completed');
  });

  test('waits while the execution is paused, and takes what comes', () => {
    flow({ a: { on: orders } })
      .commands(pauses())
      .when(publishes('orders'))
      .thenHappens('event.published', 'event.consumed')
      .when(resumes())
      .thenHappens('workflow.resumed', 'task.opened', 'agent.task_assigned');
  });

  test('is cancelled, skipped and given up like any other', () => {
    const until = { ...orders, timeoutMs: 60_000 };
    flow({ a: { on: until }, b: [] })
      .when(cancelsTask('a'))
      .thenHappens('task.cancelling')
      .thenOwes({ kind: 'disarm', timer: { kind: 'listen_due', task: 'a' } })
      .when(fires('listen_due', 'a'), 60_000)
      .thenHappens();
    flow({ a: { on: until } })
      .when(skipsByHand('a'))
      .thenHappens('task.overridden', 'workflow.completed');
    flow({ a: { on: until }, b: [] })
      .commands(cancels())
      .when(fires('listen_due', 'a'), 60_000)
      .thenHappens('task.cancelled', 'workflow.cancelled')
      .thenState((state) => expect(viewExecution(state, 0).tasks[0]?.status).toBe('cancelled'));
  });

  test('is seen as waiting, and expected to take what it takes', () => {
    flow({ a: { on: orders, estimate: { durationMs: 50 } } }).thenState((state) => {
      expect(viewExecution(state, 0).tasks[0]?.status).toBe('waiting');
      expect(forecast(state, 0)?.finishAt).toBe(50);
    });
  });
});

describe('an event', () => {
  test('again is answered like the first, and nothing happens', () => {
    flow({ a: { on: orders }, b: { on: orders, dependsOn: ['a'] } })
      .commands(publishes('orders', 1, 'e1'))
      .when(publishes('orders', 2, 'e1'))
      .thenHappens();
  });

  test('of a topic that is not declared is refused', () => {
    flow({ a: { on: orders } })
      .when(publishes('order'))
      .thenRejected('topic_unknown', 'the workflow has no topic order; it declares orders, news');
    given(aPlan())
      .commands(starts())
      .when(publishes('orders'))
      .thenRejected('topic_unknown', 'it declares none');
  });

  test('that no task needs any more is published and not kept', () => {
    flow({ a: { on: orders }, b: [] })
      .commands(publishes('orders', 1, 'e1'), completes('a'))
      .when(publishes('orders', 2, 'e2'))
      .thenHappens('event.published')
      .thenState(({ mail }) => expect(mail.events).toEqual([]));
  });

  test('is refused at the end', () => {
    flow({ a: { on: orders }, b: [] })
      .commands(cancels())
      .when(publishes('orders'))
      .thenRejected('not_running')
      .commands(fails('b', { code: 'agent_aborted' }))
      .when(publishes('orders'))
      .thenRejected('already_ended');
  });

  test('is refused where too many are kept, and an agent that publishes one fails', () => {
    const { state } = flow({ a: [], b: { dependsOn: ['a'], on: orders } });
    for (let n = 0; n < MAX_EVENTS; n++) state.mail.events.push({ ...published(`e${n}`), sequence: n });
    expect(executionLaw.decide(state, publishes('orders'), 0)).toMatchObject({ code: 'mail_full' });
    const answer = completes('a', null, publishing('orders')) as (state: ExecutionState) => ExecutionCommand;
    expect(executionLaw.decide(state, answer(state), 0)).toMatchObject({
      events: [{ type: 'task.failed', error: { code: 'mail_full' } }, { type: 'workflow.failing' }],
    });
  });

  test('is published by an agent, with its answer', () => {
    flow({ a: [], b: { on: orders } })
      .when(completes('a', 'done', publishing('orders', { total: 5 })))
      .thenHappens(
        {
          type: 'event.published',
          topic: 'orders',
          id: 'execution/a#1.1/1',
          data: { total: 5 },
          by: 'a',
        },
        consumed('execution/a#1.1/1', 'b'),
        { type: 'task.completed', task: 'a', attempt: 1, output: 'done' },
        'task.opened',
        'agent.task_assigned',
      );
  });

  test('is published by an agent more than once, and each task has one', () => {
    const twice = { directives: [1, 2].map((data) => ({ kind: 'publish', event: 'orders', data }) as const) };
    flow({
      a: [],
      b: { on: orders },
      c: { on: { ...orders, when: aComputed<boolean>(({ event }) => event === 2) } },
    })
      .when(completes('a', 'done', twice))
      .thenHappens(
        'event.published',
        consumed('execution/a#1.1/1', 'b'),
        'event.published',
        consumed('execution/a#1.1/2', 'c'),
        'task.completed',
        'task.opened',
        'task.opened',
        'agent.task_assigned',
        'agent.task_assigned',
      );
  });

  test('that an agent may not publish fails its turn', () => {
    flow({ a: [], b: { on: orders } })
      .when(completes('a', null, publishing('gossip')))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
  });
});

describe('of the tasks that share a choice', () => {
  const minute = { kind: 'for', forMs: 60_000 } as const;
  const more = { signals: [{ name: 'paid', isBuffered: true }] };
  const lost = (by: string, ...tasks: readonly string[]) =>
    ({ type: 'task.cancelling', tasks, by, reason: `${by} came first in the choice first` }) as const;

  test('the first whose event comes goes on, and the others are cancelled', () => {
    flow(
      {
        timer: { wait: minute, choice: 'first' },
        payment: { wait: { kind: 'signal', signal: 'paid' }, choice: 'first' },
        order: { on: orders, choice: 'first' },
      },
      more,
    )
      .when(signals('paid', 5))
      .thenHappens(
        'signal.received',
        'signal.consumed',
        'task.completed',
        lost('payment', 'timer', 'order'),
        'workflow.completed',
      );
  });

  test('a timer may come first, or an event', () => {
    const tasks = { timer: { wait: minute, choice: 'first' }, order: { on: orders, choice: 'first' } };
    flow(tasks)
      .when(fires('wait_due', 'timer'), 60_000)
      .thenHappens('task.completed', lost('timer', 'order'), 'workflow.completed');
    flow(tasks)
      .when(publishes('orders'))
      .thenHappens(
        'event.published',
        'event.consumed',
        lost('order', 'timer'),
        'task.opened',
        'agent.task_assigned',
      )
      .when(fires('wait_due', 'timer'), 60_000)
      .thenHappens();
  });

  test('one event is for one of them', () => {
    flow({ a: { on: orders, choice: 'first' }, b: { on: orders, choice: 'first' }, c: { on: orders } })
      .when(publishes('orders', null, 'e1'))
      .thenHappens(
        'event.published',
        consumed('e1', 'a', 'c'),
        lost('a', 'b'),
        'task.opened',
        'task.opened',
        'agent.task_assigned',
        'agent.task_assigned',
      );
  });

  test('one that has not begun is cancelled, too, and one that is over stays', () => {
    flow({
      a: [],
      timer: { dependsOn: ['a'], wait: minute, choice: 'first' },
      order: { on: orders, choice: 'first' },
    })
      .when(publishes('orders'))
      .thenHappens(
        'event.published',
        'event.consumed',
        lost('order', 'timer'),
        'task.opened',
        'agent.task_assigned',
      )
      .when(completes('order'))
      .thenHappens('task.completed');
    flow({
      a: { wait: minute, choice: 'first' },
      b: { wait: minute, choice: 'first', when: aComputed<boolean>(() => false) },
    })
      .when(fires('wait_due', 'a'), 60_000)
      .thenHappens('task.completed', 'workflow.completed');
  });
});

test('a task that nothing comes before works on what its event says', () => {
  const { state } = flow({ a: { on: orders } }).commands(publishes('orders', { total: 5 }, 'e1'));
  expect(itemInput(state, 0, undefined)).toEqual({ total: 5 });
});

test('an operator fails a task that waits for its event: it listens no more', () => {
  flow({ a: { on: { ...orders, timeoutMs: 60_000 } } })
    .when(failsByHand('a'))
    .thenHappens('task.overridden', 'task.failed', 'workflow.failing', 'workflow.failed')
    .thenState(({ listening }) => expect(listening.size).toBe(0));
});

test('a task that listens and is in no set is named', () => {
  const { state } = flow({ a: { on: orders } });
  state.listening.clear();
  expect(violations(state)).toContain('X2: a is listening and wrongly listening');
});
