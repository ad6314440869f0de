import { starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CONTINUE } from '../law.ts';
import { drainEffects, step } from '../step.ts';
import { ADMISSION_PREFIX, type AdmissionCommand, admissionOf } from './admission.ts';
import { newResource, type ResourceCommand, resourceLaw } from './law.ts';
import { encodeResource, restoreResource } from './snapshot.ts';

const start = starts() as Extract<AdmissionCommand, { type: 'admission.request' }>['start'];
const requests = (execution: string, limit: number): ResourceCommand => ({
  type: 'admission.request',
  execution,
  limit,
  start,
});
const releases = (execution: string): ResourceCommand => ({ type: 'admission.release', execution });

function admission(...held: readonly string[]) {
  const state = newResource(admissionOf('workflow'));
  held.forEach((execution, n) => {
    step(resourceLaw, state, requests(execution, Number.POSITIVE_INFINITY), n);
  });
  const tell = (command: ResourceCommand, now = 100) => step(resourceLaw, state, command, now);
  return { state, tell };
}

describe('the admission of a workflow', () => {
  test('is one entity a workflow', () => {
    expect(admissionOf('w1')).toBe(`${ADMISSION_PREFIX}w1`);
    expect(admissionOf('w1')).not.toBe(admissionOf('w2'));
  });

  test('lets the first execution in and sends its start on', () => {
    const { state, tell } = admission();
    expect(state).toMatchObject({ resourceId: 'admission/workflow', sequence: 0, lastAt: 0 });
    expect(tell(requests('run-1', 1))).toEqual({
      events: [{ type: 'admission.granted', execution: 'run-1' }],
      messages: [{ to: 'run-1', command: start }],
      at: 100,
    });
    expect([...state.holders]).toEqual([['run-1', 100]]);
  });

  test('refuses a second where one is allowed, and names the first', () => {
    const { state, tell } = admission('run-1');
    const { rejection, events, messages } = tell(requests('run-2', 1));
    expect(rejection).toEqual({
      kind: 'rejected',
      code: 'workflow_already_executing',
      message: 'workflow test is executing already: run-1',
      detail: { executions: ['run-1'] },
    });
    expect({ events, messages }).toEqual({ events: [], messages: [] });
    expect(state.holders.has('run-2')).toBe(false);
  });

  test('admits up to the limit and counts for people who come too late', () => {
    const { tell } = admission('run-1', 'run-2');
    expect(tell(requests('run-3', 3)).rejection).toBeUndefined();
    const { rejection } = tell(requests('run-4', 3));
    expect(rejection?.message).toBe('workflow test has 3 open executions, and 3 are allowed');
    expect(rejection?.detail).toEqual({ executions: ['run-1', 'run-2', 'run-3'] });
  });

  test('names at most ten holders', () => {
    const held = Array.from({ length: 12 }, (_, n) => `run-${n}`);
    expect(admission(...held).tell(requests('late', 12)).rejection?.detail).toEqual({
      executions: held.slice(0, 10),
    });
  });

  test('keeps to the limit of the version that asks, when an older one allowed more', () => {
    const { tell } = admission('run-1', 'run-2', 'run-3');
    expect(tell(requests('run-4', 2)).rejection?.code).toBe('workflow_already_executing');
    expect(tell(requests('run-4', 4)).rejection).toBeUndefined();
  });

  test('answers a second request of the same execution with "exists", below the limit and at it', () => {
    const { tell } = admission('run-1');
    for (const limit of [1, 5]) {
      expect(tell(requests('run-1', limit)).rejection).toMatchObject({
        code: 'already_started',
        message: 'execution run-1 exists already',
      });
    }
  });

  test('takes back what an execution held, and lets the next one in', () => {
    const { tell } = admission('run-1');
    expect(tell(releases('run-1')).events).toEqual([{ type: 'admission.released', execution: 'run-1' }]);
    expect(tell(requests('run-2', 1)).rejection).toBeUndefined();
  });

  test('does not mind a release of what it does not know, nor a second release', () => {
    const { tell } = admission('run-1');
    expect(tell(releases('stranger'))).toEqual({ events: [], messages: [], at: 100 });
    tell(releases('run-1'));
    expect(tell(releases('run-1')).events).toEqual([]);
  });

  test('numbers and times its events, and owes nothing', () => {
    const { state, tell } = admission('run-1');
    tell(requests('run-2', 2), 70);
    expect(state).toMatchObject({ sequence: 2, lastAt: 70 });
    expect(drainEffects(state)).toEqual([]);
    expect([...resourceLaw.owed(state)]).toEqual([]);
    expect(step(resourceLaw, state, CONTINUE, 80).events).toEqual([]);
  });
});

describe('a snapshot of a resource', () => {
  test('comes back as it was, in the order of admission', () => {
    const { state, tell } = admission('run-2', 'run-1', 'run-3');
    tell(releases('run-1'));
    const json = JSON.parse(JSON.stringify(encodeResource(state))) as ReturnType<typeof encodeResource>;
    const back = restoreResource(state.resourceId, json);
    expect(back).toEqual(state);
    expect([...back.holders.keys()]).toEqual(['run-2', 'run-3']);
  });

  test('of another format is refused', () => {
    expect(() => restoreResource('admission/w', { format: 2 })).toThrow(
      expect.objectContaining({
        code: 'snapshot_corrupt',
        message: 'a snapshot of admission/w has the format 2',
      }),
    );
  });
});
