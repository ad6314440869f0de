import { CheckedResource, starts } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WorkflowRef } from '../execution/events.ts';
import { CONTINUE } from '../law.ts';
import { type AdmissionRequest, type AdmissionState, MAX_ADMISSIONS_WAITING } from './admission.ts';
import type { Claim } from './claim.ts';
import { admissionOf, poolOf } from './ids.ts';
import type { ResourceCommand } from './law.ts';

const start = starts() as AdmissionRequest['start'];
const requests = (execution: string, limit: number): ResourceCommand => ({
  type: 'admission.request',
  execution,
  limit,
  start,
});
const queues = (execution: string, limit: number): ResourceCommand => ({
  ...(requests(execution, limit) as AdmissionRequest),
  queue: true,
});
const PARENT: Claim = { execution: 'parent', task: 'child', activation: 1 };
const releases = (execution: string): ResourceCommand => ({ type: 'admission.release', execution });

function admission(...held: readonly string[]) {
  const checked = new CheckedResource(admissionOf('workflow'));
  const state = checked.state as AdmissionState;
  held.forEach((execution, n) => {
    checked.tell(requests(execution, Number.POSITIVE_INFINITY), n);
  });
  const tell = (command: ResourceCommand, now = 100) => checked.tell(command, now);
  return { state, tell, checked };
}

describe('a sub-workflow at the admission', () => {
  test('is let in at once inside an execution of the same workflow, whoever waits', () => {
    const { tell } = admission('run-1');
    tell(queues('run-2', 1));
    const inside = { ...(requests('run-3', 1) as AdmissionRequest), isInside: true };
    expect(tell(inside).events).toEqual([{ type: 'admission.granted', execution: 'run-3' }]);
  });

  test('that was written off is told of to its parent with the release of its place', () => {
    const { tell } = admission('run-1');
    const tells = { to: 'parent', command: CONTINUE } as never;
    const written: ResourceCommand = { type: 'admission.release', execution: 'run-1', tells };
    expect(tell(written).messages).toEqual([tells]);
    expect(tell(written)).toMatchObject({ events: [], messages: [tells] });
  });

  test('leaves the line when nobody waits for it any more, and keeps a place it has', () => {
    const { tell } = admission('run-1');
    tell(queues('run-2', 1));
    const withdraws = (execution: string): ResourceCommand => ({ type: 'admission.withdraw', execution });
    expect(tell(withdraws('run-2')).events).toEqual([{ type: 'admission.withdrawn', execution: 'run-2' }]);
    expect(tell(withdraws('run-2')).events).toEqual([]);
    expect(tell(withdraws('run-1')).events).toEqual([]);
  });
});

