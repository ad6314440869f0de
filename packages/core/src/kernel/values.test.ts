import { aComputed, aPlan, completes, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { dependencyOutputs, executionOutput, itemInput, taskOutput } from './execution/input.ts';
import { executionLaw } from './execution/law.ts';
import { viewExecution } from './execution/look/view.ts';
import { encodeExecution } from './execution/snapshot/encode.ts';
import { restoreExecution } from './execution/snapshot/restore.ts';
import { type ExecutionState, newExecution } from './execution/state.ts';
import { CONTINUE } from './law.ts';
import { type Step, step } from './step.ts';
import {
  isInline,
  isReference,
  type Keep,
  MAX_INLINE_BYTES,
  NO_VALUES,
  referenceTo,
  referenceWords,
  together,
  ValuesMissing,
  valueOf,
  valuesOf,
} from './values.ts';

const LARGE = 'x'.repeat(MAX_INLINE_BYTES);

function digestsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ValuesMissing) return error.digests;
    throw error;
  }
  return [];
}

describe('a value stands in an event as it is', () => {
  test.each<[string, Json, boolean]>([
    ['that is small', { a: [1, 'two', null, true] }, true],
    ['that takes all the room there is', 'x'.repeat(MAX_INLINE_BYTES - 2), true],
    ['that is a byte larger', 'x'.repeat(MAX_INLINE_BYTES - 1), false],
    ['whose parts are small, and which is not', Array.from({ length: 5_000 }, (_, n) => n), false],
    ['whose keys are large', { [LARGE]: 1, b: 2 }, false],
    ['that hides what is large behind much that is not', { a: 1, b: { c: [0, LARGE] } }, false],
    ['that could be taken for a reference', { $blob: 'mine', more: 1 }, false],
    ['that has something in it that could be', [{ $blob: 'mine' }], true],
  ])('if it is one %s: %#', (_, value, inline) => {
    expect(isInline(value)).toBe(inline);
  });

  test('without what it leaves out', () => {
    expect(isInline({ a: undefined as unknown as Json, b: 1 })).toBe(true);
  });
});

describe('a reference', () => {
  const reference = referenceTo('sha256:a', 2_048);

  test('is told from every value that stands for itself', () => {
    expect(isReference(reference)).toBe(true);
    for (const value of [null, 1, 'text', [], {}, { bytes: 2 }]) expect(isReference(value)).toBe(false);
    expect(referenceWords(reference)).toBe('a value of 2 KiB');
  });

  test('stands for the value at hand, and misses the one that is not', () => {
    expect(valueOf(reference, new Map([['sha256:a', [1]]]))).toEqual([1]);
    expect(valueOf('itself', NO_VALUES)).toBe('itself');
    expect(digestsOf(() => valueOf(reference, NO_VALUES))).toEqual(['sha256:a']);
  });

  test('of several is missing together with the others, each once', () => {
    const kept = [reference, 1, referenceTo('sha256:b', 1), reference, referenceTo('sha256:c', 1)];
    expect(digestsOf(() => valuesOf(kept, new Map([['sha256:c', null]])))).toEqual(['sha256:a', 'sha256:b']);
    expect(valuesOf([1, referenceTo('sha256:c', 1)], new Map([['sha256:c', null]]))).toEqual([1, null]);
  });

  test('is not what any other error is taken for', () => {
    const other = new Error('other');
    expect(() =>
      together([1], () => {
        throw other;
      }),
    ).toThrow(other);
  });
});

/** An execution whose large values lie in `stored`, as a shell runs it. */
class Kept {
  readonly state: ExecutionState;
  readonly stored = new Map<string, Json>();
  readonly #keep: Keep = (value) => {
    if (isInline(value)) return value;
    const digest = `sha256:${this.stored.size + 1}`;
    this.stored.set(digest, value);
    return referenceTo(digest, JSON.stringify(value).length);
  };

  constructor(plan: ReturnType<typeof aPlan>) {
    this.state = newExecution('execution', plan);
  }

  tell(command: Parameters<typeof executionLaw.decide>[1], at = 0): Step<{ readonly type: string }> {
    return step(executionLaw, this.state, command, at, this.#keep);
  }

  answer(place: string, output: Json): ReturnType<Kept['tell']> {
    const told = completes(place, output);
    return this.tell(typeof told === 'function' ? told(this.state) : told);
  }

  start(input: Json): ReturnType<Kept['tell']> {
    return this.tell(starts({ input }));
  }

  atHand(...digests: readonly string[]): this {
    this.state.values = new Map(digests.map((digest) => [digest, this.stored.get(digest) as Json]));
    return this;
  }
}

