/** Tasks that are done more than once: loops, and failures that lead back to an earlier task. */
import {
  aComputed,
  aPlan,
  completes,
  completesByHand,
  type DefinitionSketch,
  fails,
  failsByHand,
  given,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Condition } from '../../../plan/expression.ts';
import { why } from '../look/why/why.ts';

const flow = (tasks: DefinitionSketch['tasks'], seats = 3) =>
  given(aPlan({ agents: { workers: seats }, tasks: tasks ?? {} })).commands(starts());
const reading = (task: string, ask: (output: unknown) => boolean): Condition => ({
  ...aComputed(({ tasks }) => ask(tasks[task]?.output)),
  reads: { input: false, tasks: [task] },
});
const BROKEN = { ...aComputed(() => true), evaluate: () => JSON.parse('9'.repeat(2_000_000)) as boolean };
const ONCE_MORE = { maxIterations: 3, onLimit: 'complete' } as const;

describe('a loop', () => {
  const good = reading('a', (output) => output === 'good');

  test('has another round until its condition is true', () => {
    flow({ a: { loop: { ...ONCE_MORE, until: good } }, b: ['a'] })
      .when(completes('a', 'bad'))
      .thenHappens(
        'task.completed',
        { type: 'task.repeated', task: 'a', activation: 2 },
        {
          type: 'agent.task_assigned',
          task: 'a',
          activation: 2,
          attempt: 1,
          assignment: 1,
          seat: 'workers-2',
        },
      )
      .when(completes('a', 'good'))
      .thenHappens(
        { type: 'task.completed', task: 'a', activation: 2, attempt: 1, output: 'good' },
        { type: 'task.loop_ended', task: 'a', reason: 'condition' },
        'agent.task_assigned',
      );
  });

  test('goes on while its condition is true', () => {
    flow({ a: { loop: { ...ONCE_MORE, while: reading('a', (output) => output !== 'good') } } })
      .when(completes('a', 'bad'))
      .thenHappens('task.completed', 'task.repeated', 'agent.task_assigned')
      .when(completes('a', 'good'))
      .thenHappens('task.completed', 'task.loop_ended', 'workflow.completed');
  });

  test('with both conditions needs both for another round', () => {
    const both = { ...ONCE_MORE, while: aComputed(() => true), until: good };
    flow({ a: { loop: both } })
      .commands(completes('a', 'bad'))
      .when(completes('a', 'good'))
      .thenHappens('task.completed', 'task.loop_ended', 'workflow.completed');
  });

  test('without a condition runs exactly so many times', () => {
    flow({ a: { loop: { ...ONCE_MORE, maxIterations: 2 } } })
      .commands(completes('a'))
      .when(completes('a'))
      .thenHappens(
        'task.completed',
        { type: 'task.loop_ended', task: 'a', reason: 'condition' },
        'workflow.completed',
      );
  });

  test('at its limit keeps what it has', () => {
    flow({ a: { loop: { ...ONCE_MORE, maxIterations: 1, until: good } } })
      .when(completes('a', 'bad'))
      .thenHappens(
        'task.completed',
        { type: 'task.loop_ended', task: 'a', reason: 'max_iterations' },
        'workflow.completed',
      );
  });

  test('at its limit fails, where it says so', () => {
    flow({ a: { loop: { maxIterations: 1, onLimit: 'fail', until: good } } })
      .when(completes('a', 'bad'))
      .thenHappens(
        'task.completed',
        {
          type: 'task.failed',
          task: 'a',
          attempt: 0,
          error: {
            code: 'loop_exhausted',
            message: 'after 1 rounds its condition still asks for another',
            retry: 'never',
          },
        },
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('at its limit names the round it failed in', () => {
    flow({ a: { loop: { maxIterations: 2, onLimit: 'fail', until: good } } })
      .commands(completes('a', 'bad'))
      .when(completes('a', 'bad'))
      .thenHappens('task.completed', 'task.failed', 'workflow.failing', 'workflow.failed')
      .thenState(({ status }) => expect(status).toMatchObject({ error: { code: 'loop_exhausted' } }));
  });

  test('renders its input anew for each round', () => {
    const input = {
      ...aComputed(({ tasks }) => ({ before: tasks['a']?.output ?? null })),
      reads: { input: false, tasks: ['a'] },
    };
    flow({ a: { input, loop: { ...ONCE_MORE, until: good } } })
      .when(completes('a', 'first'))
      .thenHappens(
        'task.completed',
        { type: 'task.repeated', task: 'a', activation: 2, input: { before: 'first' } },
        'agent.task_assigned',
      );
  });

  test('of items repeats them all', () => {
    flow({ a: { parallel: true, loop: { ...ONCE_MORE, maxIterations: 2 } } }, 2)
      .commands(completes('a[0]'))
      .when(completes('a[1]'))
      .thenHappens(
        'task.completed',
        { type: 'task.repeated', task: 'a', activation: 2, items: 2 },
        'agent.task_assigned',
        'agent.task_assigned',
      );
  });

  test('does not hear answers of an earlier round', () => {
    const run = flow({ a: { loop: ONCE_MORE } });
    const late = { type: 'turn.completed', task: 'a', attempt: 1, assignment: 1, output: null } as const;
    run.commands(late).when(late).thenRejected('stale_result');
  });

  test('that can not be asked fails its task', () => {
    for (const loop of [{ while: BROKEN }, { until: BROKEN }]) {
      flow({ a: { loop: { ...ONCE_MORE, ...loop } } })
        .when(completes('a'))
        .thenHappens('task.completed', 'task.failed', 'workflow.failing', 'workflow.failed');
    }
  });

  test('whose next input can not be rendered fails its task', () => {
    let asked = 0;
    const input = { ...aComputed(() => 1), evaluate: () => (asked++ === 0 ? 1 : BROKEN.evaluate()) };
    flow({ a: { input, loop: ONCE_MORE } })
      .when(completes('a'))
      .thenHappens('task.completed', 'task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('ends with a round that failed, where the workflow goes on', () => {
    flow({ a: { onFailure: { kind: 'continue' }, loop: ONCE_MORE } })
      .commands(completes('a'))
      .when(fails('a'))
      .thenHappens('task.failed', 'workflow.completed');
  });

  test('between two rounds is about to start', () => {
    const run = flow({ a: { loop: ONCE_MORE } }).events({
      type: 'task.completed',
      task: 'a',
      attempt: 1,
      output: null,
    });
    expect(why(run.state, 0).at(-1)?.sentence).toBe('a is about to start.');
    run.events({ type: 'task.cancelling', tasks: ['a'], by: 'ann', reason: 'enough' });
    expect(run.state.tasks[0]?.status).toBe('cancelled');
  });
});

describe('a failure that leads back', () => {
  const back = (task: string, maxTimes = 1) => ({ onFailure: { kind: 'goto', task, maxTimes } }) as const;
  const no = { retry: 'never' } as const;

  test('begins again at the task it names, and with all after that', () => {
    flow({ a: [], b: ['a'], c: { dependsOn: ['b'], ...back('a') } })
      .commands(completes('a', 1), completes('b', 2))
      .when(fails('c', no))
      .thenHappens(
        {
          type: 'task.failed',
          task: 'c',
          attempt: 1,
          error: { code: 'agent_error', message: 'it broke', retry: 'never' },
          handled: 'goto',
        },
        { type: 'task.reentered', task: 'a', from: 'c' },
        {
          type: 'agent.task_assigned',
          task: 'a',
          activation: 2,
          attempt: 1,
          assignment: 1,
          seat: 'workers-1',
        },
      )
      .thenState(({ tasks, openTasks, counters }) => {
        expect(tasks.map(({ status }) => status)).toEqual(['open', 'pending', 'pending']);
        expect(openTasks).toBe(3);
        expect(counters).toMatchObject({ completedTasks: 0, failedTasks: 0 });
      })
      .commands(completes('a'), completes('b'))
      .when(completes('c'))
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('so often and no more', () => {
    flow({ a: back('a') })
      .commands(fails('a', no))
      .when(fails('a', no))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('leaves alone what does not come after that task', () => {
    flow({ a: [], other: [], b: { dependsOn: ['a'], ...back('a') } })
      .commands(completes('a'), completes('other'), fails('b', no))
      .thenState(({ tasks }) => expect(tasks[1]?.status).toBe('completed'));
  });

  test('stops what is at work there, and does not hear it any more', () => {
    flow({ a: [], slow: ['a'], b: { dependsOn: ['a'], ...back('a') } })
      .commands(completes('a'))
      .when(fails('b', no))
      .thenState(({ seating, inFlight }) => {
        expect(inFlight.size).toBe(1);
        expect(seating.occupant.filter((one) => one !== undefined)).toHaveLength(1);
      })
      .when({ type: 'turn.completed', task: 'slow', attempt: 1, assignment: 1, output: 1 })
      .thenRejected('stale_result');
  });

  test('takes back what waits for a seat, for its next attempt or for a decision', () => {
    const tasks = {
      a: [],
      waits: { dependsOn: ['a'], retryPolicy: 'fixed', priority: 3 },
      queued: { dependsOn: ['a'] },
      b: { dependsOn: ['a'], priority: 2, ...back('a') },
    } as const;
    flow(tasks, 1)
      .commands(completes('a'), fails('waits'))
      .when(fails('b', no))
      .thenHappens('task.failed', 'task.reentered', 'agent.task_assigned')
      .thenState(({ retrying, tasks }) => {
        expect(retrying.size).toBe(0);
        expect(tasks.map(({ activation }) => activation)).toEqual([2, 2, 2, 2]);
      });
  });

  test('asks joins again, for which what stands outside still counts', () => {
    const tasks = {
      out: [],
      off: { onFailure: { kind: 'continue' } },
      a: [],
      b: { dependsOn: ['a'], ...back('a') },
      any: { dependsOn: ['a', 'out'], join: { kind: 'any' } },
      two: { dependsOn: ['a', 'out'], join: { kind: 'at_least', count: 2 } },
      asked: { dependsOn: ['a', 'out'], join: { kind: 'when', condition: aComputed(() => false) } },
      never: { dependsOn: ['a', 'off'] },
      handler: { dependsOn: ['b', 'out'], metBy: { b: 'failed' } },
      either: { dependsOn: ['a', 'off'], join: { kind: 'any' } },
      free: ['a'],
    } as const;
    flow(tasks, 20)
      .commands(completes('out'), fails('off', no), completes('a'))
      .when(fails('b', no))
      .thenState(({ tasks }) => {
        expect(Object.fromEntries(tasks.map((task) => [task.index, task.status]))).toEqual({
          0: 'completed',
          1: 'failed',
          2: 'open',
          3: 'pending',
          4: 'open',
          5: 'pending',
          6: 'pending',
          7: 'skipped',
          8: 'pending',
          9: 'pending',
          10: 'pending',
        });
      });
  });

  const statuses = (run: ReturnType<typeof flow>): readonly string[] =>
    run.state.tasks.map(({ status }) => status);

  test('to a task that was skipped, or that still waits, does not make it begin before its join has fired', () => {
    const never = flow({
      a: [],
      never: { dependsOn: ['a'], metBy: { a: 'failed' } },
      b: { dependsOn: ['a', 'never'], join: { kind: 'any' }, ...back('never') },
    }).commands(completes('a'), fails('b', no));
    expect(statuses(never)).toEqual(['completed', 'skipped', 'open']);
    const later = flow({
      quick: [],
      slow: [],
      later: ['slow'],
      b: { dependsOn: ['quick', 'later'], join: { kind: 'any' }, ...back('later') },
    }).commands(completes('quick'), fails('b', no));
    expect(statuses(later)).toEqual(['completed', 'open', 'pending', 'open']);
  });

  test('to itself, of a task that an operator failed before its time, waits for its time', () => {
    const run = flow({ a: [], b: { dependsOn: ['a'], ...back('b') } }).commands(failsByHand('b'));
    expect(statuses(run)).toEqual(['open', 'pending']);
  });

  test('to a task that an operator completed before its time, waits for its time', () => {
    const run = flow({ a: [], b: ['a'], c: { dependsOn: ['b'], ...back('b') } }).commands(
      completesByHand('b'),
      fails('c', no),
    );
    expect(statuses(run)).toEqual(['open', 'pending', 'pending']);
  });

  test('to a task whose join asked, asks it again only if it has not fired', () => {
    const reads = { input: false, tasks: ['a', 'slow'] };
    const early = { ...aComputed(({ tasks }) => tasks['slow']?.status !== 'completed'), reads };
    const join = { kind: 'when', condition: early } as const;
    const fired = flow({
      a: [],
      slow: [],
      b: { dependsOn: ['a', 'slow'], join },
      c: { dependsOn: ['b'], ...back('b') },
    }).commands(completes('a'), completes('b'), completes('slow'), fails('c', no));
    expect(statuses(fired)).toEqual(['completed', 'completed', 'open', 'pending']);
    const broken = { kind: 'when', condition: { ...BROKEN, reads: { input: false, tasks: ['a'] } } } as const;
    flow({ a: [], b: { dependsOn: ['a'], join: broken, ...back('b') } })
      .when(completes('a'))
      .thenHappens(
        'task.completed',
        'task.failed',
        'task.reentered',
        'task.failed',
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('names as the reason of a skip the dependency that made it impossible', () => {
    flow({
      off: { onFailure: { kind: 'continue' } },
      out: [],
      a: [],
      b: { dependsOn: ['a'], ...back('a') },
      all: { dependsOn: ['b', 'off', 'out'], join: { kind: 'at_least', count: 3 } },
    })
      .commands(fails('off', no), completes('out'), completes('a'))
      .when(fails('b', no))
      .thenHappens(
        'task.failed',
        'task.reentered',
        { type: 'task.skipped', task: 'all', dependency: 'off' },
        'agent.task_assigned',
      );
  });

  test('begins a loop anew', () => {
    flow({ a: { loop: { ...ONCE_MORE, maxIterations: 2 } }, b: { dependsOn: ['a'], ...back('a') } })
      .commands(completes('a'), completes('a'), fails('b', no), completes('a'))
      .when(completes('a'))
      .thenHappens('task.completed', 'task.loop_ended', 'agent.task_assigned');
  });

  test('of a task that could not be opened', () => {
    const when = { ...BROKEN, reads: { input: false, tasks: ['a'] } };
    flow({ a: [], b: { dependsOn: ['a'], when, ...back('a') } })
      .when(completes('a'))
      .thenHappens('task.completed', 'task.failed', 'task.reentered', 'agent.task_assigned');
  });

  test('while a decision about what comes after is open', () => {
    const run = flow({
      a: [],
      b: { dependsOn: ['a'], ...back('a') },
      c: { dependsOn: ['a'], when: aComputed(() => true) },
    })
      .events({ type: 'task.completed', task: 'a', attempt: 1, output: 1 })
      .events({ type: 'task.reentered', task: 'a', from: 'b' });
    expect(run.state.undecided.size).toBe(0);
  });
});
