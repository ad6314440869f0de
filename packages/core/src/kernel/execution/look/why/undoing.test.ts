import {
  aPlan,
  cancels,
  completes,
  fails,
  fires,
  type Given,
  given,
  retriesUndoing,
  skipsUndoing,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Compensate } from '../../../../plan/definition.ts';
import { itemStatus, viewExecution } from '../view.ts';
import { why } from './why.ts';

const undo: Compensate = { who: { kind: 'group', group: 'clerks' }, retryPolicy: 'none' };
const patient: Compensate = { who: { kind: 'group', group: 'clerks' }, retryPolicy: 'fixed' };

/** Reserve and charge at the same time, then ship, which fails. */
const failed = (compensate: Compensate = undo, clerks = 2): Given =>
  given(
    aPlan({
      agents: { workers: 2, clerks },
      tasks: {
        book: { compensate },
        charge: { dependsOn: ['book'], compensate },
        insure: { dependsOn: ['book'], compensate },
        ship: ['charge', 'insure'],
      },
    }),
  ).commands(starts(), completes('book'), completes('charge'), completes('insure'), fails('ship'));

const told = (one: Given, now = 60_000) =>
  why(one.state, now)
    .filter(({ code }) => code !== 'task_failed')
    .map(({ subject, code, sentence }) => [subject, code, sentence]);
const CAUSE = 'It failed in ship (agent_error: it broke)';

describe('why it is not at its end, while what was done is undone', () => {
  test('names what is being undone, and what comes later', () => {
    expect(told(failed())).toEqual([
      [
        'execution',
        'compensating',
        `${CAUSE}, and what was done is being undone: charge and insure now, at the longest for 9 min.`,
      ],
      ['book', 'waits_for_undoing', 'book is undone after what was built on it: charge and insure first.'],
    ]);
  });

  test('names the seats that are waited for', () => {
    expect(told(failed(undo, 1))).toContainEqual([
      'undoing charge',
      'waits_for_seat',
      'undoing charge waits for a free seat of clerks.',
    ]);
  });

  test('names the attempt that is waited for', () => {
    expect(told(failed(patient).commands(fails('~charge')), 400)).toContainEqual([
      'undoing charge',
      'waits_for_retry',
      'Attempt 1 of undoing charge failed (agent_error: it broke); attempt 2 of at most 5 starts in 600 ms.',
    ]);
  });

  test('names what could not be undone while others are', () => {
    expect(told(failed().commands(fails('~charge')))[0]?.[2]).toContain(
      'being undone: insure now, charge could not be undone, at the longest',
    );
  });

  test('says that an operator is waited for', () => {
    expect(told(failed().commands(fails('~charge'), completes('~insure')))).toEqual([
      [
        'execution',
        'compensation_failed',
        `${CAUSE}, and charge could not be undone. It waits for an operator: cantata compensation retry execution tries again.`,
      ],
      ['book', 'waits_for_undoing', 'book is undone after what was built on it: charge first.'],
      [
        'charge',
        'compensation_failed',
        'charge could not be undone (agent_error: it broke); cantata compensation retry execution charge tries again, cantata compensation skip execution charge leaves it as it is.',
      ],
    ]);
  });

  test('says that it is over', () => {
    const over = failed().commands(completes('~charge'), completes('~insure'), completes('~book'));
    expect(told(over)).toEqual([['execution', 'compensated', `${CAUSE}, and what was done is undone.`]]);
    const cancelled = given(aPlan({ agents: { clerks: 1 }, tasks: { a: { compensate: undo }, b: ['a'] } }))
      .commands(starts(), completes('a'), cancels('enough'), fails('b', { code: 'agent_aborted' }))
      .commands(completes('~a'));
    expect(told(cancelled)[0]).toEqual([
      'execution',
      'compensated',
      'It was cancelled (enough), and what was done is undone.',
    ]);
  });

  test('says so, too, where the execution itself ran out of time', () => {
    const late = given(aPlan({ agents: { clerks: 1 }, tasks: { a: { compensate: undo }, b: ['a'] } }))
      .commands(starts({ timeoutMs: 100 }), completes('a'))
      .at(100)
      .commands(fires('execution_timeout'), fails('b', { code: 'agent_aborted' }));
    expect(told(late)[0]?.[2]).toContain('It failed (execution_timed_out: ');
  });

  test('has a word for what is due between two steps of many', () => {
    const one = failed();
    const [book] = one.state.compensations.values();
    if (book !== undefined) Object.assign(book, { status: 'due' });
    expect(told(one)).toContainEqual(['book', 'starting', 'book is about to be undone.']);
  });
});

describe('the view of what is undone', () => {
  const statuses = (one: Given) => viewExecution(one.state, 0).tasks.map(({ status }) => status);

  test('has a word for each state of it', () => {
    const one = failed();
    expect(statuses(one)).toEqual(['completed', 'compensating', 'compensating', 'failed']);
    one.commands(completes('~insure'));
    expect(statuses(one)).toEqual(['completed', 'compensating', 'compensated', 'failed']);
    one.commands(fails('~charge'));
    expect(statuses(one)).toEqual(['completed', 'compensation_failed', 'compensated', 'failed']);
    expect(viewExecution(one.state, 0).error_details).toMatchObject({ code: 'agent_error', task: 'ship' });
    one.commands(skipsUndoing('charge'));
    expect(statuses(one)).toEqual(['compensating', 'completed', 'compensated', 'failed']);
  });

  test('shows who undoes what', () => {
    const { agents } = viewExecution(failed().state, 0);
    expect(agents.flatMap(({ task }) => (task === null ? [] : [task]))).toEqual([
      'undoing insure',
      'undoing charge',
    ]);
  });

  test('says how often is was tried, of what is tried again', () => {
    const one = failed().commands(fails('~charge'), completes('~insure'), retriesUndoing());
    const turn = [...one.state.compensations.values()][1]?.turn;
    expect(turn && itemStatus(one.state, turn)).toBe('running');
    expect(turn?.attempt).toBe(2);
  });
});
