import { CheckedResource, starts } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AdmissionRequest } from './admission.ts';
import { type CapacityLimits, type Need, neverFits, shortage, termsOf } from './capacity.ts';
import { admissionOf, poolOf } from './ids.ts';
import type { ResourceCommand } from './law.ts';
import { MAX_PLACES_WAITING, MAX_REFUSED_KNOWN, type PoolRequest, type PoolState } from './pool.ts';
import { whyNoPlace } from './words.ts';

const GIB = 1_073_741_824;
const DUE: ResourceCommand = { type: 'timer', timer: { kind: 'allocation_due' } };
const ADMISSION = admissionOf('workflow');
const start = starts() as AdmissionRequest['start'];
const admits = (execution: string): AdmissionRequest => ({
  type: 'admission.request',
  execution,
  limit: 9,
  start,
});
const need = (cpuMillis = 0, memoryBytes = 0): Need => ({ cpuMillis, memoryBytes });

interface Asked {
  readonly need?: Need;
  readonly limits?: CapacityLimits;
  readonly waitMs?: number;
}

function asks(execution: string, asked: Asked = {}): PoolRequest {
  const defaults = { need: need(), limits: { maxExecutions: 1 } };
  return { type: 'pool.request', execution, request: admits(execution), ...defaults, ...asked };
}
const waits = (execution: string, asked: Asked = {}): PoolRequest =>
  asks(execution, { waitMs: 1_000, ...asked });
const releases = (execution: string): ResourceCommand => ({ type: 'pool.release', execution });
const placed = (execution: string) => ({ to: ADMISSION, command: { ...admits(execution), placed: true } });
const unkept = (execution: string) => ({
  to: ADMISSION,
  command: { type: 'admission.release', execution },
});

function pool(...asked: readonly ResourceCommand[]) {
  const checked = new CheckedResource(poolOf());
  asked.forEach((command, n) => void checked.tell(command, n));
  const state = checked.state as PoolState;
  const tell = (command: ResourceCommand, now = 100) => checked.tell(command, now);
  return { checked, state, tell, line: () => Array.from(state.waiting, ({ execution }) => execution) };
}

