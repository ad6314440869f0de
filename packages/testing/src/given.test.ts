/** The kit must see what it promises to see: every check is shown something broken. */
import { CONTINUE, executionLaw, NO_EVENTS } from '@cantata/core';
import { describe, expect, test } from 'vitest';
import { aDefinition, aPlan } from './a-definition.ts';
import { CheckedExecution } from './checked-execution.ts';
import {
  cancels,
  checkpoints,
  completes,
  fails,
  fires,
  pauses,
  resumes,
  starts,
  type Told,
} from './commands.ts';
import { given } from './given.ts';
import { Undischarged } from './undischarged.ts';

function begun(options?: ConstructorParameters<typeof CheckedExecution>[1]) {
  const execution = new CheckedExecution(aPlan({ tasks: { a: [], b: ['a'] } }), options);
  const tell = (told: Told, now = 0) =>
    execution.tell(typeof told === 'function' ? told(execution.state) : told, now);
  tell(starts());
  return { execution, tell };
}

/** The law, until it is told to be silent: itself it says loudly that nothing will wake an execution, and ends it. */
function silenced() {
  const law = {
    isSilent: false,
    decide: (...given: Parameters<typeof executionLaw.decide>) =>
      law.isSilent ? NO_EVENTS : executionLaw.decide(...given),
  };
  return law;
}

describe('given, when, then', () => {
  test('takes a definition as well as a plan', () => {
    given(aDefinition()).when(starts()).thenIs('running');
    given(aPlan()).when(starts()).thenIs('running');
  });

  test('finds an event that is missing, one too many, and one with another field', () => {
    const step = () => given(aPlan()).commands(starts()).when(completes('a', 1));
    expect(() => step().thenHappens('task.completed')).toThrow('to deeply equal');
    expect(() => step().thenHappens('task.completed', 'workflow.completed', 'workflow.paused')).toThrow(
      'to deeply equal',
    );
    expect(() =>
      step().thenHappens({ type: 'task.completed', task: 'a', attempt: 1, output: 2 }, 'workflow.completed'),
    ).toThrow('to deeply equal');
    expect(() => step().thenHappens()).toThrow('to deeply equal');
  });

  test('does not take a refusal for nothing, nor nothing for a refusal', () => {
    const refused = () => given(aPlan()).commands(starts()).when(resumes());
    expect(() => refused().thenHappens()).toThrow('to be undefined');
    expect(() => refused().thenRejected('already_ended')).toThrow('already_ended');
    expect(() => refused().thenRejected('not_paused', 'is running')).not.toThrow();
    expect(() => refused().thenRejected('not_paused', 'is green')).toThrow('is green');
    expect(() => given(aPlan()).commands(starts()).when(CONTINUE).thenRejected('not_paused')).toThrow(
      'not_paused',
    );
    expect(() => given(aPlan()).commands(resumes())).toThrow('to be undefined');
  });

  test('compares effects, messages and status', () => {
    const step = () => given(aPlan()).commands(starts()).when(pauses());
    expect(() => step().thenOwes()).toThrow('to deeply equal');
    expect(() => step().thenSends({ to: 'x', command: { type: 'resume', by: 'ann' } })).toThrow(
      'to deeply equal',
    );
    expect(() => step().thenIs('running')).toThrow("to be 'running'");
    expect(() => step().thenState((state) => expect(state.openTasks).toBe(7))).toThrow('to be 7');
  });

  test('wants a "when" before a "then"', () => {
    expect(() => given(aPlan()).thenHappens()).toThrow('say `when` before `then`');
  });
});

describe('an execution that is checked', () => {
  test('C1: shows the invariant that an event broke', () => {
    const { execution, tell } = begun();
    execution.state.openTasks = 9;
    expect(() => tell(completes('a'))).toThrow(
      'the state is broken after 6 events (task.completed): X1: 8 open tasks',
    );
  });

  test.each(['every', 'newest'] as const)('C2: shows what a snapshot forgot (%s prefix)', (prefixes) => {
    const { execution, tell } = begun({ prefixes });
    tell(completes('a'));
    execution.state.counters.tokens = 99;
    expect(() => tell(completes('b'))).toThrow('the reload differs');
  });

  test('C2: shows what a fold from a snapshot broke', () => {
    const { execution, tell } = begun();
    // Read back as `undefined`, which JSON cannot say.
    execution.state.startedAt = Number.NaN;
    expect(() => tell(completes('a'))).toThrow('the reload differs');
  });

  test('C3: shows an execution that nothing will wake', () => {
    const law = silenced();
    const { execution, tell } = begun(law);
    execution.state.inFlight.clear();
    law.isSilent = true;
    expect(() => tell(fires('retry_due', 'a'))).toThrow('nothing will wake it: it is running');
  });

  test('C4: shows an effect that a reload would forget, or owe without need', () => {
    const forgotten = begun();
    forgotten.execution.undischarged.owes({ kind: 'arm', timer: { kind: 'retry_due', task: 'a' }, at: 5 });
    expect(() => forgotten.tell(CONTINUE)).toThrow('after a reload this is not owed: {"kind":"arm"');
    const needless = begun();
    needless.execution.undischarged.happened({ type: 'task.completed', task: 'a', attempt: 1, output: null });
    expect(() => needless.tell(CONTINUE)).toThrow(
      'after a reload this is owed without need: {"kind":"dispatch"',
    );
  });

  test('C5: shows an end that still owes something', () => {
    const { execution, tell } = begun();
    tell(completes('a'));
    execution.undischarged.owes({ kind: 'arm', timer: { kind: 'retry_due', task: 'a' }, at: 5 });
    expect(() => tell(completes('b'))).toThrow('it has ended, and still owes {"kind":"arm"');
  });

  test('C5: shows time that goes back', () => {
    const { execution, tell } = begun();
    tell(completes('a'), 500);
    execution.state.lastAt = 0;
    expect(() => tell(completes('b'), 100)).toThrow('time went back from 500 to 100');
  });

  test('waits with C3 while more of the same step is owed', () => {
    const law = silenced();
    const { execution, tell } = begun(law);
    execution.state.effects.push({ kind: 'continue' });
    expect(tell(fires('retry_due', 'a')).effects).toEqual([{ kind: 'continue' }]);
    expect(execution.undischarged.all()).toContainEqual({ kind: 'continue' });
    tell(CONTINUE);
    expect(execution.undischarged.more).toBe(false);
    execution.state.effects.push({ kind: 'continue' });
    execution.state.inFlight.clear();
    law.isSilent = true;
    // Not "nothing will wake it": the next step may.
    expect(() => tell(fires('retry_due', 'a'))).toThrow('the reload differs');
  });
});

