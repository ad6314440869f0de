import { aPlan, completes, fires, given, starts } from '@cantata/testing';
import { expect, test } from 'vitest';
import { viewGraph } from './graph-view.ts';

const plan = aPlan({
  agents: { w: 2 },
  tasks: {
    first: [],
    side: { wait: { kind: 'for', forMs: 10 } },
    last: { dependsOn: ['first', 'side'], metBy: { side: 'any' } },
  },
});

test('a graph has its tasks with how they stand, its edges with what meets them, and its layers', () => {
  const run = given(plan).commands(starts(), completes('first'));
  expect(viewGraph(run.state, 0)).toMatchObject({
    nodes: [
      { id: 'first', kind: 'agent', status: 'completed', layer: 0 },
      { id: 'side', kind: 'wait', status: 'waiting', layer: 0, completed_at: null },
      { id: 'last', status: 'pending', layer: 1, started_at: null },
    ],
    edges: [
      { from: 'first', to: 'last', on: 'completed' },
      { from: 'side', to: 'last', on: 'any' },
    ],
    layers: [{ tasks: ['first', 'side'] }, { tasks: ['last'] }],
    critical_path: ['side', 'last'],
  });
});

test('of an execution that has ended the critical path is the one of its plan', () => {
  const run = given(plan)
    .commands(starts(), completes('first'))
    .at(10)
    .commands(fires('wait_due', 'side'), completes('last'));
  expect(viewGraph(run.state, 0).critical_path).toEqual(['first', 'last']);
});