describe('the pool', () => {
  test('gives a place to whoever there is room for, and sends the request back as placed', () => {
    const { state, tell } = pool();
    expect(tell(asks('a', { need: need(500, 7) }))).toMatchObject({
      events: [{ type: 'pool.granted', execution: 'a', need: need(500, 7) }],
      messages: [placed('a')],
    });
    expect(state.taken).toEqual({ executions: 1, cpuMillis: 500, memoryBytes: 7 });
  });

  test('refuses who may not wait, says what there is too little of, and keeps nothing', () => {
    const { tell } = pool(asks('a'));
    expect(tell(asks('b'))).toMatchObject({
      events: [],
      messages: [],
      rejection: {
        code: 'capacity_exhausted',
        message: 'there is no room for another execution now: 1 of 1 executions run',
        detail: {
          limits: { executions: 1, cpu_millis: null, memory_bytes: null },
          used: { executions: 1, cpu_millis: 0, memory_bytes: 0 },
        },
      },
    });
  });

  test('lets who may wait wait in line, and nobody overtake', () => {
    const { tell, line } = pool(asks('a'), waits('b'), waits('c'));
    expect(line()).toEqual(['b', 'c']);
    expect(tell(asks('d', { limits: { maxExecutions: 5 } })).rejection).toMatchObject({
      code: 'capacity_exhausted',
      message: 'there is no room for another execution now: others came before (2 wait in line)',
    });
    expect(tell(releases('a'))).toMatchObject({
      events: [{ type: 'pool.released' }, { type: 'pool.granted', execution: 'b' }],
      messages: [placed('b')],
    });
    expect(line()).toEqual(['c']);
  });

  test('grants no place twice, and takes back what nobody holds', () => {
    const { tell } = pool(asks('a'), waits('b'));
    for (const execution of ['a', 'b'])
      expect(tell(waits(execution)).rejection).toMatchObject({ code: 'already_started' });
    expect(tell(releases('c'))).toMatchObject({ events: [], messages: [] });
  });

  test('gives up on who waits too long, and its admission keeps nothing for it any more', () => {
    const { state, tell, checked, line } = pool(asks('a'), waits('b'), waits('c'));
    expect(checked.wakesAt).toBe(1_001);
    expect(tell(DUE, 1_000).events).toEqual([]);
    expect(tell(DUE, 1_001)).toMatchObject({
      events: [{ type: 'pool.refused', execution: 'b', code: 'allocation_timed_out' }],
      messages: [unkept('b')],
    });
    expect(line()).toEqual(['c']);
    expect(checked.wakesAt).toBe(1_002);
    expect(state.refused.get('b')).toBe('allocation_timed_out');
    expect(tell(DUE, 2_000).events).toHaveLength(1);
    expect(checked.wakesAt).toBeUndefined();
    // Whoever tries again is not known as refused any more.
    tell(waits('b'), 2_001);
    expect([...state.refused.keys()]).toEqual(['c']);
  });

  test('lets nobody give up before who came before, whatever the time may be by then', () => {
    const { checked, tell, line } = pool(asks('a'), waits('b', { waitMs: 5_000 }), waits('c'));
    expect(tell(DUE, 4_000).events).toEqual([]);
    expect(checked.wakesAt).toBe(5_001);
    tell(DUE, 5_001);
    expect(line()).toEqual([]);
    tell(waits('d'), 5_100);
    expect(checked.wakesAt).toBe(6_100);
  });

  test('gives up on a thousand at a time, and on the rest right after', () => {
    const { state, tell, line } = pool(asks('a'), waits('w0'));
    for (let n = 1; n < 1_001; n++)
      state.waiting.push(`w${n}`, { ...waits(`w${n}`), since: 1, until: 1_001 });
    expect(tell(DUE, 9_000).events).toHaveLength(1_000);
    expect(line()).toEqual(['w1000']);
    expect(tell(DUE, 9_000).events).toHaveLength(1);
  });

  test('refuses at once what would not fit even alone, whether or not it may wait', () => {
    const limits = { maxCpuMillis: 1_000 };
    const { tell } = pool();
    expect(tell(asks('a', { limits, need: need(1_500) })).rejection).toMatchObject({
      code: 'resources_insufficient',
      message:
        'test does not fit what there is, even alone: it needs 1.5 cores, and 0 cores of 1 core are taken',
    });
    expect(tell(waits('b', { limits, need: need(1_500) }))).toMatchObject({
      events: [{ type: 'pool.refused', execution: 'b', code: 'resources_insufficient' }],
      messages: [unkept('b')],
    });
  });

  test('has a bound for its line', () => {
    const { state, tell } = pool(asks('a'), waits('w0'));
    for (let n = 1; n < MAX_PLACES_WAITING; n++)
      state.waiting.push(`w${n}`, { ...waits(`w${n}`), since: 0, until: 9_000 });
    expect(tell(waits('b'))).toMatchObject({
      events: [{ type: 'pool.refused', execution: 'b', code: 'queue_full' }],
      messages: [unkept('b')],
    });
  });

  test('has a bound for what it knows of those it refused: the oldest is forgotten', () => {
    const { checked, state } = pool();
    const limits = { maxExecutions: 0 };
    for (let n = 0; n <= MAX_REFUSED_KNOWN; n++) checked.tell(waits(`w${n}`, { limits }), 0);
    expect(state.refused.size).toBe(MAX_REFUSED_KNOWN);
    expect(state.refused.has('w0')).toBe(false);
  });

  test('has its places by what everybody needs of each', () => {
    const limits = { maxExecutions: 9, maxCpuMillis: 4_000, maxMemoryBytes: 2 * GIB };
    const { tell, state } = pool(
      asks('a', { limits, need: need(3_000, GIB) }),
      asks('b', { limits, need: need(1_000, GIB / 2) }),
    );
    expect(tell(asks('c', { limits, need: need(1_000, GIB) })).rejection?.message).toBe(
      'there is no room for another execution now: it needs 1 core, and 4 cores of 4 cores are taken and it needs 1 GiB, and 1.5 GiB of 2 GiB are taken',
    );
    expect(tell(asks('d', { limits })).events).toHaveLength(1);
    for (const execution of ['a', 'b', 'd']) tell(releases(execution));
    expect(state.taken).toEqual({ executions: 0, cpuMillis: 0, memoryBytes: 0 });
  });
});

