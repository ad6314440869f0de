import { aPlan, cancels, completes, fails, given, pauses, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { type ExecutionState, type Item, newExecution, type Task } from '../state.ts';
import { hasWakeup, violations } from './invariants.ts';

/** Two in flight, one ready, one retrying, one task pending. */
function busy(): ExecutionState {
  const tasks = { a: { retryPolicy: 'fixed' }, b: [], c: [], d: [], e: ['a'] } as const;
  return given(aPlan({ agents: { w: 2 }, tasks })).commands(starts(), fails('a')).state;
}

const task = (state: ExecutionState, index: number): Task => state.tasks[index] as Task;
const item = (state: ExecutionState, index: number): Item => task(state, index).items[0] as Item;

describe('the invariants', () => {
  test('hold for an execution that nobody touched', () => {
    expect(violations(busy())).toEqual([]);
    expect(violations(newExecution('execution', aPlan()))).toEqual([]);
  });

  test('hold of what is bounded, and see what is not', () => {
    const tasks = { each: { parallel: true, maxConcurrency: 2 } };
    const bounded = (): ExecutionState => given(aPlan({ agents: { w: 4 }, tasks })).commands(starts()).state;
    expect(violations(bounded())).toEqual([]);
    const miscounted = bounded();
    task(miscounted, 0).held = 1;
    expect(violations(miscounted)).toEqual(['X5: each counts 1 items as held, there are 2']);
    const tight = bounded();
    Object.assign(tight.plan.tasks[0]?.definition ?? {}, { maxConcurrency: 1 });
    expect(violations(tight)).toEqual(['X5: 2 items of each are served, and 1 may be']);
    const wide = bounded();
    Object.assign(wide.plan.tasks[0]?.definition ?? {}, { maxConcurrency: 3 });
    expect(violations(wide)).toEqual(['X5: each holds 2 items for nothing']);
  });

  test('hold of what was spawned, and see what waits for nothing', () => {
    const directives = [
      {
        kind: 'spawn' as const,
        tasks: [
          { id: 'a', agent: 'w' },
          { id: 'b', agent: 'w', dependsOn: ['a'] },
        ],
      },
    ];
    const { state } = given(aPlan({ agents: { w: 2 }, tasks: { plan: [] } })).commands(
      starts(),
      completes('plan', null, { directives }),
    );
    const spec = task(state, 0).items[2]?.spawned as { waiting: number };
    spec.waiting = 0;
    expect(violations(state)).toEqual(['X6: plan[2] b is blocked and waits for 1 others']);
  });

  test('hold of what waits for a signal, and see who is not found by it', () => {
    const plan = aPlan({
      signals: [{ name: 'paid', isBuffered: true }],
      tasks: { a: { wait: { kind: 'signal', signal: 'paid' } } },
    });
    const { state } = given(plan).commands(starts());
    expect(violations(state)).toEqual([]);
    const waiting = state.waitingFor.get('paid') as Set<Item>;
    state.waitingFor.set('other', waiting);
    state.waitingFor.delete('paid');
    expect(violations(state)).toEqual([
      'X2: who waits for other is not known',
      'X2: an item that waits for paid is not found by it',
    ]);
  });

  test('hold of children, and see one that is none', () => {
    const state = busy();
    state.children.add(item(state, 1));
    expect(violations(state)).toEqual(['X2: an item that is assigned is wrongly a parent']);
  });

  const breaks: readonly (readonly [
    what: string,
    how: (state: ExecutionState) => void,
    found: readonly string[],
  ])[] = [
    [
      'a wrong count of dependencies',
      (state) => (task(state, 4).waiting = 2),
      ['X1: e counts 2 open dependencies, there are 1'],
    ],
    [
      'a task that is open too early',
      (state) => (task(state, 4).status = 'open'),
      ['X1: e is open before its dependencies'],
    ],
    [
      'a task that runs after a skipped one',
      (state) => {
        task(state, 4).status = 'open';
        task(state, 4).skippedBy = 0;
        task(state, 0).status = 'skipped';
        task(state, 4).waiting -= 1;
        state.openTasks -= 1;
      },
      ['X1: e is open and can never come'],
    ],
    [
      'a task that is taken to be doomed',
      (state) => (task(state, 4).skippedBy = 0),
      ['X1: e does not know whether it can come'],
    ],
    [
      'a task that is undecided and in no queue',
      (state) => (task(state, 4).status = 'joining'),
      ['X1: e is joining and wrongly undecided', 'X1: e is joining before its dependencies'],
    ],
    ['a task that nobody opened', (state) => (task(state, 1).status = 'pending'), ['X1: b should be open']],
    ['a wrong count of items', (state) => (task(state, 1).openItems = 0), ['X1: b counts 0 open items of 1']],
    [
      'an item that is ready and not queued',
      (state) => state.seating.readyOfPool[0]?.remove(item(state, 3)),
      ['X2: an item that is ready has the wrong place in the queue'],
    ],
    [
      'an item that is queued twice',
      (state) => state.seating.readyOfPool[0]?.push(item(state, 3)),
      ['X2: an item is queued twice'],
    ],
    [
      'an item that is in flight and not listed',
      (state) => state.inFlight.delete(item(state, 1)),
      ['X2: an item that is assigned is wrongly in flight'],
    ],
    [
      'an item that is listed as waiting and does not wait',
      (state) => state.waiting.add(item(state, 1)),
      ['X2: an item that is assigned is wrongly waiting'],
    ],
    [
      'an item that is retried and not listed',
      (state) => state.retrying.clear(),
      ['X2: an item that is retrying is wrongly retrying'],
    ],
    [
      'two items on one seat',
      (state) => (state.seating.occupant[0] = item(state, 1)),
      ['X2: an item in flight has lost its seat', 'X2: the seat w-1 is held by nobody'],
    ],
    [
      'a seat that is held and free',
      (state) => state.seating.freeOfGroup[0]?.push(0),
      [
        'X2: the seat w-1 is listed as free 1 times',
        'X3: pool 0 miscounts its free seats',
        'X3: pool 0 is wrongly assignable',
      ],
    ],
    [
      'a seat that is held by an item at rest',
      (state) => (state.seating.occupant[1] = item(state, 0)),
      ['X2: an item in flight has lost its seat', 'X2: the seat w-2 is held by nobody'],
    ],
    [
      'a pool that miscounts',
      (state) => (state.seating.freeInPool[0] = 1),
      ['X3: pool 0 miscounts its free seats'],
    ],
    [
      'a pool that is asked in vain',
      (state) => state.seating.assignable.add(0),
      ['X3: pool 0 is wrongly assignable'],
    ],
    [
      'a seat whose demands are not counted',
      (state) => (state.seating.used.cpuMillis = 1),
      ['X8: what busy seats ask for is miscounted'],
    ],
    [
      'a ceiling that is not kept to',
      (state) =>
        (state.request = {
          ...(state.request as NonNullable<typeof state.request>),
          ceiling: { cpuMillis: -1 },
        }),
      ['X8: busy seats ask for more than they may'],
    ],
    [
      'somebody who is called for nothing',
      (state) => state.seating.callable.add('w'),
      ['X7: w is callable, and for nothing'],
    ],
    [
      'work by name that nobody is called for',
      (state) => state.seating.reserved.set('w', new Set()),
      ['X7: w is wrongly callable, or not'],
    ],
    [
      'a wrong count of tasks',
      (state) => (state.openTasks = 4),
      ['X1: 4 open tasks are counted, there are 5'],
    ],
    ['a wrong phase', (state) => (state.layer = 1), ['the phase is 1, the earliest open layer 0']],
  ];

  test.each(breaks)('name %s', (_, how, found) => {
    const state = busy();
    how(state);
    expect(violations(state).toSorted()).toEqual([...found].toSorted());
  });
});

describe('a wake-up', () => {
  test('is what an execution has while an agent is at work or a retry waits', () => {
    const state = busy();
    expect(hasWakeup(state)).toBe(true);
    state.retrying.clear();
    expect(hasWakeup(state)).toBe(true);
    state.inFlight.clear();
    expect(hasWakeup(state)).toBe(false);
  });

  test('is what a retry is when nothing is in flight', () => {
    const { state } = given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } })).commands(starts(), fails('a'));
    expect([state.inFlight.size, hasWakeup(state)]).toEqual([0, true]);
  });

  test('is the deadline of an end that has begun', () => {
    const { state } = given(aPlan()).commands(starts(), cancels());
    state.inFlight.clear();
    expect(hasWakeup(state)).toBe(true);
  });

  test('is not what a paused or an ended execution needs', () => {
    expect(hasWakeup(given(aPlan()).commands(starts(), pauses(), completes('a')).state)).toBe(true);
    expect(hasWakeup(given(aPlan()).commands(starts(), completes('a')).state)).toBe(true);
  });

  test('is what an execution lacks that stopped before it ran', () => {
    const [requested, planned] = given(aPlan()).commands(starts()).log;
    if (requested === undefined || planned === undefined) throw new Error('a start is at least two events');
    expect(hasWakeup(newExecution('execution', aPlan()))).toBe(false);
    expect(hasWakeup(given(aPlan()).events(requested).state)).toBe(false);
    expect(hasWakeup(given(aPlan()).events(requested, planned).state)).toBe(false);
  });
});