describe('where the operator has limited what runs, an admission', () => {
  const limits = { maxExecutions: 3 };
  const need = { cpuMillis: 500, memoryBytes: 0 };
  const limited = () => {
    const checked = new CheckedResource(admissionOf('workflow'), { capacity: { limits, waitMs: 9 } });
    const state = checked.state as AdmissionState;
    return { state, tell: (command: ResourceCommand, now = 100) => checked.tell(command, now) };
  };
  const asks = (execution: string): AdmissionRequest => ({
    ...(requests(execution, 1) as AdmissionRequest),
    need,
  });
  const waits = (execution: string): AdmissionRequest => ({ ...asks(execution), waits: true });
  const toPool = (request: AdmissionRequest, waitMs?: number) => ({
    to: 'pool/executions',
    command: {
      type: 'pool.request',
      execution: request.execution,
      need: request.need,
      limits,
      request,
      ...(waitMs === undefined ? {} : { waitMs }),
    },
  });
  const back = (execution: string) => ({
    to: 'pool/executions',
    command: { type: 'pool.release', execution },
  });
  const placed = (request: AdmissionRequest): AdmissionRequest => ({ ...request, placed: true });

  test('asks for a place first, and keeps nothing for who would rather be refused', () => {
    const { tell, state } = limited();
    expect(tell(asks('run-1'))).toMatchObject({ events: [], messages: [toPool(asks('run-1'))] });
    expect(tell(placed(asks('run-1')))).toMatchObject({
      events: [{ type: 'admission.granted', execution: 'run-1', placed: true }],
      messages: [{ to: 'run-1', command: start }],
    });
    expect(state.placed).toEqual(new Set(['run-1']));
    expect(tell(asks('run-2')).rejection).toMatchObject({ code: 'workflow_already_executing' });
  });

  test('gives the place back with its own, and one that came too late at once', () => {
    const { tell, state } = limited();
    tell(placed(asks('run-1')));
    for (const late of ['run-1', 'run-2'])
      expect(tell(placed(asks(late)))).toMatchObject({ events: [], messages: [back(late)] });
    const tells = { to: 'parent', command: CONTINUE } as never;
    expect(tell({ type: 'admission.release', execution: 'run-1', tells })).toMatchObject({
      events: [{ type: 'admission.released', execution: 'run-1' }],
      messages: [back('run-1'), tells],
    });
    expect(state.placed.size).toBe(0);
  });

  test('keeps room for who waits for a place, until it has one or waits in vain', () => {
    const { tell, state } = limited();
    expect(tell(waits('run-1'))).toMatchObject({
      events: [{ type: 'admission.reserved', execution: 'run-1' }],
      messages: [toPool(waits('run-1'), 9)],
    });
    expect(tell(waits('run-2')).rejection).toMatchObject({ code: 'workflow_already_executing' });
    expect(tell(releases('run-1'))).toMatchObject({
      events: [{ type: 'admission.released', execution: 'run-1' }],
      messages: [],
    });
    tell(waits('run-3'));
    expect(tell(placed(waits('run-3')), 200).events).toEqual([
      { type: 'admission.granted', execution: 'run-3', placed: true },
    ]);
    expect(state.reserved.size).toBe(0);
    expect(state.holders).toEqual(new Map([['run-3', 200]]));
  });

  test('passes a cancel on to the pool while who it is for waits there, and then to itself', () => {
    const { tell } = limited();
    const cancel = { type: 'cancel', by: 'ann' } as const;
    const withdraws = { type: 'admission.withdraw', execution: 'run-1', cancel } as const;
    tell(waits('run-1'));
    expect(tell(withdraws)).toMatchObject({
      events: [],
      messages: [{ to: poolOf(), command: { type: 'pool.withdraw', execution: 'run-1', cancel } }],
    });
    // The pool is not asked twice, whatever it says.
    for (const told of [{ ...withdraws, placed: true } as const, placed(waits('run-1')), withdraws])
      expect(tell(told).messages).toMatchObject([{ to: 'run-1' }]);
  });

  test('asks for a place for who waits in its own line when it has room, patiently', () => {
    const { tell } = limited();
    tell(placed(asks('run-1')));
    tell({ ...asks('run-2'), queue: true });
    expect(tell(releases('run-1'))).toMatchObject({
      events: [{ type: 'admission.released' }, { type: 'admission.reserved', execution: 'run-2' }],
      messages: [back('run-1'), toPool(waits('run-2'), 9)],
    });
  });

  test('asks for none for a sub-workflow: it runs in the place of its parent', () => {
    const { tell, state } = limited();
    const parent = { execution: 'parent', task: 'child', attempt: 1, depth: 1, lineage: ['w'] };
    const child = {
      ...asks('run-1'),
      start: { ...start, parent } as AdmissionRequest['start'],
      parent: PARENT,
    };
    expect(tell(child).events).toEqual([{ type: 'admission.granted', execution: 'run-1' }]);
    expect(state.placed.size).toBe(0);
    expect(tell(releases('run-1')).messages).toEqual([]);
  });

  test('asks for one for a child that is tried again on its own, and for who says nothing of its need', () => {
    const { tell } = limited();
    const { workflow } = start as { workflow: WorkflowRef };
    const again = { type: 'retry', tasks: [], key: 'same', by: 'ann', workflow } as const;
    const { need: _, ...request } = { ...asks('run-1'), start: again };
    expect(tell(request)).toMatchObject({
      messages: [{ to: 'pool/executions', command: { need: { cpuMillis: 0, memoryBytes: 0 } } }],
    });
  });
});