describe('a cancel that came the way of the start', () => {
  const cancel = { type: 'cancel', by: 'ann' } as const;
  const withdraws = (execution: string): ResourceCommand => ({
    type: 'pool.withdraw',
    execution,
    cancel,
    admission: ADMISSION,
  });

  test('ends the wait, and what is kept for it is released', () => {
    const { tell, state } = pool(asks('a'), waits('b'), waits('c'));
    expect(tell(withdraws('b'))).toMatchObject({
      events: [{ type: 'pool.refused', execution: 'b', code: 'start_cancelled' }],
      messages: [unkept('b')],
    });
    expect([...state.waiting].map(({ execution }) => execution)).toEqual(['c']);
  });

  test('goes back behind the place that was given meanwhile', () => {
    const { tell } = pool(asks('a'));
    const command = { type: 'admission.withdraw', execution: 'a', cancel, placed: true };
    expect(tell(withdraws('a'))).toMatchObject({ events: [], messages: [{ to: ADMISSION, command }] });
  });

  test('finds nothing where nobody waits', () => {
    const { tell } = pool(asks('a'));
    expect(tell(withdraws('b'))).toMatchObject({ events: [], messages: [] });
  });
});

describe('who waits for room', () => {
  test('is told what there is too little of, who is before it, and when it gives up', () => {
    const { state } = pool(asks('a'), waits('b'), waits('c'), waits('d'));
    expect(whyNoPlace(state, 'b', 1)).toBe(
      'It waits to begin as an execution of test, until there is room for it: 1 of 1 executions run; it is the next one. It gives up in 1 s.',
    );
    expect(whyNoPlace(state, 'd', 1_000)).toMatch(/; 2 wait before it\. It gives up/);
    expect(whyNoPlace(state, 'a', 1)).toBeUndefined();
  });

  test('is told of those before it where there were room', () => {
    const limits = { maxCpuMillis: 1_000 };
    const { state } = pool(
      asks('a', { limits, need: need(500) }),
      waits('b', { limits, need: need(1_000) }),
      waits('c', { limits, need: need(100) }),
    );
    expect(whyNoPlace(state, 'c', 0)).toMatch(/room for it: those before it come first; one waits before it/);
  });
});

describe('a capacity', () => {
  test('is none where nothing is limited', () => {
    expect(termsOf({}, 5)).toBeUndefined();
    expect(termsOf({ maxExecutions: undefined } as unknown as CapacityLimits, 5)).toBeUndefined();
    expect(termsOf({ maxCpuMillis: 0 }, 5)).toEqual({ limits: { maxCpuMillis: 0 }, waitMs: 5 });
  });

  test('fits what needs as much as there is', () => {
    expect(neverFits(need(1_000, 5), { maxCpuMillis: 1_000, maxMemoryBytes: 5 })).toBeUndefined();
    expect(shortage({ executions: 3, cpuMillis: 0, memoryBytes: 0 }, need(), {})).toBeUndefined();
  });
});

test('whatever is asked and given back, nothing is over the limits, nobody waits while there is room, and nothing is left', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const limits = { maxExecutions: 3, maxCpuMillis: 1_000 };
  const step = fc.record({
    who: fc.constantFrom(...names),
    what: fc.constantFrom('ask', 'wait', 'release', 'due'),
    cpu: fc.constantFrom(0, 300, 600, 1_000),
    afterMs: fc.constantFrom(0, 10, 700),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { state, tell } = pool();
      let now = 0;
      for (const { who, what, cpu, afterMs } of steps) {
        now += afterMs;
        if (what === 'release') tell(releases(who), now);
        else if (what === 'due') tell(DUE, now);
        else tell((what === 'ask' ? asks : waits)(who, { limits, need: need(cpu) }), now);
        expect(state.taken.executions).toBe(state.holders.size);
        expect(state.taken.executions).toBeLessThanOrEqual(3);
        expect(state.taken.cpuMillis).toBeLessThanOrEqual(1_000);
        const { head } = state.waiting;
        if (head !== undefined) expect(shortage(state.taken, head.need, head.limits)).toBeDefined();
      }
      tell(DUE, now + 1_000_000);
      for (const name of names) tell(releases(name), now + 1_000_000);
      expect(state.taken).toEqual({ executions: 0, cpuMillis: 0, memoryBytes: 0 });
      expect(state.refused.size).toBeLessThanOrEqual(MAX_REFUSED_KNOWN);
    }),
  );
});
