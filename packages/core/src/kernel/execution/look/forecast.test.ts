import {
  aComputed,
  aPlan,
  cancels,
  completes,
  type DefinitionSketch,
  fails,
  fires,
  type Given,
  given,
  pauses,
  starts,
} from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import { step } from '../../step.ts';
import { executionLaw } from '../law.ts';
import { encodeExecution } from '../snapshot/encode.ts';
import { restoreExecution } from '../snapshot/restore.ts';
import { newExecution } from '../state.ts';
import { forecast } from './forecast.ts';
import { viewExecution } from './view.ts';

const takes = (durationMs: number, dependsOn: readonly string[] = []) => ({
  dependsOn,
  estimate: { durationMs },
});
const begun = (sketch: DefinitionSketch, input: number[] = []): Given =>
  given(aPlan(sketch)).commands(starts({ input }));

/** `[ms from now, path]`. */
const ahead = (run: Given, now = 0): unknown => {
  const expected = forecast(run.state, now);
  return expected && [expected.finishAt - now, expected.criticalPath.join(' ')];
};

test('items of a task with a bound are worked on in rounds of as many', () => {
  const tasks = { each: { parallel: true, maxConcurrency: 2, estimate: { durationMs: 10 } } };
  const run = begun({ agents: { w: 9 }, tasks }, [1, 2, 3, 4, 5]);
  expect(ahead(run)).toEqual([30, 'each']);
});

const diamond: DefinitionSketch = {
  agents: { w: 2 },
  tasks: { a: takes(10), b: takes(20, ['a']), c: takes(50, ['a']), d: takes(5, ['b', 'c']) },
};

describe('what is left of a running execution', () => {
  test('is at first its whole critical path', () => {
    expect(ahead(begun(diamond))).toEqual([65, 'a c d']);
  });

  test('becomes less while an agent works, and no less than nothing when it takes longer than it should', () => {
    const run = begun(diamond);
    expect(ahead(run, 4)).toEqual([61, 'a c d']);
    expect(ahead(run, 1_000)).toEqual([55, 'a c d']);
  });

  test('follows what is left when tasks complete sooner or later than estimated', () => {
    const run = begun(diamond).at(3).commands(completes('a'));
    expect(ahead(run, 3)).toEqual([55, 'c d']);
    run.at(7).commands(completes('c'));
    expect(ahead(run, 7)).toEqual([21, 'b d']);
    run.commands(completes('b'));
    expect(ahead(run, 7)).toEqual([5, 'd']);
  });

  test('is bounded by the seats that share the work', () => {
    const tasks = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`t${n}`, takes(10)]));
    expect(ahead(begun({ agents: { w: 3 }, tasks }))).toEqual([30, 't0']);
    expect(ahead(begun({ agents: { w: 3 }, tasks }), 5)).toEqual([25, 't3']);
  });

  test('counts the items a parallel task really has', () => {
    const tasks = { each: { parallel: true, estimate: { durationMs: 10 } }, end: takes(5, ['each']) };
    const run = begun({ agents: { w: 2 }, tasks }, [1, 2, 3, 4, 5]);
    expect(ahead(run)).toEqual([35, 'each end']);
    expect(ahead(run, 4)).toEqual([31, 'each end']);
    run.commands(completes('each[0]'), completes('each[1]'));
    expect(ahead(run)).toEqual([25, 'each end']);
    expect(ahead(begun({ agents: { w: 2 }, tasks }, []))).toEqual([5, 'end']);
  });

  test('does not count what is skipped', () => {
    const never = aComputed(() => false);
    const tasks = { a: takes(10), long: { ...takes(100), when: never }, after: takes(50, ['long']) };
    expect(ahead(begun({ tasks }))).toEqual([10, 'a']);
  });

  test('counts an attempt that is tried again', () => {
    const tasks = { a: { ...takes(10), retryPolicy: 'fixed' as const }, b: takes(1, ['a']) };
    const run = begun({ tasks }).at(8).commands(fails('a'));
    expect(ahead(run, 8)).toEqual([11, 'a b']);
    run.at(1_008).commands(fires('retry_due', 'a'));
    expect(ahead(run, 1_010)).toEqual([9, 'a b']);
  });

  test('counts the items that are planned where they are not decided yet', () => {
    const many = Array.from({ length: 1_200 }, (_, n) => [
      `t${n}`,
      { parallel: true, estimate: { durationMs: n === 1_199 ? 10 : 1 } },
    ]);
    const state = newExecution('execution', aPlan({ agents: { w: 2 }, tasks: Object.fromEntries(many) }));
    step(executionLaw, state, starts({ input: [1] }), 0);
    expect(state.undecided.size).toBeGreaterThan(0);
    expect(forecast(state, 0)?.criticalPath).toEqual(['t1199']);
  });

  test('is not said of one that is paused, ending or over', () => {
    expect(ahead(begun(diamond).commands(pauses()))).toBeUndefined();
    expect(ahead(begun(diamond).commands(cancels()))).toBeUndefined();
    expect(ahead(given(aPlan({ tasks: {} })).commands(starts()))).toBeUndefined();
    expect(forecast(given(aPlan()).state, 0)).toBeUndefined();
    const done = { type: 'task.completed', task: 'a', attempt: 1, output: null } as const;
    expect(ahead(begun({ tasks: { a: [] } }).events(done))).toBeUndefined();
  });

  test('is shown with the status', () => {
    expect(viewExecution(begun(diamond).state, 4).performance_metrics).toMatchObject({
      planned_ms: 65,
      critical_path_ms: 65,
      expected_finish: '1970-01-01T00:00:00.065Z',
      critical_path: ['a', 'c', 'd'],
    });
    const over = viewExecution(begun(diamond).commands(cancels()).state, 4);
    expect(over.performance_metrics).toMatchObject({ expected_finish: null, critical_path: [] });
  });

  test('is the same after a restart from a snapshot', () => {
    const skips = { when: aComputed(({ input }) => Array.isArray(input) && input.length > 2) };
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 5 }), fc.nat(8), (input, moves) => {
        const run = begun(
          {
            agents: { w: 2 },
            tasks: {
              each: { parallel: true, estimate: { durationMs: 7 } },
              maybe: { ...takes(30, ['each']), ...skips },
              after: takes(3, ['maybe']),
              other: takes(11, ['each']),
            },
          },
          input,
        );
        for (let move = 0; move < moves; move++) {
          const [item] = run.state.inFlight;
          if (item === undefined) break;
          const id = run.state.plan.tasks[item.task]?.id ?? '';
          run.commands(completes(item.index === undefined ? id : `${id}[${item.index}]`));
        }
        const restored = restoreExecution('execution', run.state.plan, encodeExecution(run.state));
        expect(restored.workMs).toEqual(run.state.workMs);
        expect(forecast(restored, 3)).toEqual(forecast(run.state, 3));
      }),
    );
  });

  test('leaves out what could not be opened', () => {
    const when = aComputed((): boolean => {
      throw new CantataError('expression_failed', 'nothing to compare');
    });
    const run = begun({ agents: { w: 2 }, tasks: { a: takes(10), b: { ...takes(50), when } } });
    const restored = restoreExecution('execution', run.state.plan, encodeExecution(run.state));
    expect(restored.workMs).toEqual(run.state.workMs);
  });
});
