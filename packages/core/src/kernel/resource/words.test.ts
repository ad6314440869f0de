import { CheckedResource, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { AdmissionRequest, AdmissionState } from './admission.ts';
import { type Claim, claimKey } from './claim.ts';
import type { ResourceCommand } from './law.ts';
import { whyClaimWaits, whyNotAdmitted } from './words.ts';

const claimOf = (execution: string, item?: number): Claim => ({
  execution,
  task: 'pay',
  ...(item === undefined ? {} : { item }),
  activation: 1,
});

function told(id: string, ...commands: readonly ResourceCommand[]) {
  const resource = new CheckedResource(id);
  commands.forEach((command, n) => resource.tell(command, n * 1_000));
  return (execution: string, now: number) => whyClaimWaits(resource.state, claimKey(claimOf(execution)), now);
}

describe('who waits for a lock or a quota', () => {
  const acquires = (execution: string, count = 1, capacity = 1, item?: number): ResourceCommand => ({
    type: 'semaphore.acquire',
    claim: claimOf(execution, item),
    count,
    capacity,
  });

  test('is told who holds it, since when, and how many wait before', () => {
    const why = told('lock/t/stock', acquires('a'), acquires('b'), acquires('c'), acquires('d'));
    expect(why('b', 3_000)).toBe('It is held by execution a, pay, for 3 s; it is the next one.');
    expect(why('c', 3_000)).toBe('It is held by execution a, pay, for 3 s; one waits before it.');
    expect(why('d', 3_000)).toBe('It is held by execution a, pay, for 3 s; 2 wait before it.');
    expect(why('a', 3_000)).toBeUndefined();
  });

  test('is told of shares of a quota, and of one that nobody holds', () => {
    const why = told('quota/t/gpus', acquires('a', 2, 3, 1), acquires('b', 2, 3));
    expect(why('b', 2_000)).toBe('It is held by execution a, pay[1] (2 of it), for 2 s; it is the next one.');
    const narrow = told('quota/t/gpus', acquires('a', 1, 1), acquires('b', 1, 1), {
      type: 'holder.gone',
      execution: 'b',
    });
    expect(narrow('b', 0)).toBeUndefined();
  });
});

describe('who waits for agents that fail', () => {
  const asks = (execution: string): ResourceCommand => ({ type: 'breaker.ask', claim: claimOf(execution) });
  const OPENED: ResourceCommand = { type: 'breaker.report', outcomes: [false], threshold: 1, openMs: 10_000 };

  test('is told when somebody tries them, and who', () => {
    const open = told('breaker/t/clerk', OPENED, asks('a'), asks('b'));
    expect(open('b', 4_000)).toBe(
      'Agents of the type clerk failed too often; one attempt tries them in 6 s; one waits before it.',
    );
    const probed = told(
      'breaker/t/clerk',
      { type: 'breaker.report', outcomes: [false], threshold: 1, openMs: 1_000 },
      asks('a'),
      asks('b'),
    );
    expect(probed('b', 4_000)).toBe(
      'Agents of the type clerk failed too often; execution a, pay, tries them for all; it is the next one.',
    );
    expect(probed('a', 4_000)).toBeUndefined();
  });

  test('is told nothing where there is no line', () => {
    expect(told('rate/t/x')('a', 0)).toBeUndefined();
  });
});

test('who waits to be let in is told who is, and how many wait before', () => {
  const admission = new CheckedResource('admission/w');
  const start = starts() as AdmissionRequest['start'];
  for (const execution of ['a', 'b', 'c'])
    admission.tell({ type: 'admission.request', execution, limit: 1, start, queue: true }, 0);
  const why = (execution: string) => whyNotAdmitted(admission.state as AdmissionState, execution, 5_000);
  expect(why('b')).toBe(
    'It waits for a place: test admits 1, and these are open: a, for 5 s; it is the next one.',
  );
  expect(why('c')).toMatch(/; one waits before it\.$/);
  expect(why('a')).toBeUndefined();
});