describe('an execution with large values', () => {
  const chain = aPlan({ tasks: { a: [], b: ['a'] } });

  test('keeps references in its events and its state, and says that it has some', () => {
    const kept = new Kept(chain);
    kept.start({ big: LARGE });
    expect(kept.state.request?.input).toEqual(referenceTo('sha256:1', LARGE.length + 10));
    expect(kept.state.hasReferences).toBe(true);
    const { events } = kept.answer('a', [LARGE]);
    expect(events[0]).toMatchObject({ type: 'task.completed', output: { $blob: 'sha256:2' } });
    const json = encodeExecution(kept.state);
    expect(JSON.stringify(json).length).toBeLessThan(3_000);
    expect(restoreExecution('execution', chain, json).hasReferences).toBe(true);
  });

  test('has none where all its values are small', () => {
    const { state } = given(chain).commands(starts({ input: 1 }), completes('a', 'small'));
    expect(state.hasReferences).toBe(false);
    expect(restoreExecution('execution', chain, encodeExecution(state)).hasReferences).toBe(false);
  });

  test('is read with the values at hand: inputs, outputs, and what people see', () => {
    const kept = new Kept(chain);
    kept.start({ big: LARGE });
    kept.answer('a', [LARGE]);
    const { state } = kept;
    expect(digestsOf(() => itemInput(state, 0, undefined))).toEqual(['sha256:1']);
    expect(digestsOf(() => viewExecution(state, 0))).toEqual(['sha256:1']);
    expect(itemInput(state, 1, undefined, kept.stored)).toEqual([LARGE]);
    kept.atHand('sha256:1', 'sha256:2');
    expect(dependencyOutputs(state, 1)).toEqual({ a: [LARGE] });
    kept.answer('b', { last: LARGE });
    expect(digestsOf(() => executionOutput(state))).toEqual(['sha256:3']);
    kept.atHand('sha256:1', 'sha256:3');
    expect(viewExecution(state, 0)).toMatchObject({ input: { big: LARGE }, output: { last: LARGE } });
  });

  test('stops before what it cannot read, having done what comes before, and goes on when it can', () => {
    const both = aComputed(({ tasks }) => tasks['a']?.output as Json, { tasks: ['a'] });
    const kept = new Kept(aPlan({ tasks: { a: [], b: { dependsOn: ['a'], input: both } } }));
    kept.start(null);
    const first = kept.answer('a', LARGE);
    expect(first.events.map(({ type }) => type)).toEqual(['task.completed']);
    expect(kept.state.effects.at(-1)).toEqual({ kind: 'continue' });
    expect(kept.tell(CONTINUE)).toEqual({ events: [], messages: [], at: 0, missing: ['sha256:1'] });
    const next = kept.atHand('sha256:1').tell(CONTINUE);
    expect(next.events).toMatchObject([
      { type: 'task.opened', task: 'b', input: { $blob: 'sha256:2' } },
      { type: 'agent.task_assigned' },
    ]);
    expect(next.missing).toBeUndefined();
  });

  test('asks for all that an expression reads at once, and for the input only where it is read', () => {
    const reads = (names: readonly string[], input: boolean) =>
      aComputed(() => null, { input, tasks: names });
    const tasks = (input: ReturnType<typeof reads>) =>
      aPlan({ agents: { w: 2 }, tasks: { a: [], b: [], c: { dependsOn: ['a', 'b'], input } } });
    for (const [input, missing] of [
      [reads(['a', 'b'], true), ['sha256:1', 'sha256:2', 'sha256:3']],
      [reads(['b'], false), ['sha256:3']],
    ] as const) {
      const kept = new Kept(tasks(input));
      kept.start(LARGE);
      kept.answer('a', [LARGE]);
      kept.answer('b', [[LARGE]]);
      expect(kept.tell(CONTINUE).missing).toEqual(missing);
    }
  });

  test('counts the items of a large list once it is at hand, and does not read what it does not count', () => {
    const list = Array.from({ length: 3 }, () => LARGE);
    const tasks = { a: [], p: { dependsOn: ['a'], parallel: true }, q: { dependsOn: ['p'], parallel: true } };
    const kept = new Kept(aPlan({ agents: { w: 3 }, tasks }));
    kept.start(null);
    kept.answer('a', list);
    expect(kept.tell(CONTINUE).missing).toEqual(['sha256:1']);
    expect(kept.atHand('sha256:1').tell(CONTINUE).events[0]).toMatchObject({ type: 'task.opened', items: 3 });
    expect(itemInput(kept.state, 1, 2)).toBe(LARGE);
    for (const item of [0, 1, 2]) kept.answer(`p[${item}]`, `${item}${LARGE}`);
    expect(digestsOf(() => taskOutput(kept.state, 1))).toEqual(['sha256:2', 'sha256:3', 'sha256:4']);
    // An item that follows an item reads that one alone.
    expect(digestsOf(() => itemInput(kept.state, 2, 1))).toEqual(['sha256:3']);
  });

  test('whose law throws at a value is as broken as any other', () => {
    const broken = aComputed(() => {
      throw new TypeError('a bug');
    });
    const kept = new Kept(aPlan({ tasks: { a: { input: broken } } }));
    expect(() => kept.start(null)).toThrow('a bug');
  });
});