describe('what is undischarged', () => {
  const arm = { kind: 'arm', timer: { kind: 'retry_due', task: 'a' }, at: 50 } as const;

  test('is a timer until it fires in its time or is disarmed', () => {
    const undischarged = new Undischarged(aPlan());
    undischarged.owes(arm);
    undischarged.fired(arm.timer, 49);
    undischarged.fired({ kind: 'cancel_deadline' }, 99);
    expect(undischarged.timers).toEqual([arm]);
    undischarged.fired(arm.timer, 50);
    expect(undischarged.timers).toEqual([]);
    undischarged.owes(arm);
    undischarged.owes({ kind: 'disarm', timer: arm.timer });
    expect(undischarged.all()).toEqual([]);
  });

  test('is the word to stop while the attempt is in flight, and not after', () => {
    const stop = {
      kind: 'cancel_agent',
      task: 'a',
      item: undefined,
      attempt: 1,
      assignment: 1,
      reason: 'r',
    } as const;
    const undischarged = new Undischarged(aPlan());
    undischarged.owes(stop);
    expect(undischarged.all()).toEqual([]);
    undischarged.owes({
      kind: 'dispatch',
      task: 'a',
      item: undefined,
      attempt: 1,
      assignment: 1,
      seat: 's',
      sequence: 5,
    });
    undischarged.owes(stop);
    expect(undischarged.all()).toHaveLength(2);
    undischarged.happened({ type: 'task.cancelled', task: 'a', attempt: 1, confirmed: true });
    expect(undischarged.all()).toEqual([]);
  });

  test('is found once in what a reload owes', () => {
    const undischarged = new Undischarged(aPlan());
    undischarged.owes(arm);
    expect(undischarged.missingIn([arm])).toBeUndefined();
    expect(undischarged.missingIn([arm, arm])).toMatch(/^this is owed twice/);
    expect(undischarged.missingIn([{ ...arm, at: 51 }])).toMatch(/^this is not owed/);
  });
});

describe('definitions in short', () => {
  test('say the least, and everything that is said counts', () => {
    expect(aDefinition()).toMatchObject({
      agents: [{ name: 'workers', type: 'workers', count: 1, capabilities: [] }],
      tasks: [{ id: 'a', who: { kind: 'group', group: 'workers' }, dependsOn: [], parallel: false }],
    });
    const definition = aDefinition({
      name: 'report',
      agents: { lead: 2, crew: { type: 'c', capabilities: ['x'] } },
      tasks: { a: [], b: { agent: 'crew', dependsOn: ['a'], timeoutMs: 5 }, c: { requires: ['x'] } },
      maxConcurrentExecutions: 3,
    });
    expect(definition).toMatchObject({
      name: 'report',
      maxConcurrentExecutions: 3,
      agents: [
        { name: 'lead', count: 2 },
        { name: 'crew', type: 'c', count: 1, capabilities: ['x'] },
      ],
      tasks: [
        { id: 'a', who: { kind: 'group', group: 'lead' } },
        { id: 'b', who: { kind: 'group', group: 'crew' }, dependsOn: ['a'], timeoutMs: 5 },
        { id: 'c', who: { kind: 'capabilities', capabilities: ['x'] } },
      ],
    });
    expect(aDefinition({ agents: {} }).tasks[0]).toMatchObject({ who: { kind: 'group', group: '' } });
  });
});

describe('commands in short', () => {
  test('answer for the attempt that counts, or for the one that is named', () => {
    const { state } = given(aPlan({ tasks: { t: { parallel: true } } })).commands(starts());
    const of = (told: Told) => (typeof told === 'function' ? told(state) : told);
    expect(of(completes('t[0]', 'x'))).toEqual({
      type: 'turn.completed',
      task: 't',
      item: 0,
      attempt: 1,
      assignment: 1,
      output: 'x',
    });
    expect(of(fails('u', { code: 'c' }, { attempt: 4 }))).toEqual({
      type: 'turn.failed',
      task: 'u',
      attempt: 4,
      assignment: 1,
      error: { code: 'c', message: 'it broke' },
    });
  });

  test('carry a reason only where one is given', () => {
    expect(pauses()).not.toHaveProperty('reason');
    expect(pauses('lunch')).toMatchObject({ reason: 'lunch' });
    expect(cancels()).not.toHaveProperty('reason');
    expect(cancels('enough')).toMatchObject({ reason: 'enough' });
    expect(checkpoints('log_size')).toMatchObject({ cause: 'log_size' });
    expect(fires('retry_due', 't[2]')).toEqual({
      type: 'timer',
      timer: { kind: 'retry_due', task: 't', item: 2 },
    });
  });
});
