// Every kind of cause the law knows, each with the sentences it is told in. A kind without a row does not compile.
import {
  aComputed,
  aPlan,
  cancels,
  cancelsTask,
  completes,
  type DefinitionSketch,
  diverts,
  fails,
  type Given,
  given,
  pauses,
  resolves,
  signals,
  skipsByHand,
  starts,
} from '@cantata/testing';
import { expect, test } from 'vitest';
import type { Json } from '../../../../json.ts';
import type { Ask } from '../../../../patterns/asks.ts';
import { handoff } from '../../../../patterns/handoff.ts';
import { supervisor } from '../../../../patterns/supervisor.ts';
import type { Compensate } from '../../../../plan/definition.ts';
import type { Claim } from '../../../resource/claim.ts';
import type { ExecutionCommand } from '../../commands.ts';
import type { CauseCode } from './cause.ts';
import { waitWords } from './waiting.ts';
import { why } from './why.ts';

/** Those that only the shell's rows tell: engine/src/read/why.test.ts. */
type OfShell = 'parked' | 'not_driven' | 'agent_type_unbound' | 'command_waiting' | 'waits_for_capacity';

type Row = readonly [when: string, run: () => Given, now: number, sentence: string];

const MINUTE = 60_000;
const flow = (tasks: NonNullable<DefinitionSketch['tasks']>, rest: DefinitionSketch = {}): Given =>
  given(aPlan({ agents: { w: 1 }, tasks, ...rest })).commands(starts());
const asksPerson = (...directives: Ask[]): Given =>
  flow({ a: [] }, { team: { pattern: handoff, options: { context: 'full' } } }).commands(
    completes('a', 1, { directives }),
  );
const undo: Compensate = { who: { kind: 'group', group: 'w' }, retryPolicy: 'fixed' };
const once: Compensate = { ...undo, retryPolicy: 'none' };
/** The first of two is done, the second fails, and the first is being undone. */
const undoing = (compensate: Compensate = undo): Given =>
  flow({ a: { compensate }, b: ['a'] }).commands(completes('a'), fails('b'));
const failedInB = 'It failed in b (agent_error: it broke)';
const named = (name: string) => aComputed<Json>(() => name);
const needing = (needs: object): Given => flow({ a: { needs: { locks: [], quotas: [], ...needs } } });
const claim: Claim = { execution: 'execution', task: 'a', activation: 1 };
const grants = (resource: string): ExecutionCommand => ({ type: 'resource.granted', resource, claim });
const permits: ExecutionCommand = {
  type: 'resource.granted',
  resource: 'rate/default/search',
  claim: { ...claim, block: 6 },
  notBefore: [5_000],
};
const child = '00000000-0000-7a67-91e6-65c8b7dd8970';
const paid: DefinitionSketch = { signals: [{ name: 'paid', isBuffered: true }] };
const stop = { kind: 'terminate', terminate: { as: 'completed' }, dependsOn: ['a'] } as const;
const hour = { kind: 'for', forMs: 60 * MINUTE } as const;

const delegate = { kind: 'delegate', to: 'parts', input: 1 } as const;
const team = (): Given =>
  flow(
    { a: { agent: 'boss' } },
    {
      agents: { boss: { role: 'supervisor' }, parts: 2 },
      team: { pattern: supervisor, options: { max_parallel: 9, on_worker_failure: 'report' } },
    },
  );