describe('a sub-workflow whose parent is paused', () => {
  const pause = { type: 'pause', checkpoint: 'c', by: 'ann' } as const;
  const resume = { type: 'resume', by: 'ann' } as const;
  const passes = (execution: string, command: typeof pause | typeof resume): ResourceCommand => ({
    type: 'admission.pass',
    execution,
    command,
  });

  test('is told so where it has begun, and nobody is where it has ended', () => {
    const { tell } = admission('run-1');
    const told = { events: [], messages: [{ to: 'run-1', command: pause }] };
    expect(tell(passes('run-1', pause))).toMatchObject(told);
    expect(tell(passes('run-2', pause))).toMatchObject({ events: [], messages: [] });
  });

  test('is passed over in the line until the pause is over', () => {
    const { tell, state } = admission('run-1');
    for (const execution of ['run-2', 'run-3']) tell(queues(execution, 1));
    expect(tell(passes('run-2', pause)).events).toEqual([
      { type: 'admission.suspended', execution: 'run-2' },
    ]);
    expect(tell(passes('run-2', pause)).events).toEqual([]);
    const next = {
      events: [{ type: 'admission.released' }, { type: 'admission.granted', execution: 'run-3' }],
    };
    expect(tell(releases('run-1'))).toMatchObject(next);
    expect(tell(releases('run-3')).events).toHaveLength(1);
    // Who comes now does not wait behind it.
    expect(tell(requests('run-4', 1)).events).toEqual([{ type: 'admission.granted', execution: 'run-4' }]);
    tell(releases('run-4'));
    expect(tell(passes('run-2', resume)).events).toEqual([
      { type: 'admission.resumed', execution: 'run-2' },
      { type: 'admission.granted', execution: 'run-2' },
    ]);
    expect([...state.suspended]).toEqual([]);
  });

  test('may leave the line', () => {
    const { tell, state } = admission('run-1');
    tell(queues('run-2', 1));
    tell(passes('run-2', pause));
    tell(releases('run-2'));
    expect([state.waiting.size, state.suspended.size]).toEqual([0, 0]);
  });
});

describe('who is let go', () => {
  const cancel = { type: 'cancel', by: 'execution parent', reason: 'enough' } as const;
  const lets = (execution: string): ResourceCommand => ({ type: 'admission.withdraw', execution, cancel });

  test('is told to stop by its admission where it has a place, and by nobody where it has none', () => {
    const { tell } = admission('run-1');
    tell(queues('run-2', 1));
    expect(tell(lets('run-2'))).toMatchObject({ events: [{ type: 'admission.withdrawn' }], messages: [] });
    expect(tell(lets('run-1'))).toMatchObject({ events: [], messages: [{ to: 'run-1', command: cancel }] });
    expect(tell(lets('run-3'))).toMatchObject({ events: [], messages: [] });
  });
});

