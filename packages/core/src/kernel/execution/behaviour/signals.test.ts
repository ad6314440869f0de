/** Tasks that wait for what the outside tells an execution. */
import {
  aComputed,
  aPlan,
  aSchema,
  cancels,
  completes,
  type DefinitionSketch,
  fails,
  fires,
  type Given,
  given,
  pauses,
  signals,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import type { SignalDefinition } from '../../../plan/definition.ts';
import { executionLaw } from '../law.ts';
import { forecast } from '../look/forecast.ts';
import { MAX_REMEMBERED, MAX_SIGNALS } from '../state.ts';

const PAID: SignalDefinition = { name: 'paid', isBuffered: true };
const flow = (
  tasks: NonNullable<DefinitionSketch['tasks']>,
  declared: readonly SignalDefinition[] = [PAID],
): Given => given(aPlan({ tasks, signals: declared })).commands(starts());
const paid = { kind: 'signal', signal: 'paid' } as const;
const over = (when: (event: { readonly amount: number }) => boolean) =>
  aComputed<boolean>(({ event }) => when(event as { amount: number }));
const received = (id: string, data: unknown = null) =>
  ({ type: 'signal.received', signal: 'paid', id, data, by: 'ann' }) as never;

describe('a signal', () => {
  test('is consumed by the task that waits for it, in one step', () => {
    flow({ a: { wait: paid }, b: ['a'] })
      .when(signals('paid', { amount: 5 }, 's1'))
      .thenHappens(
        received('s1', { amount: 5 }),
        { type: 'signal.consumed', task: 'a', attempt: 1, signal: 'paid', id: 's1' },
        { type: 'task.completed', task: 'a', attempt: 1, output: { amount: 5 } },
        'agent.task_assigned',
      );
  });

  test('is consumed once, by the task that waited longest', () => {
    flow({ a: { wait: paid }, b: { wait: paid } })
      .commands(signals('paid', 1, 's1'))
      .thenState(({ tasks }) => expect(tasks.map(({ status }) => status)).toEqual(['completed', 'open']))
      .when(signals('paid', 2, 's2'))
      .thenHappens('signal.received', 'signal.consumed', 'task.completed', 'workflow.completed');
  });

  test('is asked of those alone that wait for one like it, however many wait', () => {
    let asked = 0;
    const never = aComputed<boolean>(() => {
      asked += 1;
      return false;
    });
    const forEach = aComputed(() => Array.from({ length: 50 }, (_, index) => index));
    flow(
      {
        a: { parallel: true, forEach, wait: { kind: 'signal', signal: 'other', when: never } },
        b: { wait: paid },
      },
      [PAID, { name: 'other', isBuffered: false }],
    )
      .commands(signals('paid', 1, 's1'))
      .thenState(({ tasks, waitingFor }) => {
        expect(tasks.map(({ status }) => status)).toEqual(['open', 'completed']);
        expect([...waitingFor.keys()]).toEqual(['other']);
        expect(asked).toBe(0);
      })
      .when(signals('other', 1, 's2'))
      .thenRejected('signal_unheard')
      .thenState(() => expect(asked).toBe(50));
  });

  test('that comes early is kept, and consumed when a task begins to wait', () => {
    flow({ a: [], b: { dependsOn: ['a'], wait: paid } })
      .when(signals('paid', 'early', 's1'))
      .thenHappens(received('s1', 'early'))
      .when(completes('a'))
      .thenHappens(
        'task.completed',
        { type: 'task.waiting', task: 'b', attempt: 1, on: { kind: 'signal', signal: 'paid' } },
        { type: 'signal.consumed', task: 'b', attempt: 1, signal: 'paid', id: 's1' },
        { type: 'task.completed', task: 'b', attempt: 1, output: 'early' },
        'workflow.completed',
      );
  });

  test('is consumed by who wants it, and passed over by who does not', () => {
    const large = { wait: { ...paid, when: over(({ amount }) => amount > 10) } };
    flow({ a: large, b: { wait: paid } })
      .commands(signals('paid', { amount: 5 }, 's1'))
      .thenState(({ tasks }) => expect(tasks.map(({ status }) => status)).toEqual(['open', 'completed']))
      .when(signals('paid', { amount: 7 }, 's2'))
      .thenHappens('signal.received')
      .when(signals('paid', { amount: 70 }, 's3'))
      .thenHappens('signal.received', 'signal.consumed', 'task.completed', 'workflow.completed');
  });

  test('is not wanted where the condition has no value for it', () => {
    const broken = aComputed<boolean>(() => {
      throw new CantataError('expression_failed', 'no such thing');
    });
    flow({ a: { wait: { ...paid, when: broken } } })
      .when(signals('paid', 1, 's1'))
      .thenHappens('signal.received');
  });

  test('finds the item that wants it', () => {
    const own = aComputed<boolean>(({ event, item }) => event === item);
    given(aPlan({ signals: [PAID], tasks: { a: { parallel: true, wait: { ...paid, when: own } } } }))
      .commands(starts({ input: ['x', 'y'] }))
      .when(signals('paid', 'y', 's1'))
      .thenHappens(
        'signal.received',
        { type: 'signal.consumed', task: 'a', item: 1, attempt: 1, signal: 'paid', id: 's1' },
        'task.completed',
      );
  });

  test('again is answered like the first, and nothing happens', () => {
    flow({ a: { wait: paid }, b: [] })
      .commands(signals('paid', 1, 's1'))
      .when(signals('paid', 2, 's1'))
      .thenHappens()
      .commands(completes('b'))
      .when(signals('paid', 3, 's1'))
      .thenHappens();
  });

  test('of a name that is not declared is refused', () => {
    flow({ a: { wait: paid } })
      .when(signals('payed'))
      .thenRejected('signal_unknown', 'has no signal payed; it declares paid');
    given(aPlan())
      .commands(starts())
      .when(signals('paid'))
      .thenRejected('signal_unknown', 'has no signal paid; it declares none');
  });

  test('whose data do not fit is refused', () => {
    flow({ a: { wait: paid } }, [{ ...PAID, schema: aSchema((data) => data === 1, 'should be 1') }])
      .when(signals('paid', 2))
      .thenRejected('input_invalid', 'the data of the signal paid do not fit its schema: should be 1')
      .when(signals('paid', 1))
      .thenHappens('signal.received', 'signal.consumed', 'task.completed', 'workflow.completed');
  });

  test('that nobody will wait for any more is late', () => {
    flow({ a: { wait: paid }, b: [] })
      .commands(signals('paid', 1, 's1'))
      .when(signals('paid', 2, 's2'))
      .thenRejected('signal_late', /what waited for it is over/);
    flow({ b: [] }).when(signals('paid')).thenRejected('signal_late');
  });

  test('that nobody waits for now is refused if it is not to be kept', () => {
    flow({ a: [], b: { dependsOn: ['a'], wait: paid } }, [{ name: 'paid', isBuffered: false }])
      .when(signals('paid'))
      .thenRejected('signal_unheard')
      .commands(completes('a'))
      .when(signals('paid'))
      .thenHappens('signal.received', 'signal.consumed', 'task.completed', 'workflow.completed');
  });

  test('is refused when it is over, or at its end', () => {
    flow({ a: { wait: paid }, b: [] })
      .commands(cancels())
      .when(signals('paid'))
      .thenRejected('not_running')
      .commands(fails('b', { code: 'agent_aborted' }))
      .when(signals('paid'))
      .thenRejected('already_ended');
  });

  test('is consumed while the execution is paused', () => {
    flow({ a: { wait: paid }, b: ['a'] })
      .commands(pauses())
      .when(signals('paid'))
      .thenHappens('signal.received', 'signal.consumed', 'task.completed');
  });

  test('is refused where too many are kept', () => {
    const { state } = flow({ a: [], b: { dependsOn: ['a'], wait: paid } });
    for (let n = 0; n < MAX_SIGNALS; n++)
      state.mail.signals.push({ id: `s${n}`, signal: 'paid', data: null });
    expect(executionLaw.decide(state, signals('paid'), 0)).toMatchObject({ code: 'mail_full' });
  });

  test('is known again by its id as long as others have not pushed it out', () => {
    const { state } = flow({ a: [], b: { dependsOn: ['a'], wait: paid } });
    const outcome = (id: string) => executionLaw.decide(state, signals('paid', null, id), 0);
    for (let n = 0; n <= MAX_REMEMBERED; n++) {
      executionLaw.evolve(state, received(`s${n}`), 0);
      executionLaw.evolve(
        state,
        { type: 'signal.consumed', task: 'b', attempt: 1, signal: 'paid', id: `s${n}` },
        0,
      );
    }
    expect(outcome('s1')).toMatchObject({ events: [] });
    expect(outcome('s0')).toMatchObject({ events: [{ type: 'signal.received' }] });
  });
});

test('waits without an end arm no timers, and are expected to take what they are estimated to take', () => {
  const started = flow({ a: { wait: paid, estimate: { durationMs: 50 } }, b: { wait: paid } });
  started
    .thenOwes({ kind: 'arm', timer: { kind: 'execution_timeout' }, at: 3_600_000 })
    .thenState((state) => expect(forecast(state, 20)?.finishAt).toBe(10_000))
    .when(cancels())
    .thenHappens('workflow.cancelling', 'workflow.cancelled');
});

describe('a wait for a signal that does not come in time', () => {
  const patience = { timeoutMs: 60_000 };

  test('fails', () => {
    flow({ a: { wait: { ...paid, patience } } })
      .when(fires('wait_due', 'a'), 59_999)
      .thenHappens()
      .when(fires('wait_due', 'a'), 60_000)
      .thenHappens(
        { type: 'task.timed_out', task: 'a', attempt: 1, afterMs: 60_000 },
        {
          type: 'task.failed',
          task: 'a',
          attempt: 1,
          error: { code: 'wait_timed_out', message: 'no signal paid that it wants came within 1 min' },
        },
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('gives its default where it has one', () => {
    flow({ a: { wait: { ...paid, patience: { ...patience, otherwise: { output: 'none' } } } } })
      .when(fires('wait_due', 'a'), 60_000)
      .thenHappens(
        { type: 'task.timed_out', task: 'a', attempt: 1, afterMs: 60_000 },
        { type: 'task.completed', task: 'a', attempt: 1, output: 'none' },
        'workflow.completed',
      );
  });

  test('is expected to take what it is estimated to take', () => {
    flow({ a: { wait: { ...paid, patience }, estimate: { durationMs: 10 } } }).thenState((state) =>
      expect(forecast(state, 3)?.finishAt).toBe(10),
    );
  });
});