const KINDS: Readonly<Record<Exclude<CauseCode, OfShell>, readonly Row[]>> = {
  agents_running: [
    ['an agent is at work', () => flow({ a: [] }), 0, 'It is running: agents work on a.'],
    [
      'an agent is at work for long',
      () => flow({ a: [], b: [] }, { agents: { w: 2 } }),
      12 * MINUTE,
      'It is running: agents work on a and b; w-1 on a for 12 min.',
    ],
  ],
  starting: [
    ['nothing was decided yet', () => given(aPlan({ tasks: { a: [] } })), 0, 'It is being started.'],
  ],
  paused: [
    [
      'somebody paused it',
      () => flow({ a: [] }).commands(pauses('lunch')),
      MINUTE,
      'ann paused it 1 min ago (lunch); cantata resume execution continues it.',
    ],
    [
      'a task became ready in a pause',
      () => flow({ a: [], b: ['a'] }).commands(pauses(), completes('a')),
      0,
      'b is ready and starts when the execution is resumed.',
    ],
  ],
  cancelling: [
    [
      'agents are told to stop',
      () => flow({ a: [] }).commands(cancels('enough')),
      4_000,
      'It is being cancelled (enough) and waits for w to stop, at the longest for 6 s.',
    ],
    [
      'a child is told to stop',
      () => flow({ a: { workflow: 'part' } }).commands(resolves('a'), cancels('enough')),
      4_000,
      `It is being cancelled (enough) and waits for execution ${child} to stop, at the longest for 6 s.`,
    ],
    [
      'one task is cancelled, and the rest goes on',
      () => flow({ a: [], b: [] }, { agents: { w: 2 } }).commands(cancelsTask('a')),
      4_000,
      'a is being cancelled (not needed) and waits for w-1 to stop, at the longest for 6 s.',
    ],
  ],
  failing: [
    [
      'a task has failed and others are at work',
      () => flow({ a: [], b: [] }, { agents: { w: 2 } }).commands(fails('a')),
      4_000,
      'It is failing (it broke) and waits for w-2 to stop, at the longest for 6 s.',
    ],
  ],
  completing: [
    [
      'a task ended it and others are at work',
      () => flow({ a: [], b: [], stop }, { agents: { w: 2 } }).commands(completes('a')),
      4_000,
      'It is being completed (stop ended it) and waits for w-2 to stop, at the longest for 6 s.',
    ],
  ],
  failed: [
    ['a task failed', () => flow({ a: [] }).commands(fails('a')), 0, 'It failed in a: agent_error: it broke'],
    [
      'nothing could ever happen any more',
      () => {
        const error = { code: 'deadlocked', message: 'nothing is at work or waited for' };
        const run = flow({ a: [] });
        run.events({ type: 'workflow.failing', error } as never, {
          type: 'task.cancelled',
          task: 'a',
          attempt: 1,
          confirmed: true,
        });
        run.events({ type: 'workflow.failed', error });
        return run;
      },
      0,
      'It failed: deadlocked: nothing is at work or waited for',
    ],
  ],
  cancelled: [
    [
      'nothing was at work',
      () => flow({ a: { wait: hour } }).commands(cancels('enough')),
      0,
      'It was cancelled: enough.',
    ],
  ],
  completed: [
    [
      'all is done',
      () => flow({ a: [] }).commands(completes('a')),
      0,
      'It is completed; nothing is left to do.',
    ],
  ],
  waits_for_tasks: [
    [
      'a team is at work on another one, of whose turns its lead is none',
      () =>
        flow(
          { a: { agent: 'boss' }, b: { dependsOn: ['a'], agent: 'boss' } },
          {
            agents: { boss: { role: 'supervisor' }, parts: 2 },
            team: { pattern: supervisor, options: { max_parallel: 9, on_worker_failure: 'report' } },
          },
        ).commands(completes('a', 1, { directives: [delegate, delegate] }), completes('a[2]')),
      0,
      'b waits for a (a: 2 of 3 turns are over).',
    ],
    ['another one is not done', () => flow({ a: [], b: ['a'] }), 0, 'b waits for a (a is running).'],
    [
      'one of several is enough',
      () => flow({ a: [], b: [], c: { dependsOn: ['a', 'b'], join: { kind: 'any' } } }),
      0,
      'c waits for one of a and b (a is running and b is waiting for a seat).',
    ],
    [
      'what was spawned waits for what was spawned before',
      () =>
        flow({ a: [] }).commands(
          completes('a', 1, {
            directives: [
              {
                kind: 'spawn',
                tasks: [
                  { id: 's', agent: 'w' },
                  { id: 't', agent: 'w', dependsOn: ['s'] },
                ],
              },
            ],
          }),
        ),
      0,
      'a[2] t waits for a[1] s (a[1] s is running).',
    ],
  ],
  waits_for_room: [
    [
      'a seat is free, and there is no room for it',
      () =>
        given(
          aPlan({
            agents: { w: { count: 2, resources: { cpuMillis: 1_000, memoryBytes: 1e9 } } },
            tasks: { a: [], b: [] },
          }),
        ).commands(starts({ ceiling: { cpuMillis: 1_000, memoryBytes: 4e9 } })),
      0,
      'b is ready, and a seat is free; it waits for one of w-1 to be done, for the execution may use at most 1 core and 4 GB at once.',
    ],
  ],
  waits_for_seat: [
    [
      'all seats are taken',
      () => flow({ a: [], b: [] }),
      0,
      'b is ready and waits for a free seat of w: w works on a.',
    ],
    [
      'a step is to be undone and all seats are taken',
      () =>
        flow({ a: { compensate: undo }, b: { compensate: undo }, c: ['a', 'b'] }).commands(
          completes('a'),
          completes('b'),
          fails('c'),
        ),
      0,
      'undoing a waits for a free seat of w.',
    ],
  ],
  waits_for_turn: [
    [
      'as many items as may be are at work',
      () =>
        given(
          aPlan({
            agents: { w: 3 },
            tasks: { a: { parallel: true, maxConcurrency: 1 } },
          }),
        ).commands(starts({ input: [1, 2, 3] })),
      0,
      '2 items of a wait for others to end: at most 1 run at a time.',
    ],
  ],
  waits_for_retry: [
    [
      'an attempt failed',
      () => flow({ a: { retryPolicy: 'fixed' } }).commands(fails('a')),
      400,
      'Attempt 1 of a failed (agent_error: it broke); attempt 2 of at most 5 starts in 600 ms.',
    ],
    [
      'an attempt to undo failed',
      () => undoing().commands(fails('~a')),
      400,
      'Attempt 1 of undoing a failed (agent_error: it broke); attempt 2 of at most 5 starts in 600 ms.',
    ],
  ],
  task_failed: [
    [
      'it failed for good and the rest goes on',
      () => flow({ a: { onFailure: { kind: 'continue' } }, b: [] }).commands(fails('a')),
      0,
      'a failed in attempt 1: agent_error: it broke',
    ],
  ],
  skipped: [
    [
      'what it depends on failed',
      () => flow({ a: { onFailure: { kind: 'continue' } }, b: ['a'], c: [] }).commands(fails('a')),
      0,
      'b was skipped; a failed, on which it depends.',
    ],
    [
      'its condition is false',
      () => flow({ a: { when: aComputed<boolean>(() => false) }, b: [] }),
      0,
      'a was skipped; its condition is false: () => false.',
    ],
    [
      'an operator said so',
      () => flow({ a: [], b: [] }).commands(skipsByHand('a')),
      0,
      'a was skipped; ann said so: not needed.',
    ],
  ],
  given_up: [
    [
      'the execution comes to its end',
      () => flow({ a: [], b: { wait: hour }, c: ['a'] }).commands(cancels()),
      0,
      'c does not start any more: the execution is being cancelled.',
    ],
  ],
  waits_for_timer: [
    [
      'its time has not come',
      () => flow({ a: { wait: hour } }),
      MINUTE,
      'a waits until 1970-01-01T01:00:00.000Z, in 59 min.',
    ],
  ],
  waits_for_resource: [
    [
      'another one has the lock',
      () => needing({ locks: [named('stock')] }),
      0,
      'a waits for the lock stock.',
    ],
    [
      'there is too little of a quota',
      () => needing({ quotas: [{ name: named('trolleys'), limit: 3, count: 2 }] }),
      0,
      'a waits for the quota trolleys.',
    ],
    [
      'others are before it in the line of a rate',
      () => needing({ rate: { limit: 1, perMs: 1_000, key: named('search') } }),
      0,
      'a waits for its turn in the rate search; it is the next one.',
    ],
    [
      'its permit comes later',
      () => needing({ rate: { limit: 1, perMs: 1_000, key: named('search') } }).commands(permits),
      2_000,
      'a has a permit of the rate search for 1970-01-01T00:00:05.000Z, in 3 s.',
    ],
    [
      'the circuit breaker of its agents is open',
      () => flow({ a: [] }).commands(diverts('a', 'w')),
      0,
      'a waits for the circuit breaker of w.',
    ],
  ],
  waits_for_signal: [
    [
      'none has come',
      () => flow({ a: { wait: { kind: 'signal', signal: 'paid' } } }, paid),
      0,
      'a waits for the signal paid; cantata signal execution paid sends it.',
    ],
    [
      'none has come under its key',
      () =>
        flow(
          {
            a: {
              wait: { kind: 'signal', signal: 'paid' },
              needs: { locks: [], quotas: [], key: named('order-17') },
            },
          },
          paid,
        ).commands(grants('correlation/default/order-17')),
      0,
      'a waits for the signal paid under the key order-17; cantata signal --key order-17 paid sends it.',
    ],
    [
      'the one that came went to another task',
      () =>
        flow(
          {
            a: { wait: { kind: 'signal', signal: 'paid' } },
            b: { wait: { kind: 'signal', signal: 'paid', patience: { timeoutMs: MINUTE } } },
          },
          paid,
        ).commands(signals('paid')),
      20_000,
      'b waits for the signal paid, for another 40 s at the longest; cantata signal execution paid sends it.',
    ],
  ],
  waits_for_person: [
    [
      'nobody has answered',
      () =>
        flow({ a: { wait: { kind: 'approval', prompt: named('Ship it?'), answeredBy: ['bob', 'eve'] } } }),
      0,
      'a waits for bob or eve to answer "Ship it?"; cantata approve execution a answers.',
    ],
    [
      'a team asks somebody',
      () => asksPerson({ kind: 'ask_person', prompt: 'Well?', of: 'eve' }),
      0,
      'It waits: a[2] turn-2 waits for eve to answer "Well?"; cantata approve execution "a[2]" answers. So does a.',
    ],
  ],
  waits_for_child: [
    [
      'its execution is being asked for',
      () => flow({ a: { workflow: 'part' } }),
      0,
      `a waits for execution ${child} (workflow part), which is about to start.`,
    ],
    [
      'its execution is not at its end',
      () => flow({ a: { workflow: 'part' } }).commands(resolves('a')),
      0,
      `a waits for execution ${child} (workflow part).`,
    ],
  ],
  waits_for_team: [
    [
      'two of its turns are under way, and its pattern has set a time',
      () => {
        const ask = { kind: 'delegate', to: 'parts', input: 1 } as const;
        return flow(
          { a: { agent: 'boss' } },
          {
            agents: { boss: { role: 'supervisor' }, parts: 2 },
            team: {
              pattern: supervisor,
              options: { max_parallel: 9, patience_seconds: 60 },
            },
          },
        ).commands(completes('a', 1, { directives: [ask, ask] }));
      },
      0,
      'a is shared by a team, by the pattern supervisor, and waits for the turns a[2] turn-2 and a[3] turn-3 and the time of round in 1 min.',
    ],
    [
      'one of its turns is under way',
      () => team().commands(completes('a', 1, { directives: [delegate] })),
      0,
      'a is shared by a team, by the pattern supervisor, and waits for the turn a[2] turn-2.',
    ],
    [
      'its pattern is to be asked when the pause is over',
      () => team().commands(completes('a', 1, { directives: [delegate] }), pauses(), completes('a[2]')),
      0,
      'a is shared by a team, by the pattern supervisor, and waits for what its pattern says next.',
    ],
  ],
  waits_for_event: [
    [
      'none has come',
      () =>
        flow(
          { a: { on: { topic: 'orders', isSkipped: true } }, b: [] },
          { coordination: { type: 'hybrid', eventDriven: ['orders'], graphBased: [] } },
        ),
      0,
      'a waits for an event on orders; it is skipped if nothing else is left to do; cantata publish execution orders publishes one.',
    ],
  ],
  compensating: [
    [
      'what was done is undone',
      () => undoing(),
      MINUTE,
      `${failedInB}, and what was done is being undone: a now, at the longest for 9 min.`,
    ],
  ],
  compensated: [
    [
      'all is undone',
      () => undoing().commands(completes('~a')),
      0,
      `${failedInB}, and what was done is undone.`,
    ],
  ],
  compensation_failed: [
    [
      'undoing failed for good',
      () => undoing(once).commands(fails('~a')),
      0,
      `${failedInB}, and a could not be undone. It waits for an operator: cantata compensation retry execution tries again.`,
    ],
    [
      'its undoing failed for good',
      () => undoing(once).commands(fails('~a')),
      0,
      'a could not be undone (agent_error: it broke); cantata compensation retry execution a tries again, cantata compensation skip execution a leaves it as it is.',
    ],
  ],
  waits_for_undoing: [
    [
      'what was built on it is undone first',
      () =>
        flow({ a: { compensate: undo }, b: { dependsOn: ['a'], compensate: undo }, c: ['b'] }).commands(
          completes('a'),
          completes('b'),
          fails('c'),
        ),
      0,
      'a is undone after what was built on it: b first.',
    ],
    [
      'the time for undoing was over before its own had come',
      () => {
        const run = undoing(once).commands(fails('~a'));
        for (const step of run.state.compensations.values()) step.status = 'due';
        return run;
      },
      0,
      'a is not undone yet: the time for it was over; cantata compensation retry execution goes on.',
    ],
  ],
  stalled: [
    [
      'an agent is at work for very long',
      () => flow({ a: [] }),
      60 * MINUTE,
      'w has been at work on a for 1 h without an answer; nothing ends that by itself.',
    ],
  ],
};

const rows = Object.entries(KINDS).flatMap(([code, all]) => all.map((row) => [code, ...row] as const));

test.each(rows)('%s: %s', (code, _, run, now, sentence) => {
  const { state } = run();
  const told = why(state, now);
  expect(told.filter((cause) => cause.code === code).map((cause) => cause.sentence)).toContain(sentence);
});

test('what a lead waits for is said in short where it is one of many', () => {
  expect(waitWords({ kind: 'waiting', on: { kind: 'team' }, since: 0 }, 0)).toBe('for its team');
});
