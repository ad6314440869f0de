import { aDefinition } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { GUESSED_TASK_MS } from './estimate.ts';
import { createPlan } from './plan.ts';

describe('an estimate', () => {
  const definition = aDefinition({ tasks: { a: { estimate: { durationMs: 5 } }, b: {}, c: {} } });
  const history = new Map([
    ['a', { medianMs: 70, medianCost: 2, samples: 9 }],
    ['b', { medianMs: 80, samples: 3 }],
  ]);

  test('is what the document declares, else the median of past runs, else a guess', () => {
    const plan = createPlan(definition, history);
    expect(plan.tasks.map((task) => task.estimate)).toEqual([
      { durationMs: 5, cost: 2, source: 'declared' },
      { durationMs: 80, source: 'history' },
      { durationMs: GUESSED_TASK_MS, source: 'guess' },
    ]);
    expect(plan.criticalPath.length).toBe(GUESSED_TASK_MS);
  });
});