describe('the admission of a workflow', () => {
  test('is one entity a workflow', () => {
    expect(admissionOf('w1')).toBe('admission/w1');
  });

  test('lets the first execution in and sends its start on', () => {
    const { state, tell } = admission();
    expect(state).toMatchObject({ resourceId: 'admission/workflow', sequence: 0, lastAt: 0 });
    expect(tell(requests('run-1', 1))).toEqual({
      events: [{ type: 'admission.granted', execution: 'run-1' }],
      messages: [{ to: 'run-1', command: start }],
      effects: [],
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
    expect(tell(releases('stranger'))).toEqual({ events: [], messages: [], effects: [], at: 100 });
    tell(releases('run-1'));
    expect(tell(releases('run-1')).events).toEqual([]);
  });

  test('numbers and times its events', () => {
    const { state, checked, tell } = admission('run-1');
    tell(requests('run-2', 2), 70);
    expect(state).toMatchObject({ sequence: 2, lastAt: 70 });
    expect(checked.tell(CONTINUE, 80).events).toEqual([]);
  });
});

describe('who waits to be admitted', () => {
  test('is let in when a place is free, in the order of asking', () => {
    const { tell } = admission('run-1');
    expect(tell(queues('run-2', 1)).events).toMatchObject([{ type: 'admission.queued', execution: 'run-2' }]);
    tell(queues('run-3', 1));
    expect(tell(releases('run-1'))).toMatchObject({
      events: [
        { type: 'admission.released', execution: 'run-1' },
        { type: 'admission.granted', execution: 'run-2' },
      ],
      messages: [{ to: 'run-2', command: start }],
    });
    expect(tell(releases('run-2')).messages).toEqual([{ to: 'run-3', command: start }]);
  });

  test('goes in at once where there is a place', () => {
    expect(admission().tell(queues('run-1', 1)).events).toEqual([
      { type: 'admission.granted', execution: 'run-1' },
    ]);
  });

  test('is not overtaken by who would not wait', () => {
    const { tell } = admission('run-1', 'run-2');
    tell(queues('run-3', 2));
    expect(tell(requests('run-4', 5)).rejection?.message).toBe(
      'workflow test has 2 open executions, and 5 are allowed, and 1 wait for a place',
    );
    expect(tell(requests('run-4', 1)).rejection?.message).toBe(
      'workflow test is executing already: run-1, and 1 wait for a place',
    );
  });

  test('may leave the line, and exists only once in it', () => {
    const { tell } = admission('run-1');
    tell(queues('run-2', 1));
    expect(tell(queues('run-2', 1)).rejection?.code).toBe('already_started');
    expect(tell(releases('run-2')).events).toEqual([{ type: 'admission.withdrawn', execution: 'run-2' }]);
    expect(tell(releases('run-1')).events).toHaveLength(1);
  });

  test('is told, or its parent is, when too many wait', () => {
    const { state, tell } = admission('run-1');
    for (let n = 0; n < MAX_ADMISSIONS_WAITING; n++) {
      state.waiting.push(`w${n}`, { execution: `w${n}`, limit: 1, start, since: 0 });
    }
    const message = '10000 executions of workflow test wait to be admitted already';
    expect(tell(queues('late', 1)).rejection).toMatchObject({ code: 'queue_full', message });
    const child = { ...(requests('late', 1) as AdmissionRequest), parent: PARENT };
    expect(tell(child)).toMatchObject({
      events: [],
      messages: [
        {
          to: 'parent',
          command: {
            type: 'resource.denied',
            resource: 'admission/workflow',
            claim: PARENT,
            code: 'queue_full',
            message,
          },
        },
      ],
    });
  });

  test('is never more than allowed inside, and nobody is passed over', () => {
    const who = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const move = fc.oneof(
      fc.record({ kind: fc.constant('request' as const), who, limit: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('queue' as const), who, limit: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('release' as const), who, limit: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        const { state, tell } = admission();
        let inside: string[] = [];
        let line: { readonly who: string; readonly limit: number }[] = [];
        for (const { kind, who: id, limit } of moves) {
          const isKnown = inside.includes(id) || line.some((one) => one.who === id);
          tell(
            kind === 'release' ? releases(id) : kind === 'queue' ? queues(id, limit) : requests(id, limit),
          );
          if (kind === 'release') {
            inside = inside.filter((one) => one !== id);
            line = line.filter((one) => one.who !== id);
          } else if (!isKnown) {
            if (line.length === 0 && inside.length < limit) inside.push(id);
            else if (kind === 'queue') line.push({ who: id, limit });
          }
          for (let head = line[0]; head !== undefined && inside.length < head.limit; head = line[0]) {
            inside.push(head.who);
            line.shift();
          }
          expect([...state.holders.keys()]).toEqual(inside);
          expect([...state.waiting].map(({ execution }) => execution)).toEqual(line.map((one) => one.who));
        }
      }),
    );
  });
});