test('a join that miscounts what was met is named', () => {
  const { state } = given(
    aPlan({ tasks: { a: [], b: { dependsOn: ['a'], join: { kind: 'any' } } } }),
  ).commands(starts());
  task(state, 1).met = 1;
  expect(violations(state)).toEqual(['X1: b counts 1 dependencies that are met, there are 0']);
});

test('name an item that is said to wait for resources, and holds some when it is over', () => {
  const { state } = given(aPlan({ tasks: { a: [], b: ['a'] } })).commands(starts(), completes('a'));
  const over = item(state, 0);
  const claim = { execution: 'execution', task: 'a', activation: 1 };
  over.claims = { claim, attempt: 1, resources: [], granted: 0, isComplete: true };
  state.acquiring.add(over);
  expect(violations(state)).toEqual([
    'X2: an item that is completed is wrongly acquiring',
    'X2: an item that is completed has claims that are not known, or the other way round',
    'X2: an item that is completed holds something',
  ]);
});

test('what is undone is held to its counts, and to what was registered', () => {
  const compensate = { who: { kind: 'group', group: 'workers' } } as const;
  const plan = aPlan({ agents: { workers: 2 }, tasks: { a: { compensate }, b: ['a'] } });
  const undoing = () => given(plan).commands(starts(), completes('a'), fails('b')).state;
  expect(violations(undoing())).toEqual([]);
  const miscounted = undoing();
  if (miscounted.undoing !== undefined) miscounted.undoing.left = 5;
  expect(violations(miscounted)).toEqual(['S2: 5 steps are said to be left, there are 1']);
  const due = undoing();
  for (const step of due.compensations.values()) step.status = 'due';
  expect(violations(due)).toEqual(['S2: a is due and wrongly due', 'S2: a is due, and its turn is not']);
  const early = given(plan).commands(starts()).state;
  for (const step of early.compensations.values()) step.status = 'failed';
  expect(violations(early)).toEqual(['S2: a is undone before its time']);
  const unregistered = given(plan).commands(starts()).state;
  delete unregistered.tasks[0]?.items[0]?.compensation;
  expect(violations(unregistered)).toEqual(['S1: a step was handed out and cannot be undone']);
});
