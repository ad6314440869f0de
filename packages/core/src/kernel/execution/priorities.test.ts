import { aPlan, completes, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { ReadyQueue } from './ready-queue.ts';
import { newItem } from './state.ts';

const served = (log: readonly { readonly type: string; readonly task?: string }[]): string[] =>
  log.flatMap(({ type, task }) => (type === 'agent.task_assigned' && task !== undefined ? [task] : []));

describe('of ready tasks', () => {
  test('the one with the higher priority is served first, and equals in the order of the document', () => {
    const tasks = { low: { priority: -5 }, a: [], b: [], high: { priority: 7 }, top: { priority: 100 } };
    const run = given(aPlan({ tasks })).commands(starts());
    for (const task of ['top', 'high', 'a', 'b', 'low']) run.commands(completes(task));
    run.thenIs('completed');
    expect(served(run.log)).toEqual(['top', 'high', 'a', 'b', 'low']);
  });

  test('the most urgent gets a seat that several kinds of work share', () => {
    const agents = {
      all: { count: 1, capabilities: ['x', 'y'] },
      only: { count: 1, capabilities: ['x'] },
    };
    const tasks = {
      first: { agent: 'all' },
      second: { agent: 'only' },
      old: { requires: ['x'] },
      urgent: { requires: ['y'], priority: 1 },
    };
    const run = given(aPlan({ agents, tasks })).commands(starts());
    // All are ready at once: the most urgent first, then by age as seats allow.
    expect(served(run.log)).toEqual(['urgent', 'second']);
    run.commands(completes('urgent'));
    expect(served(run.log)).toEqual(['urgent', 'second', 'first']);
  });

  test('a late one with a higher priority overtakes those that wait', () => {
    const tasks = { a: [], b: [], c: [], late: { dependsOn: ['a'], priority: 1 } };
    const run = given(aPlan({ tasks })).commands(starts(), completes('a'));
    expect(served(run.log)).toEqual(['a', 'late']);
  });
});

describe('the ready queue', () => {
  const [a, b, c] = [newItem(0, 0), newItem(0, 1), newItem(0, 2)];

  test('gives the most urgent first, and what came first of equals', () => {
    const queue = new ReadyQueue();
    queue.push(a, 2);
    queue.push(b, 0);
    queue.push(c, 2);
    expect([...queue]).toEqual([b, a, c]);
    expect([queue.size, queue.head]).toEqual([3, b]);
    queue.remove(b, 0);
    expect([queue.size, queue.head]).toEqual([2, a]);
  });

  test('that is empty has no head', () => {
    expect(new ReadyQueue().head).toBeUndefined();
  });
});
