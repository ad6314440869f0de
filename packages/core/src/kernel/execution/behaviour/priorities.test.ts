import { aPlan, completes, given, starts } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReadyQueue, servedBefore } from '../ready-queue.ts';
import { type Item, newItem } from '../state.ts';

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

describe('of equal priority', () => {
  test('what the longest way depends on is served first, as in the plan', () => {
    const tasks = { short: [], alone: [], long: [], middle: ['long'], last: ['middle'] };
    const run = given(aPlan({ tasks })).commands(starts(), completes('long'), completes('middle'));
    expect(served(run.log)).toEqual(['long', 'middle', 'short']);
  });

  test('items of a task are served as they come', () => {
    const run = given(aPlan({ tasks: { t: { parallel: true } } })).commands(starts({ input: [1, 2, 3] }));
    for (const item of [0, 1, 2]) run.commands(completes(`t[${item}]`));
    run.thenIs('completed');
  });
});

describe('the ready queue', () => {
  const ready = (task: number, order: number): Item => ({
    ...newItem(task, order),
    status: { kind: 'ready', since: 0, order },
  });
  const anyItems = fc
    .array(fc.nat(4), { maxLength: 40 })
    .map((tasks) => tasks.map((task, order) => ready(task, order)));
  const places = Float64Array.of(3, 1, 4, 0, 2);
  const inOrder = (items: readonly Item[]): Item[] =>
    items.toSorted((a, b) => (servedBefore(places, a, b) ? -1 : 1));

  test('serves by the place of the task, then in the order in which items became ready', () => {
    fc.assert(
      fc.property(anyItems, fc.infiniteStream(fc.nat()), (items, picks) => {
        const queue = new ReadyQueue(places);
        for (const item of items) queue.push(item);
        const left = [...items];
        while (left.length > 0) {
          expect([queue.size, queue.head]).toEqual([left.length, inOrder(left)[0]]);
          expect([...queue]).toEqual(inOrder(left));
          // Mostly the head goes; now and then one from the middle.
          const pick = picks.next().value as number;
          const gone = pick % 3 === 0 ? (left[pick % left.length] as Item) : (queue.head as Item);
          queue.remove(gone);
          left.splice(left.indexOf(gone), 1);
        }
        expect(queue.head).toBeUndefined();
      }),
    );
  });
});
