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
import type { WaitFor } from '../../../plan/definition.ts';
import { CONTINUE } from '../../law.ts';
import type { ExecutionCommand } from '../commands.ts';
import type { ExecutionEvent } from '../events.ts';
import { executionLaw } from '../law.ts';
import { viewExecution } from '../look/view.ts';
import { waitWords } from '../look/why/waiting.ts';
import { why } from '../look/why/why.ts';
import { newExecution } from '../state.ts';

const plan = aPlan({ tasks: { a: { timeoutMs: 10 } } });
const once = { attempt: 1, assignment: 1 };

describe.each([
  ['completed', [completes('a')]],
  ['failed', [fails('a')]],
  ['cancelled', [cancels(), completes('a')]],
] as const)('an execution that is %s', (status, last) => {
  const givenEnded = () =>
    given(plan)
      .commands(starts(), ...last)
      .thenIs(status);

  test.each([
    ['a start', starts(), 'already_started'],
    ['a pause', pauses(), 'already_ended'],
    ['a resume', resumes(), 'not_paused'],
    ['a cancel', cancels(), 'already_ended'],
    ['a checkpoint', checkpoints(), 'already_ended'],
    ['a result', completes('a', 1, once), 'stale_result'],
    ['a failure', fails('a', {}, once), 'stale_result'],
    ['a loss', loses('a', once), 'stale_result'],
  ] as const)('refuses %s', (_, told, code) => {
    givenEnded().when(told).thenRejected(code).thenIs(status);
  });

  test.each([
    fires('execution_timeout'),
    fires('attempt_timeout', 'a'),
    fires('retry_due', 'a'),
    fires('cancel_deadline'),
    CONTINUE,
  ])('lets pass in silence: %o', (told) => {
    givenEnded().when(told, 9_999_999).thenHappens().thenOwes().thenSends().thenIs(status);
  });

  test('says what it is when it is asked to pause', () => {
    givenEnded()
      .when(pauses())
      .thenRejected('already_ended', `execution execution is ${status} and cannot be paused`);
  });
});

describe('time', () => {
  test('never goes back: an event carries the time of the last one at least', () => {
    given(plan)
      .at(5_000)
      .commands(starts())
      .when(completes('a'), 3_000)
      .thenState(({ lastAt, status }) => {
        expect(lastAt).toBe(5_000);
        expect(status).toEqual({ kind: 'completed', at: 5_000 });
      });
  });

  test('that went back does not let a timer fire early', () => {
    given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } }))
      .at(5_000)
      .commands(starts(), fails('a'))
      .when(fires('retry_due', 'a'), 4_000)
      .thenHappens()
      .when(fires('retry_due', 'a'), 6_000)
      .thenHappens('task.retry_due', 'agent.task_assigned');
  });
});

describe('what another version may have written', () => {
  const running = () => given(plan).commands(starts()).state;

  test('an event that no rule knows is not skipped but refused', () => {
    const event = { type: 'task.teleported' } as unknown as ExecutionEvent;
    expect(() => executionLaw.evolve(running(), event, 0)).toThrow('there is no rule for this event');
  });

  test('a command or a timer that no rule knows is refused', () => {
    const command = { type: 'teleport' } as unknown as ExecutionCommand;
    expect(() => executionLaw.decide(running(), command, 0)).toThrow('there is no rule for this command');
    const timer = { type: 'timer', timer: { kind: 'alarm' } } as unknown as ExecutionCommand;
    expect(() => executionLaw.decide(running(), timer, 0)).toThrow('there is no rule for this timer');
  });

  test('an event about a task, an item or a seat that the plan does not have is refused', () => {
    const at = { type: 'agent.task_assigned', attempt: 1, assignment: 1 } as const;
    const started = () =>
      given(aPlan({ agents: { w: 2 }, tasks: { t: { parallel: true } } })).commands(starts()).state;
    const evolve = (event: ExecutionEvent) => () => executionLaw.evolve(started(), event, 0);
    expect(evolve({ ...at, task: 'x', seat: 'w-1' })).toThrow('there is no task x');
    expect(evolve({ ...at, task: 't', item: 9, seat: 'w-1' })).toThrow('there is no item t[9]');
    expect(evolve({ ...at, task: 't', item: 0, seat: 'w-9' })).toThrow('there is no seat w-9');
  });

  test('an assignment of what is not ready is refused', () => {
    const event = {
      type: 'agent.task_assigned',
      task: 'a',
      attempt: 2,
      assignment: 1,
      seat: 'workers',
    } as const;
    expect(() => executionLaw.evolve(running(), event, 0)).toThrow('only a ready item is assigned');
  });

  test.each([
    [{ type: 'task.completed', task: 'a', attempt: 1, output: null }, 'only an attempt in flight ends'],
    [
      { type: 'task.failed', task: 'a', attempt: 1, error: { code: 'c', message: 'm' } },
      'only an attempt in flight ends',
    ],
    [
      { type: 'agent.lost', task: 'a', attempt: 1, seat: 'workers', reason: 'r' },
      'only an attempt in flight ends',
    ],
    [{ type: 'task.retry_due', task: 'a' }, 'only an attempt that waits to be retried comes due'],
    [{ type: 'task.opened', task: 'a', items: 2 }, 'only what is undecided is decided about, and once'],
  ] as const)('an event that cannot follow is refused: %o', (event, message) => {
    const state = given(plan).commands(starts(), pauses(), completes('a')).state;
    expect(() => executionLaw.evolve(state, event, 0)).toThrow(message);
  });

  test('a pause of what does not run is refused', () => {
    const event = { type: 'workflow.paused', by: 'ann', checkpoint: 'c' } as const;
    expect(() => executionLaw.evolve(newExecution('execution', plan), event, 0)).toThrow(
      'the clock of the execution stands still',
    );
  });

  test('a status that no rule knows is not explained away', () => {
    const state = running();
    state.status = { kind: 'dreaming' } as unknown as typeof state.status;
    expect(() => why(state, 0)).toThrow('there is no rule for this status of an execution');
  });

  test('a wait that no rule knows is neither begun nor ended nor explained', () => {
    const moon = { kind: 'moon' } as unknown as WaitFor;
    const start = (wait: WaitFor) => given(aPlan({ tasks: { a: { wait } } })).commands(starts()).state;
    expect(() => start(moon)).toThrow('there is no rule for this wait: moon');
    const begun = start({ kind: 'for', forMs: 5 });
    const [task] = begun.plan.tasks;
    Object.assign(task?.definition as object, { wait: moon });
    const due = { type: 'timer', timer: { kind: 'wait_due', task: 'a' } } as const;
    expect(() => executionLaw.decide(begun, due, 5)).toThrow('there is no rule for this wait: moon');
    const [item] = begun.waiting;
    Object.assign(item?.status as object, { on: moon });
    expect(() => why(begun, 0)).toThrow('there is no rule for this wait: moon');
    expect(() => waitWords(item?.status as never, 0)).toThrow('there is no rule for this wait: moon');
  });

  test('a status of an item that no rule knows is not shown as something else', () => {
    const state = running();
    const [item] = state.inFlight;
    if (item !== undefined) item.status = { kind: 'dreaming' } as unknown as typeof item.status;
    expect(() => viewExecution(state, 0)).toThrow('there is no rule for this status of an item');
  });
});
